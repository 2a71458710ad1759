"""What is remembered of a conversation, and of how many: enough to see where something came from, and no more.

What always holds: no secret is kept, only prints of it (``known.py``); what a session and all of them together hold is
bounded, and the one that was quiet longest is forgotten first.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple

from eclosion.monitor.detectors.leaks.known import Pieces, Print
from eclosion.monitor.detectors.leaks.signs import Sign

SESSIONS_MAX = 1_000
ASKED_CHARS = 12_000
LEARNED_CHARS = 16_000
ORDERS_MAX = 12
PRINTS_MAX = 48
TOUCHED_MAX = 16


class Order(NamedTuple):
    """Words in a tool's answer that tell somebody what to do.

    Attributes:
        text: the words around, in lower case.
        threes: hashes of three words in a row of them.
        kind: whether they address a machine or push its task aside (ORDER), stand there as a thing to do (LISTED), or
            merely ask for something (URGING).
        source: which tool's answer they stood in.
    """

    text: str
    threes: frozenset[int]
    kind: Sign
    source: str


@dataclass(slots=True)
class Session:
    """One conversation.

    Attributes:
        asked: what its user (and whoever set it up) said, in lower case: the beginning and the latest.
        learned: what tools answered beside orders, in lower case: the latest.
        orders: what tools' answers told it to do, the latest.
        touched: sensitive files that were read, by name.
        prints: prints of secrets that tools' answers held.
        pieces: fragments of lately said words, to be put together.
        told: what was said of it already.
        weights: for a tool's call, what its arguments have gathered.
    """

    asked: str = ""
    learned: str = ""
    orders: list[Order] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)
    prints: list[Print] = field(default_factory=list)
    pieces: Pieces = field(default_factory=Pieces)
    told: set[str] = field(default_factory=set)
    weights: dict[str, int] = field(default_factory=dict)

    def ask(self, text: str) -> None:
        """The user said this."""
        self.asked = f"{self.asked}\n{text.lower()}"
        if len(self.asked) > ASKED_CHARS:
            self.asked = self.asked[: ASKED_CHARS // 2] + self.asked[-ASKED_CHARS // 2 :]

    def learn(self, text: str) -> None:
        """A tool answered this, and it is no order."""
        self.learned = f"{self.learned}\n{text.lower()}"[-LEARNED_CHARS:]

    def heed(self, order: Order) -> None:
        """A tool's answer held an order."""
        self.orders = [*self.orders[-ORDERS_MAX + 1 :], order]

    def touch(self, name: str) -> None:
        """A sensitive file was read."""
        if name not in self.touched:
            self.touched = [*self.touched[-TOUCHED_MAX + 1 :], name]

    def hold(self, prints: list[Print]) -> None:
        """Tools' answers held these secrets."""
        known = {one.mac for one in self.prints}
        self.prints = [*self.prints, *(one for one in prints if one.mac not in known)][-PRINTS_MAX:]

    def tells(self, what: str) -> bool:
        """Whether something is to be said for the first time."""
        if what in self.told or len(self.told) > 500:
            return False
        self.told.add(what)
        return True


class Sessions:
    """The sessions that are remembered, the latest last."""

    def __init__(self) -> None:
        self._by_name: OrderedDict[str, Session] = OrderedDict()

    def of(self, name: str) -> Session:
        """The session of that name, new if it is not known."""
        session = self._by_name.get(name)
        if session is None:
            session = self._by_name[name] = Session()
            if len(self._by_name) > SESSIONS_MAX:
                self._by_name.popitem(last=False)
        else:
            self._by_name.move_to_end(name)
        return session

    def __len__(self) -> int:
        return len(self._by_name)
