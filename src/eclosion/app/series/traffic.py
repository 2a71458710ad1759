"""What the doors of this process served, added to the series once a minute."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter

from eclosion.app.house import House
from eclosion.app.measuring import BOUNDS_S, PAGES, Tally
from eclosion.app.series.keeping import MINUTE_MS, Slot, add, floor_ms
from eclosion.kernel.errors import Unavailable

LATENCIES = [f"latency.{number}" for number in range(len(BOUNDS_S) + 1)]
_API = "/api/"
_log = logging.getLogger(__name__)


class Recorder:
    """Writes down what a house has counted since the last time. What could not be written is written later."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._written: Counter[str] = Counter()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the running event loop."""
        self._task = asyncio.create_task(self._run(), name="traffic")

    async def stop(self) -> None:
        """End, with what was counted in the last minute."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
            await self._try()

    async def record(self) -> None:
        """Write what is new, in one transaction.

        Raises:
            Unavailable: the store cannot be written now.
        """
        at_ms = floor_ms(self._house.clock.now_ms(), MINUTE_MS)
        total = count(self._house.measures.tallies)
        fresh = {Slot(name, at_ms): total[name] - self._written[name] for name in total}
        fresh[Slot("watchers", at_ms)] = self._house.streams.watching
        await self._house.store.write(lambda unit: add(unit, fresh))
        self._written = total

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(MINUTE_MS / 1000)
            await self._try()

    async def _try(self) -> None:
        try:
            await self.record()
        except Unavailable as error:
            _log.warning("traffic is written down later: %s", error)
        except Exception:  # noqa: BLE001 - one bad minute must not end the record; it is logged
            _log.exception("traffic could not be written down")


def count(tallies: list[Tally]) -> Counter[str]:
    """All that tallies hold, by the names of series. Health checks and metrics count as nobody's traffic."""
    found: Counter[str] = Counter()
    for tally in tallies:
        if tally.path == PAGES:
            name = "requests.pages"
        elif tally.path.startswith(_API):
            name = "requests.reads" if tally.method in ("GET", "HEAD") else "requests.writes"
        else:
            continue
        found[name] += sum(tally.statuses)
        found["errors.4xx"] += tally.statuses[4]
        found["errors.5xx"] += tally.statuses[5]
        for latency, number in zip(LATENCIES, tally.durations, strict=True):
            found[latency] += number
    return found
