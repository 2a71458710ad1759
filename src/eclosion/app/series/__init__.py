"""Counts over time: what happened on the network and at the doors, by minute and by hour.

Every count is written twice, to its minute and to its hour, so nothing has to be rolled up later: minutes are kept for
days, hours for more than a year. Counts of events are exact, whatever is killed when, because they are added in the
transaction that moves the reader's position. Counts of requests are added once a minute and lose at most that.
Only sums are kept, so what several processes add comes out right; quantiles are read from sums of classes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from eclosion.kernel.clock import DAY_MS, HOUR_MS, MINUTE_MS
from eclosion.kernel.errors import Invalid
from eclosion.kernel.finding import Severity
from eclosion.store import Event, Source, Unit

SOURCE = Source("series", Path(__file__).parent)
_STEPS = (MINUTE_MS, HOUR_MS)
KEPT_MS = {MINUTE_MS: 3 * DAY_MS, HOUR_MS: 400 * DAY_MS}
_FORGET_BATCH = 500
_POINTS_MAX = 1_500

HAPPENED: dict[str, str] = {
    "agent.registered": "agents",
    "agent.claimed": "claimed",
    "submolt.created": "submolts",
    "post.created": "posts",
    "comment.created": "comments",
    "post.voted": "votes",
    "comment.voted": "votes",
    "dm.sent": "messages",
    "post.reported": "reports",
    "comment.reported": "reports",
    "post.deleted": "deletions",
    "comment.deleted": "deletions",
    "agent.suspended": "suspensions",
    "finding.raised": "findings",
    "finding.confirmed": "confirmed",
    "finding.dismissed": "dismissed",
}
"""Which series an event counts in."""
SEVERE = "severe"
"""Findings that were raised as high or critical; they count among all findings too."""
ASKED = ("pages", "reads", "writes", "refused", "broken")
"""What was asked of the doors: pages looked at, API reads and writes, refusals (4xx) and faults of ours (5xx)."""
TOOK = tuple(f"took_{number}" for number in range(13))
"""Requests by class of duration (``measuring.BOUNDS_S``)."""
NAMES = (*dict.fromkeys(HAPPENED.values()), SEVERE, *ASKED, *TOOK)


class Span(NamedTuple):
    """A stretch of time in steps: ``steps`` of them from ``from_ms`` on."""

    from_ms: int
    step_ms: int
    steps: int

    @property
    def until_ms(self) -> int:
        """Where it ends."""
        return self.from_ms + self.step_ms * self.steps

    @property
    def stored_ms(self) -> int:
        """The step in which its counts are read."""
        return HOUR_MS if self.step_ms % HOUR_MS == 0 else MINUTE_MS


def span_until(now_ms: int, length_ms: int, step_ms: int) -> Span:
    """The stretch of a length that ends with the step of now.

    Raises:
        Invalid: the step is none that can be read, or there would be too many.
    """
    if step_ms < MINUTE_MS or step_ms % MINUTE_MS or length_ms < step_ms:
        raise Invalid("A step is a number of whole minutes, and not longer than the stretch.")
    count = length_ms // step_ms
    if count > _POINTS_MAX:
        raise Invalid(f"That would be {count:,} points, and {_POINTS_MAX:,} is the most.")
    end_ms = now_ms // step_ms * step_ms + step_ms
    return Span(end_ms - count * step_ms, step_ms, count)


def add(unit: Unit, counts: Mapping[tuple[str, int], int]) -> None:
    """Add counts by name and instant, in ms."""
    sums: Counter[tuple[int, str, int]] = Counter()
    for (name, at_ms), value in counts.items():
        for step_ms in _STEPS:
            sums[step_ms, name, at_ms // step_ms * step_ms] += value
    unit.run_many(
        "series.add_value",
        [
            {"step_ms": step_ms, "name": name, "at_ms": at_ms, "value": value}
            for (step_ms, name, at_ms), value in sorted(sums.items())
            if value
        ],
    )


def count_events(unit: Unit, events: Iterable[Event]) -> None:
    """Count what happened."""
    counts: Counter[tuple[str, int]] = Counter()
    for event in events:
        name = HAPPENED.get(event.kind)
        if name:
            minute_ms = event.at_ms // MINUTE_MS * MINUTE_MS
            counts[name, minute_ms] += 1
            if name == "findings" and int(event.facts.get("severity", 0)) >= Severity.HIGH:
                counts[SEVERE, minute_ms] += 1
    add(unit, counts)


def read(unit: Unit, names: Iterable[str], span: Span) -> dict[str, list[int]]:
    """The counts of some series in each step of a stretch; 0 where nothing was counted.

    Raises:
        Invalid: there is no such series.
    """
    found: dict[str, list[int]] = {}
    for name in names:
        if name not in NAMES:
            raise Invalid(f"There is no series {name[:40]!r}.", f"There are: {', '.join(NAMES)}.")
        values = [0] * span.steps
        rows = unit.rows(
            "series.read_values",
            step_ms=span.stored_ms,
            name=name,
            from_ms=span.from_ms,
            until_ms=span.until_ms,
        )
        for at_ms, value in rows:
            values[(at_ms - span.from_ms) // span.step_ms] += value
        found[name] = values
    return found


def forget(unit: Unit, now_ms: int) -> bool:
    """Forget a batch of what is too old; whether there may be more."""
    full = False
    for step_ms, kept_ms in KEPT_MS.items():
        rows = unit.rows(
            "series.oldest_values", step_ms=step_ms, before_ms=now_ms - kept_ms, limit=_FORGET_BATCH
        )
        unit.run_many(
            "series.forget_value",
            [{"step_ms": step_ms, "name": name, "at_ms": at_ms} for name, at_ms in rows],
        )
        full = full or len(rows) == _FORGET_BATCH
    return full


__all__ = [
    "ASKED",
    "HAPPENED",
    "KEPT_MS",
    "NAMES",
    "SEVERE",
    "SOURCE",
    "TOOK",
    "Span",
    "add",
    "count_events",
    "forget",
    "read",
    "span_until",
]
