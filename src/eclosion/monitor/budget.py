"""How much time may be spent: on one message, and by one detector in a second.

A text can be built to keep a solver busy. So slow work is asked for before it is done (``Passage.afford``) and
granted out of a sum for the message; that depends on the text alone, so a log gives the same findings on any machine.
Where a stream must be kept up with, what each detector really takes is measured too, and one that takes more than
its share of a second is left out until it has been made up for. Both are told, never silent.
"""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """What may be spent.

    Attributes:
        message_ms: slow work on one observation, by the detectors' own estimate.
        second_ms: what one detector may really take in a second, measured; 0: as much as it needs.
        burst_s: how many seconds' worth may be spent at once after a quiet time.
    """

    message_ms: float = 400.0
    second_ms: float = 0.0
    burst_s: float = 5.0


class Purse:
    """The slow work that one observation may still cause."""

    __slots__ = ("left_ms", "limit_ms", "refused")

    def __init__(self, limit_ms: float) -> None:
        self.limit_ms = limit_ms
        self.left_ms = limit_ms
        self.refused = 0

    def afford(self, cost_ms: float) -> bool:
        """Whether so much may be spent; if so, it is."""
        if cost_ms > self.left_ms:
            self.refused += 1
            return False
        self.left_ms -= cost_ms
        return True


class Allowance:
    """What one detector may take of each second: a bucket that fills at ``second_ms`` a second."""

    def __init__(self, budget: Budget) -> None:
        self._rate = budget.second_ms / 1000
        self._most_s = self._rate * budget.burst_s
        self._left_s = self._most_s
        self._at_s = time.monotonic()

    def is_spent(self) -> bool:
        """Whether it has taken more than its share."""
        now_s = time.monotonic()
        self._left_s = min(self._most_s, self._left_s + (now_s - self._at_s) * self._rate)
        self._at_s = now_s
        return self._left_s <= 0

    def take(self, spent_s: float) -> None:
        """So many seconds were taken."""
        self._left_s -= spent_s
