"""The difference that a plan would make, for people: the pieces that change, and of all else only names.

What always holds: of a value or a comment that is not changed nothing is shown; keys and passwords may stand there.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from eclosion.audit.mending.drafting import Draft
from eclosion.audit.mending.editing import places
from eclosion.audit.mending.tree import leaves

HIDDEN = "…"
_COMMENT = {
    "json": re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL),
    "toml": re.compile(r"#[^\n]*"),
    "yaml": re.compile(r"#[^\n]*"),
    "env": re.compile(r"#[^\n]*"),
}
CONTEXT_LINES = 1
LINE_MAX = 200


def diff_of(draft: Draft, name: str) -> list[str]:
    """The lines of a unified diff.

    Args:
        draft: the file.
        name: what to call it.
    """
    before, after = _shown(draft)
    lines = difflib.unified_diff(
        before.splitlines(),
        after.splitlines(),
        name if draft.before is not None else "/dev/null",
        name,
        n=CONTEXT_LINES,
        lineterm="",
    )
    return [one if len(one) <= LINE_MAX else one[:LINE_MAX] + HIDDEN for one in lines]


def _shown(draft: Draft) -> tuple[str, str]:
    """Both texts, with everything hidden in both that none of the steps touched."""
    text = draft.before or ""
    # Which characters of the text before come through all steps: those are the same ones afterwards.
    kept: list[int | None] = list(range(len(text)))
    for step in draft.steps:
        here, moved = 0, []
        for edit in sorted(step):
            moved += [*kept[here : edit.start], *([None] * len(edit.text))]
            here = edit.end
        kept = moved + kept[here:]
    alive = {one for one in kept if one is not None}
    secret = {
        place
        for start, end in _unseen(text, draft.form)
        if all(one in alive for one in range(start, end))
        for place in range(start, end)
    }
    before = _masked(text, list(range(len(text))), secret)
    return before, _masked(draft.text, kept, secret)


def _masked(text: str, origins: list[int | None], secret: set[int]) -> str:
    out, hiding = [], False
    for sign, origin in zip(text, origins, strict=True):
        if origin in secret and sign != "\n":
            out += [] if hiding else [HIDDEN]
            hiding = True
        else:
            out.append(sign)
            hiding = False
    return "".join(out)


def _unseen(text: str, form: str) -> Iterator[tuple[int, int]]:
    """Where values and comments stand."""
    if not text.strip():
        return
    if (
        form not in _COMMENT
    ):  # no settings: nothing of it is known, so nothing is shown but what changes
        yield from ((place, place + 1) for place in range(len(text)))
        return
    values = [(one.start, one.end) for one in leaves(places(text, form)) if one.end > one.start]
    yield from values
    covered = {place for start, end in values for place in range(start, end)}
    for found in _COMMENT[form].finditer(text):
        if found.start() not in covered:
            yield found.span()
