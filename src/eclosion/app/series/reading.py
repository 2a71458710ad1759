"""Points as charts want them: the same instants for all names, nothing left out, and never too many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from eclosion.app.measuring import BOUNDS_S
from eclosion.app.series.events import COUNTED, FINDINGS
from eclosion.app.series.keeping import MINUTE_MS, floor_ms
from eclosion.app.series.traffic import LATENCIES
from eclosion.kernel.clock import DAY_MS, HOUR_MS
from eclosion.kernel.errors import Invalid
from eclosion.store import Unit

POINTS_MAX = 1_500
STEPS_MS = [n * MINUTE_MS for n in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440)]
QUANTILES = {"latency.p50": 0.5, "latency.p99": 0.99}
TRAFFIC = ["requests.pages", "requests.reads", "requests.writes", "errors.4xx", "errors.5xx"]
NAMES = [*dict.fromkeys(COUNTED.values()), *FINDINGS.values(), *TRAFFIC, "watchers", *QUANTILES]
"""All that can be asked for. Latencies are in milliseconds; watchers are a mean; everything else is a count."""


class Series(NamedTuple):
    """When each step begins, and a value for it by name; None where there was nothing to measure."""

    step_ms: int
    times_ms: list[int]
    values: dict[str, list[float | None]]


def fitting_step_ms(span_ms: int, points: int = 240) -> int:
    """The shortest step that shows a span in at most so many points."""
    return next((step for step in STEPS_MS if span_ms <= step * points), 7 * DAY_MS)


def read_series(unit: Unit, names: Sequence[str], from_ms: int, to_ms: int, step_ms: int) -> Series:
    """Some series, from one instant up to another. What has become hours already shows at the beginning of its hour.

    Raises:
        Invalid: a name is unknown, or these are no times, or too many.
    """
    _check(names, from_ms, to_ms, step_ms)
    first_ms = floor_ms(from_ms, step_ms)
    times = list(range(first_ms, to_ms, step_ms))
    values: dict[str, list[float | None]] = {}
    buckets: list[list[int]] = []
    for name in names:
        if name in QUANTILES:
            buckets = buckets or [_sums(unit, one, times, step_ms) for one in LATENCIES]
            steps = zip(*buckets, strict=True)
            values[name] = [quantile_ms(one, QUANTILES[name]) for one in steps]
        elif name == "watchers":
            minutes = step_ms // MINUTE_MS
            values[name] = [round(sum_ / minutes, 1) for sum_ in _sums(unit, name, times, step_ms)]
        else:
            values[name] = list(map(float, _sums(unit, name, times, step_ms)))
    return Series(step_ms, times, values)


def quantile_ms(counts: Sequence[int], share: float) -> float | None:
    """The duration that a share of replies stayed below, between the ends of its class; None if there were none."""
    total, below = sum(counts), 0
    if not total:
        return None
    for at, number in enumerate(counts):
        if number and below + number >= share * total:
            low = BOUNDS_S[at - 1] if at else 0.0
            high = BOUNDS_S[at] if at < len(BOUNDS_S) else BOUNDS_S[-1]
            return round(1000 * (low + (high - low) * (share * total - below) / number), 2)
        below += number
    return 1000 * BOUNDS_S[-1]


def _check(names: Sequence[str], from_ms: int, to_ms: int, step_ms: int) -> None:
    unknown = [name for name in names if name not in NAMES]
    if unknown or not names:
        told = f"There is no series {unknown[0]!r}." if unknown else "Say which series you want."
        raise Invalid(told, f"There are: {', '.join(NAMES)}.")
    if step_ms < MINUTE_MS or step_ms % MINUTE_MS:
        raise Invalid("A step is a whole number of minutes.")
    if not 0 <= from_ms < to_ms:
        raise Invalid("The series would end before it begins.")
    if (to_ms - from_ms) // step_ms > POINTS_MAX:
        raise Invalid(
            f"That would be more than {POINTS_MAX} points.", "Take a longer step or a shorter time."
        )


def _sums(unit: Unit, name: str, times: list[int], step_ms: int) -> list[int]:
    found = [0] * len(times)
    span = {"from_ms": times[0], "to_ms": times[-1] + step_ms}
    for kept_ms in (MINUTE_MS, HOUR_MS):
        for at_ms, value in unit.rows("series.points", name=name, step_ms=kept_ms, **span):
            found[(int(at_ms) - times[0]) // step_ms] += int(value)
    return found
