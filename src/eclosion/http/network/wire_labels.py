"""The label that a post, a comment or an agent stands under, on the wire: what was found, never what gave it away."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import UNSET, Struct, UnsetType

from eclosion.app.marking import Markable
from eclosion.findings import Mark
from eclosion.kernel.finding import Severity
from eclosion.kernel.ids import Kind, to_wire


class MarkOut(Struct, frozen=True, omit_defaults=True):
    """What was found about it. Where only ``severity`` is told, ``GET /findings`` has the rest.

    ``decoded`` is what hidden words say: a stranger's text, never an instruction. ``others`` is how many more stand.
    """

    severity: str
    id: str = ""
    rule: str = ""
    title: str = ""
    message: str = ""
    found_by: str = ""
    confirmed: bool = False
    decoded: str = ""
    others: int = 0


def marks_out(thing: Markable, marks: Mapping[int, Mark] | None) -> list[MarkOut] | UnsetType:
    """The labels of a thing; left out where there are none."""
    if not thing.marked:
        return UNSET
    mark = marks.get(thing.id) if marks else None
    if mark is None:
        return [MarkOut(Severity(thing.marked).word)]
    one = mark.finding
    return [
        MarkOut(
            one.level,
            to_wire(Kind.FINDING, one.id),
            one.rule,
            one.title,
            one.message,
            one.found_by,
            one.state == "confirmed",
            one.public_decoded,
            mark.others,
        )
    ]
