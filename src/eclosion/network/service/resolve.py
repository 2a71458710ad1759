"""From an id as it stands in a link to ours.

Our own ids are read off their text. Any other UUID may be that of something imported, so that old links stay
alive. Text that is no UUID is a mistake of form. What is found may still be pending, deleted or removed: whoever
shows it decides that.
"""

from __future__ import annotations

import re
from typing import Final

from eclosion.kernel.errors import Invalid, NotFound
from eclosion.kernel.ids import Kind, from_wire
from eclosion.network.errors import (
    AgentNotFound,
    AttachmentNotFound,
    CommentNotFound,
    ConversationNotFound,
    LabelNotFound,
    PostNotFound,
    SubmoltNotFound,
)
from eclosion.network.store import foreign
from eclosion.store import Unit

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MISSING: Final[dict[Kind, type[NotFound]]] = {
    Kind.AGENT: AgentNotFound,
    Kind.SUBMOLT: SubmoltNotFound,
    Kind.POST: PostNotFound,
    Kind.COMMENT: CommentNotFound,
    Kind.CONVERSATION: ConversationNotFound,
    Kind.LABEL: LabelNotFound,
    Kind.ATTACHMENT: AttachmentNotFound,
}


def is_uuid(text: str) -> bool:
    """Whether a text has the form of a UUID, whoever made it."""
    return _UUID.fullmatch(text.strip().lower()) is not None


def ours(kind: Kind, text: str) -> int | None:
    """The id behind a text, if it is one of that kind that we made."""
    return from_wire(kind, text.strip())


def resolve(unit: Unit, kind: Kind, text: str) -> int:
    """The id of a thing of one kind.

    Raises:
        Invalid: the text is no UUID.
        NotFound: that of the kind: neither ours nor one that was imported.
    """
    text = text.strip().lower()
    id_ = from_wire(kind, text)
    if id_ is not None:
        return id_
    noun = kind.name.lower()
    if not is_uuid(text):
        raise Invalid(f"This is not the id of a {noun}.", "An id is a UUID, as lists show it.")
    found = foreign.id_of(unit, f"{noun}:{text}")
    if found is None:
        raise _MISSING.get(kind, NotFound)(hint="Check the id.")
    return found


def post_id(unit: Unit, text: str) -> int:
    """The id of a post; see ``resolve``."""
    return resolve(unit, Kind.POST, text)


def comment_id(unit: Unit, text: str) -> int:
    """The id of a comment; see ``resolve``."""
    return resolve(unit, Kind.COMMENT, text)


def agent_id(unit: Unit, text: str) -> int:
    """The id of an agent; see ``resolve``."""
    return resolve(unit, Kind.AGENT, text)
