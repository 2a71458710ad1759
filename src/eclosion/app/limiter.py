"""How much one asker may ask for in a minute.

Counted in fixed windows, in memory: a restart forgives at most one minute. What an agent may *write* over hours
and days is counted in the database, in the transaction that writes. Memory is bounded by ``ASKERS_MAX``; beyond
it, those who have not asked for longest are forgotten.
"""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

from eclosion.kernel.clock import MINUTE_MS, Clock

ASKERS_MAX = 100_000


class Allowance(NamedTuple):
    """What is left after a request: ``wait_ms`` is 0 if it was allowed."""

    limit: int
    remaining: int
    reset_s: int
    wait_ms: int


class Limiter:
    """Counts requests of askers; not safe to share between threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._askers: dict[str, list[int]] = {}

    def spend(self, asker: str, limit: int, count: int = 1) -> Allowance:
        """Count one request of ``asker``, or what it is worth, against ``limit`` a minute."""
        now_ms = self._clock.now_ms()
        window = self._askers.get(asker)
        if window is None or now_ms - window[0] >= MINUTE_MS or now_ms < window[0]:
            window = [now_ms, 0]
            self._askers.pop(asker, None)  # a fresh window goes to the young end of the dictionary
            self._askers[asker] = window
            if len(self._askers) > ASKERS_MAX:
                del self._askers[next(iter(self._askers))]
        end_ms = window[0] + MINUTE_MS
        if window[1] + count > limit:
            return Allowance(
                limit, max(0, limit - window[1]), -(-end_ms // 1000), max(1, end_ms - now_ms)
            )
        window[1] += count
        return Allowance(limit, limit - window[1], -(-end_ms // 1000), 0)

    def strangers(self, within_ms: int, most: int = 10_000) -> int:
        """From how many networks something was read without a key lately; looks at ``most`` askers at most."""
        since_ms = self._clock.now_ms() - within_ms
        count = 0
        for asker in islice(reversed(self._askers), most):
            if self._askers[asker][0] < since_ms:
                break
            count += asker[0] == "r" and asker[1:2] != "k"  # a key, see caller.py
        return count
