"""The first look: hundreds of expressions in one pass of Hyperscan, hundreds of megabytes a second.

It reports which expression ended where, in code points; what stands there is decided by those who read it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import hyperscan

from eclosion.kernel.secrets import Hit, prefilters
from eclosion.monitor import compiled
from eclosion.monitor.detectors.leaks.signs import ORDERS, WAYS, Seen

APART_CHARS = 12
SEEN_MAX = 200
"""So many signs of one text are looked at, and of one sign those that are this far apart."""


class Prefilter:
    """A compiled set of expressions with the list that its matches go to. Not for two threads at once.

    Args:
        expressions: each with whether capitals count not; its place is its number.
    """

    def __init__(self, expressions: Sequence[tuple[str, bool]]) -> None:
        self._database = compiled.database(
            [one.encode() for one, _ in expressions],
            range(len(expressions)),
            [hyperscan.HS_FLAG_CASELESS if caseless else 0 for _, caseless in expressions],
        )
        self._found: list[tuple[int, int]] = []

    def ends(self, text: str, raw: bytes) -> list[tuple[int, int]]:
        """Which expressions end where in the text, which is given in UTF-8 as well.

        The engine counts bytes; where the text is not ASCII they are counted over into code points.
        """
        found = self._found
        found.clear()
        self._database.scan(raw, match_event_handler=self._note)
        if not found:
            return []
        return found.copy() if len(raw) == len(text) else _in_code_points(raw, found)

    def _note(self, number: int, start: int, end: int, flags: int, context: object) -> None:
        self._found.append((number, end))


class First(Prefilter):
    """The first look at every text: forms of secrets, and signs of a way out."""

    def __init__(self) -> None:
        forms = prefilters()
        self._forms = len(forms)
        super().__init__([*forms, *((one, True) for _, one in WAYS)])

    def look(self, text: str, raw: bytes) -> tuple[list[Hit], list[Seen]]:
        """Where secrets may stand, and the signs."""
        found = self.ends(text, raw)
        if not found:
            return [], []
        hits = [Hit(number, end) for number, end in found if number < self._forms]
        if len(hits) == len(found):
            return hits, []
        signs = [
            (WAYS[number - self._forms][0], end) for number, end in found if number >= self._forms
        ]
        return hits, _apart(Seen(*one) for one in signs)


class Orders(Prefilter):
    """A second look at what tools answered: words that order somebody about."""

    def __init__(self) -> None:
        super().__init__([(one, True) for _, one in ORDERS])

    def look(self, text: str) -> list[Seen]:
        """The signs of orders."""
        return _apart(
            Seen(ORDERS[number][0], end)
            for number, end in self.ends(text, text.encode("utf-8", "replace"))
        )


@cache
def shared_first() -> First:
    """One for the whole process: compiling takes more than half a second."""
    return First()


@cache
def shared_orders() -> Orders:
    """Likewise; made when a tool's answer is first seen."""
    return Orders()


def _apart(seen: Iterable[Seen]) -> list[Seen]:
    kept: list[Seen] = []
    last: dict[int, int] = {}
    for one in seen:
        if one.end - last.get(one.sign, -APART_CHARS) < APART_CHARS:
            continue
        last[one.sign] = one.end
        kept.append(one)
        if len(kept) >= SEEN_MAX:
            break
    return kept


def _in_code_points(raw: bytes, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    counted, at_byte, at_point = [], 0, 0
    for number, end in sorted(found, key=lambda one: one[1]):
        at_point += len(raw[at_byte:end].decode("utf-8", "ignore"))
        at_byte = end
        counted.append((number, at_point))
    return counted
