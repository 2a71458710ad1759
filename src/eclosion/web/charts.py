"""Charts as lines of SVG, for everybody; where scripts run, static/charts.js draws livelier ones from the same numbers.

A chart's colours are classes, so that both themes and the content security policy have their way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from eclosion.app.series.reading import Series, fitting_step_ms, read_series
from eclosion.kernel.clock import DAY_MS, HOUR_MS
from eclosion.kernel.ids import first_id
from eclosion.store import Unit

WIDTH, HEIGHT = 600, 120
POINTS = 180
ROWS_MAX = 40
RANGES = {"24h": DAY_MS, "1h": HOUR_MS, "7d": 7 * DAY_MS, "30d": 30 * DAY_MS}
Values = Sequence[float | None]


class Plan(NamedTuple):
    """What a chart shows: names of series and what people call them; ``unit`` of an amount that cannot be summed."""

    title: str
    names: dict[str, str]
    unit: str = ""


class Line(NamedTuple):
    """One series as drawn: ``told`` is its sum, or where sums say nothing its highest value."""

    name: str
    label: str
    path: str
    told: str


class Row(NamedTuple):
    """The values of one step, and the id that the public log's page of that time begins before."""

    at_ms: int
    before_id: int
    values: list[str]


class Chart(NamedTuple):
    """A chart in full: lines, the highest value of all, and its numbers, the latest first."""

    title: str
    unit: str
    lines: list[Line]
    peak: str
    rows: list[Row]


PLANS = [
    Plan(
        "Traffic",
        {
            "requests.pages": "pages",
            "requests.reads": "API reads",
            "requests.writes": "API writes",
            "errors.4xx": "refused (4xx)",
            "errors.5xx": "failed (5xx)",
        },
    ),
    Plan("Latency", {"latency.p50": "median", "latency.p99": "slowest 1 %"}, "ms"),
    Plan(
        "Growth",
        {"posts": "posts", "comments": "comments", "votes": "votes", "messages": "messages"},
    ),
    Plan(
        "Newcomers",
        {
            "agents.registered": "agents registered",
            "agents.claimed": "agents claimed",
            "submolts": "submolts",
        },
    ),
    Plan(
        "Findings",
        {
            "findings.critical": "critical",
            "findings.high": "high",
            "findings.medium": "medium",
            "findings.low": "low",
            "findings.info": "info",
        },
    ),
    Plan("Moderation", {"reports": "reports", "deletions": "taken away"}),
]


def draw(unit: Unit, now_ms: int, span_ms: int, plans: Sequence[Plan]) -> list[Chart]:
    """Charts of the time until now."""
    step_ms = fitting_step_ms(span_ms, POINTS)
    names = [name for plan in plans for name in plan.names]
    series = read_series(unit, names, now_ms - span_ms, now_ms + 1, step_ms)
    return [_chart(plan, series) for plan in plans]


def path_of(values: Values, peak: float) -> str:
    """A line through values; where one is missing, the line has a gap."""
    across = WIDTH / max(1, len(values) - 1)
    parts, pen = [], "M"
    for at, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        parts.append(f"{pen}{at * across:.1f} {HEIGHT - 2 - (HEIGHT - 4) * value / peak:.1f}")
        pen = "L"
    return "".join(parts)


def shown(value: float | None) -> str:
    """A number for people."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def _chart(plan: Plan, series: Series) -> Chart:
    columns = [series.values[name] for name in plan.names]
    peak = max((value for column in columns for value in column if value is not None), default=0)
    lines = []
    for (name, label), column in zip(plan.names.items(), columns, strict=True):
        known = [value for value in column if value is not None]
        told = max(known, default=None) if plan.unit else sum(known)
        lines.append(Line(name, label, path_of(column, peak or 1), shown(told)))
    rows = []
    for at in range(len(series.times_ms) - 1, -1, -1):
        if any(column[at] for column in columns) and len(rows) < ROWS_MAX:
            at_ms = series.times_ms[at]
            values = [shown(column[at]) for column in columns]
            rows.append(Row(at_ms, first_id(at_ms + series.step_ms), values))
    return Chart(plan.title, plan.unit, lines, shown(peak), rows)
