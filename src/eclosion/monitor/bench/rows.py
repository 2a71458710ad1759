"""Rows of a measurement: what was measured, what came out, and whether that is what was aimed at."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

Z = 1.959964
"""Of the normal distribution, for an interval of 95 %."""


class Row(NamedTuple):
    """One figure beside its goal.

    Attributes:
        goal: the id of the goal: ``C1``, ``P``.
        what: what was measured, on what.
        found: the figure, with its interval.
        aim: what was aimed at; empty if nothing was.
        reached: whether the figure itself reaches it; None where nothing was aimed at.
        value: the figure as a number.
        low, high: its interval (95 %); the figure itself where there is none.
        cases: how many cases it rests on; 0 where that says nothing.
    """

    goal: str
    what: str
    found: str
    aim: str
    reached: bool | None
    value: float
    low: float
    high: float
    cases: int = 0


def share(
    goal: str,
    what: str,
    hits: int,
    of: int,
    *,
    least: float | None = None,
    most: float | None = None,
) -> Row:
    """A share: ``hits`` of ``of`` cases, to be ``least`` at least or ``most`` at most.

    Raises:
        ValueError: there were no cases.
    """
    if of < 1:
        raise ValueError(f"{what}: there are no cases to measure on")
    low, high = wilson(hits, of)
    value = hits / of
    places = 1 if value > 0.02 or not hits else 3
    found = f"{value:.{places}%} [{low:.{places}%}, {high:.{places}%}] ({hits:,} of {of:,})"
    aim, reached = _aim(value, least, most, _percent)
    return Row(goal, what, found, aim, reached, value, low, high, of)


def figure(
    goal: str,
    what: str,
    value: float,
    unit: str,
    *,
    least: float | None = None,
    most: float | None = None,
    cases: int = 0,
) -> Row:
    """A figure that is no share, such as a speed, in ``unit``."""
    aim, reached = _aim(value, least, most, lambda one: f"{one:g} {unit}")
    return Row(goal, what, f"{value:,.4g} {unit}", aim, reached, value, value, value, cases)


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The interval of Wilson (1927) for a share, at 95 %."""
    share_ = hits / of
    spread = Z * math.sqrt(share_ * (1 - share_) / of + Z * Z / (4 * of * of))
    middle, scale = share_ + Z * Z / (2 * of), 1 + Z * Z / of
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def _aim(
    value: float, least: float | None, most: float | None, show: Callable[[float], str]
) -> tuple[str, bool | None]:
    if least is not None:
        return f">= {show(least)}", value >= least
    if most is not None:
        return f"<= {show(most)}", value <= most
    return "", None


def _percent(value: float) -> str:
    return f"{100 * value:.4g} %"
