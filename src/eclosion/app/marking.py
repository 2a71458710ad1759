"""Where findings meet the network: marks on posts, comments and agents, and the labels that pages show for them.

The severity of the worst finding that marks a thing is copied onto the thing's own row, in the finding's
transaction. So whoever lists things sees without a further query that nearly all of them are unmarked, in any process
and at any time; only where one is marked, one query brings the labels of the whole page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from eclosion.findings import Mark
from eclosion.findings.store import marks_of
from eclosion.network.store.marks import set_mark
from eclosion.store import Unit


class Markable(Protocol):
    """A post, a comment or an agent."""

    @property
    def id(self) -> int:
        """Its id."""
        ...

    @property
    def marked(self) -> int:
        """The severity of the label that it stands under; 0: none."""
        ...


class NetworkMarker:
    """Puts marks onto the network's rows."""

    def set_mark(self, unit: Unit, kind: str, id_: int, severity: int) -> None:
        """Note the severity of the label that a thing stands under; 0 for none."""
        set_mark(unit, kind, id_, severity)


def labels_for(unit: Unit, things: Iterable[Markable]) -> dict[int, Mark]:
    """The labels of what is marked among some things, by id. Where nothing is, nothing is asked."""
    marked = [one.id for one in things if one.marked]
    return marks_of(unit, marked) if marked else {}
