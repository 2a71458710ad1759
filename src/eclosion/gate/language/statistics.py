"""The few figures that everything here is judged by: an interval for a share, and exact binomial tails.

Standard library only. Tails are sums of exact integers divided once, so that thresholds do not rest on rounding.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb, sqrt
from typing import NamedTuple

Z95 = 1.959963984540054
"""The two-sided 95 % point of the normal distribution."""


class Share(NamedTuple):
    """``right`` of ``asked``, with the 95 % Wilson interval of the share."""

    right: int
    asked: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The share itself; 0 if nothing was asked."""
        return self.right / self.asked if self.asked else 0.0

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def wilson(right: int, asked: int, z: float = Z95) -> Share:
    """The share with its score interval (Wilson 1927, JASA 22:209). Nothing asked: [0, 1]."""
    if asked == 0:
        return Share(0, 0, 0.0, 1.0)
    p, z2 = right / asked, z * z
    middle = (p + z2 / (2 * asked)) / (1 + z2 / asked)
    half = z / (1 + z2 / asked) * sqrt(p * (1 - p) / asked + z2 / (4 * asked * asked))
    return Share(right, asked, max(0.0, middle - half), min(1.0, middle + half))


def tail(p: float, needed: int, asked: int) -> float:
    """The chance of at least ``needed`` right of ``asked`` independent items, each right with chance ``p``."""
    exact = Fraction(p).limit_denominator(10**9)
    miss = 1 - exact
    return float(
        sum(comb(asked, k) * exact**k * miss ** (asked - k) for k in range(needed, asked + 1))
    )


def tail_with_replacement(p: float, needed: int, rounds: int, items: int) -> float:
    """The same, if somebody who knew their score in every round could void the worst of one round more.

    No honest solver knows it; this bounds from above what a replacement round can be abused for.
    """
    one = [tail(p, k, items) - tail(p, k + 1, items) for k in range(items + 1)]
    total = 0.0
    for scores in product(range(items + 1), repeat=rounds + 1):
        if sum(scores) - min(scores) >= needed:
            chance = 1.0
            for score in scores:
                chance *= one[score]
            total += chance
    return total
