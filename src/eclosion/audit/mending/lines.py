"""In which line of a settings file a key stands, for those who go there."""

from __future__ import annotations

from eclosion.audit.mending.drafting import Drafts
from eclosion.audit.mending.editing import places
from eclosion.audit.mending.tree import CannotEdit, at
from eclosion.audit.mending.ways import ways_to
from eclosion.audit.model import Setting


def line_of(setting: Setting, key: str) -> int:
    """The line, from 1; 0 if the key does not stand there or the file cannot be followed.

    Args:
        setting: the file.
        key: as a condition has it.
    """
    under = setting.layer.under
    inner = key.removeprefix(under + ".") if under else key
    try:
        draft = Drafts().of(setting.path, setting.layer)
        way = next(ways_to(draft.content, inner), None)
        node = at(places(draft.text, draft.form), way) if way else None
    except CannotEdit:
        return 0
    return draft.text.count("\n", 0, node.start) + 1 if node else 0
