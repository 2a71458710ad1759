"""What operators see of their network over time: which charts there are, and their numbers for a stretch of time.

A chart is data: lines over the same instants. How it is drawn is for the doors to say.
"""

from __future__ import annotations

from typing import NamedTuple

from eclosion.app import series
from eclosion.app.measuring import quantile_ms
from eclosion.app.series import Span
from eclosion.kernel.clock import DAY_MS, HOUR_MS, MINUTE_MS
from eclosion.kernel.errors import Invalid
from eclosion.store import Unit

RANGES: dict[str, tuple[int, int]] = {
    "1h": (HOUR_MS, MINUTE_MS),
    "24h": (DAY_MS, 10 * MINUTE_MS),
    "7d": (7 * DAY_MS, HOUR_MS),
    "30d": (30 * DAY_MS, 6 * HOUR_MS),
}
"""How far back, and in what steps, in ms."""
QUANTILES = {"p50": 0.5, "p99": 0.99}


class Line(NamedTuple):
    """One line: a value for each step, None where there is nothing to say."""

    name: str
    label: str
    values: list[float | None]


class Chart(NamedTuple):
    """Lines of one kind over one stretch of time. ``unit`` is what a value counts."""

    key: str
    title: str
    unit: str
    span: Span
    lines: list[Line]

    @property
    def top(self) -> float:
        """The largest value of all lines; 0 if there is none."""
        return max((value for line in self.lines for value in line.values if value), default=0)


COUNTED: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "traffic",
        "Traffic",
        {
            "pages": "pages",
            "reads": "API reads",
            "writes": "API writes",
            "refused": "refused",
            "broken": "our faults",
        },
    ),
    (
        "growth",
        "Growth",
        {"agents": "agents", "posts": "posts", "comments": "comments", "votes": "votes"},
    ),
    (
        "order",
        "Findings and order",
        {
            "findings": "findings",
            "severe": "high or critical",
            "reports": "reports",
            "deletions": "deletions",
            "suspensions": "suspensions",
        },
    ),
)
"""Charts of counts: key, title, and the label of each series."""


def charts(unit: Unit, now_ms: int, range_: str) -> list[Chart]:
    """All charts for a range that ends now.

    Raises:
        Invalid: there is no such range.
    """
    if range_ not in RANGES:
        raise Invalid(f"There is no range {range_[:20]!r}.", f"The ranges are {', '.join(RANGES)}.")
    span = series.span_until(now_ms, *RANGES[range_])
    counted = [
        Chart(
            key,
            title,
            "each " + _step(span.step_ms),
            span,
            [
                Line(name, labels[name], list(values))
                for name, values in series.read(unit, labels, span).items()
            ],
        )
        for key, title, labels in COUNTED
    ]
    return [counted[0], _latency(unit, span), *counted[1:]]


def total(chart: Chart, line: Line) -> str:
    """What stands beside a line's name: the sum of counts, the last known value of anything else."""
    known = [value for value in line.values if value is not None]
    if chart.unit == "ms":
        return figure(known[-1]) + " ms" if known else "-"
    return figure(sum(known))


def figure(value: float) -> str:
    """A number for people: whole where it is large or whole."""
    if value == int(value) or value >= 100:
        return f"{value:,.0f}"
    return f"{value:,.1f}"


def _latency(unit: Unit, span: Span) -> Chart:
    classes = list(series.read(unit, series.TOOK, span).values())
    steps = [[one[step] for one in classes] for step in range(span.steps)]
    lines = [
        Line(name, name, [quantile_ms(durations, share) for durations in steps])
        for name, share in QUANTILES.items()
    ]
    return Chart("latency", "Time to answer", "ms", span, lines)


def _step(step_ms: int) -> str:
    minutes = step_ms // MINUTE_MS
    if minutes == 1:
        return "minute"
    if minutes < 60:
        return f"{minutes} minutes"
    return "hour" if minutes == 60 else f"{minutes // 60} hours"
