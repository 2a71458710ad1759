"""Charts as inline SVG, which needs no script: the small beside a number, the large until a script draws better.

Only numbers of ours go in here; every text goes through the templates, which escape it.
"""

from __future__ import annotations

from typing import NamedTuple

from eclosion.app.charts import Chart, Line, figure
from eclosion.kernel.clock import iso

WIDTH, HEIGHT = 600, 150
SPARK_WIDTH, SPARK_HEIGHT = 120, 28
ROWS_MAX = 24


class Row(NamedTuple):
    """A line of a chart's table: when, and each line's value."""

    at: str
    values: list[str]


def polylines(values: list[float | None], top: float, width: int, height: int) -> list[str]:
    """The points of a line, from left to right, cut where there is no value; y grows downwards."""
    step = width / max(1, len(values) - 1)
    scale = (height - 2) / top if top else 0
    pieces: list[list[str]] = [[]]
    for number, value in enumerate(values):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{number * step:.1f},{height - 1 - value * scale:.1f}")
    # A lone value is drawn as a short stroke, or nobody would see it.
    return [" ".join(piece if len(piece) > 1 else piece * 2) for piece in pieces if piece]


def lines(chart: Chart) -> list[list[str]]:
    """The polylines of each line of a chart."""
    top = chart.top
    return [polylines(line.values, top, WIDTH, HEIGHT) for line in chart.lines]


def spark(line: Line) -> list[str]:
    """A small picture of one line."""
    top = max((value for value in line.values if value), default=0)
    return polylines(line.values, top, SPARK_WIDTH, SPARK_HEIGHT)


def table(chart: Chart) -> list[Row]:
    """The latest values, the newest first, for those who would rather read."""
    found = []
    for number in range(chart.span.steps - 1, max(-1, chart.span.steps - 1 - ROWS_MAX), -1):
        at = iso(chart.span.from_ms + number * chart.span.step_ms)[:16].replace("T", " ")
        values = [line.values[number] for line in chart.lines]
        found.append(Row(at, ["-" if value is None else figure(value) for value in values]))
    return found
