"""Adds what the doors have counted of themselves to the series, once a minute.

Only a process that writes can do so: beside it, on the embedded engine, the traffic of those that only read is in
their ``/metrics`` and not in the series. What a process counted in its last minute goes in when it stops.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter

from eclosion.app import series
from eclosion.app.house import House
from eclosion.app.measuring import Measures
from eclosion.kernel.errors import Unavailable

EVERY_S = 60.0

_log = logging.getLogger(__name__)


class TrafficFeeder:
    """Feeds the series with one process's traffic."""

    def __init__(self, house: House, every_s: float = EVERY_S) -> None:
        self._house = house
        self._every_s = every_s
        self._before: Counter[str] = Counter()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the running event loop."""
        self._task = asyncio.create_task(self._run(), name="traffic")

    async def stop(self) -> None:
        """End, with what was counted last."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
            await self.flush()

    async def flush(self) -> None:
        """Add what was counted since the last time. What cannot be written now waits for the next time."""
        counted = count(self._house.measures)
        now_ms = self._house.clock.now_ms()
        new = {(name, now_ms): value - self._before[name] for name, value in counted.items()}
        try:
            await self._house.store.write(lambda unit: series.add(unit, new))
        except Unavailable as error:
            _log.warning("traffic is counted later: %s", error)
        else:
            self._before = counted

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            await self.flush()


def count(measures: Measures) -> Counter[str]:
    """All that the doors have counted so far, by series."""
    sums: Counter[str] = Counter()
    for tally in measures.tallies:
        kind = "pages" if tally.is_page else "reads" if tally.method == "GET" else "writes"
        sums[kind] += sum(tally.statuses)
        sums["refused"] += tally.statuses[4]
        sums["broken"] += tally.statuses[5]
        for name, value in zip(series.TOOK, tally.durations, strict=True):
            sums[name] += value
    return sums
