"""Upkeep: what is forgotten, archived and tidied while the network runs.

A round goes through all jobs; a job is a step that is repeated, each time in a short transaction of its own, until
it has nothing more to do. Between steps others get their turn. A round may stop anywhere; the next one
goes on from what is left. Several processes may do rounds at once: it costs them work and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterable
from pathlib import Path

from eclosion.app import archive, series
from eclosion.app.house import House
from eclosion.app.ringing import RingWatch
from eclosion.findings.service import forget_old_evidence
from eclosion.kernel.clock import DAY_MS, HOUR_MS
from eclosion.kernel.errors import Unavailable
from eclosion.kernel.ids import first_id
from eclosion.ledger.service.bounties.ending import sweep
from eclosion.ledger.service.posting import expire_due
from eclosion.network.service.retention import steps
from eclosion.store import Event, Store, Unit, open_store
from eclosion.store.outbox import oldest_events, positions, seen_by_all, trim
from eclosion.webhooks.service.deliveries import tidy

BATCH = 500
PAUSE_S = 0.02
KEEP_AT_LEAST_MS = HOUR_MS
"""However short ``outbox_days``: by then every transaction that could still show an older event has ended."""

_log = logging.getLogger(__name__)


class Upkeep:
    """The rounds of one house.

    Args:
        pause_s: between two steps.
    """

    def __init__(self, house: House, pause_s: float = PAUSE_S) -> None:
        self._house = house
        self._pause_s = pause_s
        self._steps = steps(house.network)
        self._rings = RingWatch(house)
        self._archive: Store | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin rounds, in the running event loop."""
        self._task = asyncio.create_task(self._run(), name="upkeep")

    async def stop(self) -> None:
        """End; the step that is under way is finished or undone as a whole."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        self.close()

    def close(self) -> None:
        """Let go of the archive."""
        if self._archive and self._archive is not self._house.store:
            self._archive.close()
        self._archive = None

    async def do_round(self) -> None:
        """Everything that is due, once.

        Raises:
            Unavailable: the store cannot be written now.
        """
        store = self._house.store
        own = (
            self._forget_answers,
            self._forget_evidence,
            self._tidy_webhooks,
            self._forget_series,
            self._expire_transfers,
            self._move_bounties,
        )
        for step in (*own, *self._steps.values()):
            more = True
            while more:
                more = await store.write(step)
                await asyncio.sleep(self._pause_s)
        if self._house.settings.ledger.enabled:
            await self._rings.look()
        more = True
        while more:
            more = await self._archive_events()
            await asyncio.sleep(self._pause_s)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._house.settings.server.upkeep_every_ms / 1000)
            try:
                await self.do_round()
            except Unavailable as error:
                _log.warning("upkeep is put off: %s", error)
            except Exception:  # noqa: BLE001 - upkeep must not end with one bad round; it is logged
                _log.exception("a round of upkeep failed")

    def _expire_transfers(self, unit: Unit) -> bool:
        return expire_due(self._house.ledger, unit)

    def _move_bounties(self, unit: Unit) -> bool:
        return sweep(self._house.ledger, unit)

    def _forget_series(self, unit: Unit) -> bool:
        return series.forget(unit, self._house.clock.now_ms())

    def _forget_answers(self, unit: Unit) -> bool:
        before_ms = self._house.clock.now_ms() - self._house.network.rules.idempotency_ms
        return unit.run("store.forget_answers", before_id=first_id(before_ms), limit=BATCH) == BATCH

    def _forget_evidence(self, unit: Unit) -> bool:
        return forget_old_evidence(self._house.findings, unit)

    def _tidy_webhooks(self, unit: Unit) -> bool:
        return tidy(self._house.hooks, unit)

    async def _archive_events(self) -> bool:
        """Move the oldest events to the archive; whether there may be more.

        They are written there before they are removed here: killed in between, they are moved again, and the
        archive keeps the first copy.
        """
        events = await self._house.store.read(self._due, slow=True)
        if not events:
            return False
        await self._archive_store().write(lambda unit: archive.add_events(unit, events))
        trimmed = await self._house.store.write(lambda unit: trim(unit, events[-1].position))
        return trimmed == BATCH

    def _due(self, unit: Unit) -> list[Event]:
        keep_ms = max(KEEP_AT_LEAST_MS, self._house.network.rules.outbox_days * DAY_MS)
        before_ms = self._house.clock.now_ms() - keep_ms
        found = oldest_events(unit, seen_by_all(unit, self._index_positions()), BATCH)
        due = 0
        while due < len(found) and found[due].at_ms < before_ms:
            due += 1
        return found[:due]

    def _index_positions(self) -> Iterable[str]:
        """Readers whose effect is in the text index's own file keep their position there."""
        index = self._house.index
        return () if index is self._house.store else index.read_now(positions).values()

    def _archive_store(self) -> Store:
        if self._archive is None:
            store, settings = self._house.store, self._house.settings
            path = Path(settings.data.dir) / "archive.db"
            embedded = store.engine == "sqlite"
            self._archive = open_store(f"sqlite:///{path}", [archive.SOURCE]) if embedded else store
        return self._archive
