"""Small pieces that every form of log is read with: where a record stands, what time it names, its strings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from eclosion.kernel.clock import parse_iso
from eclosion.kernel.finding import Observation
from eclosion.monitor.sighting import Item
from eclosion.monitor.troubles import UNREADABLE, make

_SECONDS_MOST = 10**11  # later than the year 5000: the number counts something smaller
_MS_MOST = 10**14
_US_MOST = 10**17
DEPTH_MAX = 200


class Batch(NamedTuple):
    """The observations of one record (or block of text), and where reading goes on after them.

    Attributes:
        items: what the record says.
        end: the offset after it in the source's (unpacked) bytes; -1 in the middle of what cannot be entered there.
        line: the number of the last line that was read.
    """

    items: list[Item]
    end: int = -1
    line: int = 0


class Where(NamedTuple):
    """Where a record stands: its source, the line it begins in, and the pointer to it within the line."""

    place: str
    line: int = 0
    base: str = ""

    def item(self, observation: Observation, pointer: str = "") -> Item:
        """An observation at a pointer below the record."""
        return Item(observation, self.place, self.line, self.base + pointer)

    def trouble(self, message: str) -> Item:
        """What is to be said of the record itself."""
        seen = Observation(0, "", "source.read", self.place)
        return Item(seen, self.place, self.line, self.base, make(UNREADABLE, message, self.place))


def at_ms(value: object) -> int:
    """Milliseconds since the epoch of whatever a log calls a time; 0 if it is none.

    Numbers are seconds, or milliseconds, microseconds or nanoseconds where they would otherwise lie beyond the year
    5000.
    """
    if isinstance(value, str):
        if not value:
            return 0
        if value[0].isdigit() and "-" not in value[1:]:
            try:
                return at_ms(float(value))
            except ValueError:
                return 0
        try:
            return parse_iso(value)
        except (ValueError, OverflowError):
            return 0
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 1e20:
        return 0
    if value < _SECONDS_MOST:
        return int(value * 1000)
    if value < _MS_MOST:
        return int(value)
    return int(value / 1e3) if value < _US_MOST else int(value / 1e6)


def at_ms_of_date(year: int, month: int, day: int, clock: tuple[int, int, int]) -> int:
    """Milliseconds since the epoch of a date in UTC; 0 if there is no such day."""
    try:
        return int(datetime(year, month, day, *clock, tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        return 0


def step(key: str | int) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    if isinstance(key, int):
        return f"/{key}"
    if "~" in key or "/" in key:
        key = key.replace("~", "~0").replace("/", "~1")
    return f"/{key}"


def strings(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Every string of a decoded JSON value, in order, with its pointer."""
    if isinstance(value, str):
        yield pointer, value
        return
    waiting: list[tuple[Any, str]] = [(value, pointer)]
    while waiting:
        one, at = waiting.pop()
        if isinstance(one, str):
            yield at, one
        elif isinstance(one, dict):
            waiting += [(inner, at + step(key)) for key, inner in reversed(one.items())]
        elif isinstance(one, list):
            waiting += [(one[number], f"{at}/{number}") for number in range(len(one) - 1, -1, -1)]


def text_of(value: object) -> str:
    """A value as text if it is one, or a number; else nothing."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def first_of(record: dict[str, Any], *names: str) -> str:
    """The first text under one of some names."""
    for name in names:
        value = record.get(name)
        if value and isinstance(value, str):
            return value
    return ""
