"""Carries events from the outbox to those who act on them.

A consumer is a name and a step: read up to ``BATCH`` events after its position, act, save the position. One whose
effect is in the same database does all that in one transaction and so acts on each event exactly once, whatever
is killed when. One that keeps its own file saves its position in that file's transaction. Consumers run as
tasks of the server: woken when this process has committed something, and otherwise every ``IDLE_S``, for what
other processes wrote.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from eclosion.store import Event, Store, Unit
from eclosion.store.outbox import get_position, move_position, read_events

BATCH = 500
MANY = 100  # events in a step after which there are likely more
LOOK_S = 0.05
IDLE_S = 0.2
AFTER_ERROR_S = 1.0

_log = logging.getLogger(__name__)


class Consumer(Protocol):
    """Somebody who acts on events."""

    name: str

    async def step(self) -> int:
        """Act on the next events; how many there were. Less than ``BATCH`` means that it has caught up."""
        ...


class InDatabase:
    """A consumer whose effect is in the same database as the events.

    Args:
        name: under which its position is kept: never rename one.
        act: what it does with a batch, in the transaction that saves the position; it may be run again.
    """

    def __init__(
        self,
        store: Store,
        name: str,
        act: Callable[[Unit, list[Event]], None],
        batch: int = BATCH,
    ) -> None:
        self.name = name
        self._store = store
        self._act = act
        self._batch = batch

    async def step(self) -> int:
        """Act on the next events. Looking for some writes nothing."""
        if not await self._store.read(self._waiting):
            return 0
        with contextlib.suppress(_Raced):
            return await self._store.write(self.work)
        return 0

    def work(self, unit: Unit) -> int:
        """One batch, within a transaction; also for those who have no event loop."""
        was = get_position(unit, self.name)
        events = read_events(unit, was, self._batch)
        if events:
            self._act(unit, events)
            if not move_position(unit, self.name, was, events[-1].position):
                raise _Raced
        return len(events)

    def _waiting(self, unit: Unit) -> bool:
        return bool(read_events(unit, get_position(unit, self.name), 1))


class _Raced(Exception):
    """Another process acted on these events at the same time, and was first: this one undoes what it did."""


class Dispatcher:
    """Runs consumers until it is stopped."""

    def __init__(self, store: Store, consumers: Sequence[Consumer]) -> None:
        self.consumers = list(consumers)
        self._store = store
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin, in the running event loop."""
        for consumer in self.consumers:
            self._tasks.append(asyncio.create_task(self._run(consumer), name=consumer.name))

    async def stop(self) -> None:
        """End; what was being done is finished or undone as a whole, and taken up at the next start."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._tasks.clear()

    async def catch_up(self) -> None:
        """Let every consumer act on all that has happened so far."""
        for consumer in self.consumers:
            while await consumer.step():
                pass

    async def _run(self, consumer: Consumer) -> None:
        while True:
            seen = self._store.commits
            try:
                # Where many write, a short wait makes one batch of what would be twenty.
                if await consumer.step() >= MANY:
                    continue
            except Exception:  # noqa: BLE001 - one bad moment must not end a consumer; it is logged and tried again
                _log.exception("the consumer %s failed and will try again", consumer.name)
                await asyncio.sleep(AFTER_ERROR_S)
            await self._until_changed(seen)

    async def _until_changed(self, seen: int) -> None:
        waited = 0.0
        while waited == 0 or (waited < IDLE_S and self._store.commits == seen):
            await asyncio.sleep(LOOK_S)
            waited += LOOK_S
