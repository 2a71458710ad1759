"""The table of points: adding to it, and keeping it small."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from eclosion.kernel.clock import DAY_MS, HOUR_MS
from eclosion.store import Source, Unit

SOURCE = Source("series", Path(__file__).parent)
MINUTE_MS = 60_000
KEEP_MINUTES_MS = 2 * DAY_MS
KEEP_HOURS_MS = 400 * DAY_MS
BATCH = 500


class Slot(NamedTuple):
    """A name at the beginning of a minute or hour."""

    name: str
    at_ms: int


def add(unit: Unit, amounts: Mapping[Slot, int], step_ms: int = MINUTE_MS) -> None:
    """Add to what is there; in one order, so that two who add at once never wait for each other in a ring."""
    rows = [
        {"name": slot.name, "step_ms": step_ms, "at_ms": slot.at_ms, "value": amounts[slot]}
        for slot in sorted(amounts)
        if amounts[slot]
    ]
    if rows:
        unit.run_many("series.add", rows)


def floor_ms(at_ms: int, step_ms: int) -> int:
    """When the step began that an instant is in."""
    return at_ms - at_ms % step_ms


def roll_up(unit: Unit, now_ms: int) -> bool:
    """Turn the oldest minutes into hours, in one transaction; whether there may be more."""
    before_ms = floor_ms(now_ms - KEEP_MINUTES_MS, HOUR_MS)
    gone = _take(unit, MINUTE_MS, before_ms)
    hours: Counter[Slot] = Counter()
    for slot, value in gone:
        hours[Slot(slot.name, floor_ms(slot.at_ms, HOUR_MS))] += value
    add(unit, hours, HOUR_MS)
    return len(gone) == BATCH


def forget_hours(unit: Unit, now_ms: int) -> bool:
    """Forget the oldest hours; whether there may be more."""
    return len(_take(unit, HOUR_MS, now_ms - KEEP_HOURS_MS)) == BATCH


def _take(unit: Unit, step_ms: int, before_ms: int) -> list[tuple[Slot, int]]:
    """The oldest points, which are removed. A point that another process removed first counts for that one only."""
    rows = unit.rows("series.oldest", step_ms=step_ms, before_ms=before_ms, limit=BATCH)
    taken = []
    for name, at_ms, value in rows:
        if unit.run("series.forget", name=name, step_ms=step_ms, at_ms=at_ms):
            taken.append((Slot(str(name), int(at_ms)), int(value)))
    return taken
