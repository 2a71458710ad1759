"""The hub: reads the outbox once for everybody who watches in this process."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from eclosion.app.streaming.channels import Batch, Channels
from eclosion.app.streaming.watching import (
    HubClosed,
    Notice,
    PositionInvalid,
    Ready,
    TooManyWatchers,
    Watcher,
    WatchersFull,
)
from eclosion.app.telling import Filter, tell
from eclosion.kernel.clock import MINUTE_MS
from eclosion.network import Network
from eclosion.store import Event, Store, Unit
from eclosion.store.outbox import START, end_position, is_forgotten, is_later, read_events

if TYPE_CHECKING:
    from eclosion.app.settings import Streams

LOOK_S = 0.05
ASK_S = 0.2  # where the store cannot tell whether anything was written
BATCH = 200
HISTORY_BATCH = 100
RING = 2_000
BREATHE = 250  # watchers that are written to before others get their turn
SLOTS = 20
GRACE_S = 2.0
SLOW_S = 30.0
AFTER_ERROR_S = 1.0

_log = logging.getLogger(__name__)


class Counts:
    """What has happened since the start: events that were delivered, and watchers that were dropped as too slow."""

    __slots__ = ("delivered", "dropped")

    def __init__(self) -> None:
        self.delivered = 0
        self.dropped = 0


class Page(NamedTuple):
    """Some events, the position after them, whether there may be more now, and whether some are kept no more."""

    events: list[Ready]
    position: str
    more: bool
    missed: bool


class Hub:
    """All watchers of this process.

    Args:
        net, store: where events come from.
        limits: how many may watch, and how slowly.
    """

    def __init__(self, net: Network, store: Store, limits: Streams) -> None:
        self.counts = Counts()
        self._net = net
        self._store = store
        self._limits = limits
        self._networks: dict[str, int] = {}
        self._seated: set[Watcher] = set()
        self._channels = Channels()
        self._slots: list[set[Watcher]] = [set() for _ in range(SLOTS)]
        self._joined = 0
        self._position = START
        self._ring: deque[Ready] = deque()
        self._ring_after = START  # the ring has all that was told behind this position
        self._asleep = True
        self._waking = asyncio.Lock()
        self._reading = asyncio.Semaphore(1)
        self._seen: object = None
        self._looked_s = 0.0
        self._beaten_s = 0.0
        self._slot = 0
        self._closed = False
        self._task: asyncio.Task[None] | None = None

    @property
    def watching(self) -> int:
        """How many watch now."""
        return len(self._seated)

    def start(self) -> None:
        """Begin, in the running event loop."""
        self._task = asyncio.create_task(self._run(), name="events")

    async def stop(self) -> None:
        """End."""
        self.close()
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def close(self) -> None:
        """Send everybody home: the server is going down."""
        self._closed = True
        for watcher in list(self._seated):
            self._end(watcher, "server_stopping", "The server is going down. " + COME_BACK)

    def check_room(self, network: str) -> None:
        """Whether one more may watch.

        Raises:
            HubClosed, WatchersFull, TooManyWatchers: none may, or none from this network.
        """
        if self._closed:
            raise HubClosed
        if len(self._seated) >= self._limits.watchers:
            raise WatchersFull(hint="GET /api/v1/events/since asks without staying.")
        if self._networks.get(network, 0) >= self._limits.watchers_per_network:
            raise TooManyWatchers(
                hint="End one of them, or ask with GET /api/v1/events/since.",
                retry_after_ms=MINUTE_MS,
            )

    async def check_position(self, after: str) -> None:
        """Whether somebody can go on after a position; '' is the present.

        Raises:
            PositionInvalid: it is no position.
        """
        if after:
            await self._store.read(lambda unit: _begin(unit, after))

    @contextlib.contextmanager
    def seated(self, watcher: Watcher) -> Iterator[None]:
        """Count somebody as watching for as long as the block runs."""
        network = watcher.network
        self._seated.add(watcher)
        self._networks[network] = self._networks.get(network, 0) + 1
        try:
            yield
        finally:
            self._seated.discard(watcher)
            self._channels.remove(watcher)
            self._slots[watcher.slot].discard(watcher)
            self._networks[network] -= 1
            if not self._networks[network]:
                del self._networks[network]

    async def follow(self, watcher: Watcher, after: str = "") -> None:
        """Send what has happened after a position, if one is given, and then let a seated watcher watch.

        Comes back once it watches, or once its line has ended.
        """
        await self._wake()
        at, missed = self._position, False
        if after:
            at, missed = await self._store.read(lambda unit: _begin(unit, after))
        watcher.say(Notice("stream.opened", at))
        if missed:
            watcher.say(Notice("stream.missed", at, after, "position_gone", MISSED))
        while not watcher.line.is_closing() and not self._join(watcher, at):
            if is_later(at, self._position):
                await asyncio.sleep(LOOK_S)
            else:
                at = await self._send_history(watcher, at)

    async def read_page(self, wanted: Filter, after: str, most: int) -> Page:
        """Some of the events after a position, or, with none, only where the end is now.

        Raises:
            PositionInvalid: it is no position.
        """
        if not after:
            return Page([], await self._store.read(end_position), more=False, missed=False)
        at, missed = await self._store.read(lambda unit: _begin(unit, after))
        found: list[Ready] = []
        more = True
        for _ in range(PAGE_BATCHES):
            events, end, more = await self._read(wanted, at)
            found += events
            if len(found) > most:
                return Page(found[:most], found[most - 1].position, more=True, missed=missed)
            at = end
            if not more:
                break
        return Page(found, at, more=more, missed=missed)

    def _join(self, watcher: Watcher, at: str) -> bool:
        """Let somebody watch who has everything up to a position; False where it must read on, or wait.

        Whoever is far behind reads on, at its own pace: given all at once, it would be too slow for what comes next.
        """
        if is_later(self._ring_after, at) or is_later(at, self._position):
            return False
        fresh = [
            event.in_form(watcher.form)
            for event in self._ring
            if is_later(event.position, at) and watcher.wanted.admits(event.told)
        ]
        if fresh:
            body = watcher.form.frame(b"".join(fresh))
            if len(body) > self._limits.queue_bytes // 2:
                return False
            watcher.line.write(body)
            self.counts.delivered += len(fresh)
        self._channels.add(watcher)
        self._joined += 1
        watcher.slot = self._joined % SLOTS
        self._slots[watcher.slot].add(watcher)
        return True

    async def _send_history(self, watcher: Watcher, at: str) -> str:
        """A batch of what somebody missed; the position after it."""
        events, at, _ = await self._read(watcher.wanted, at)
        if events:
            body = b"".join([event.in_form(watcher.form) for event in events])
            watcher.line.write(watcher.form.frame(body))
            self.counts.delivered += len(events)
        elif watcher.line.get_write_buffer_size() == 0:
            watcher.say(Notice("stream.position", at))  # so that a cut now need not begin anew
        waited_s = 0.0
        while watcher.line.get_write_buffer_size() > self._limits.queue_bytes // 2:
            if waited_s > SLOW_S:
                self._drop(watcher)
            if watcher.line.is_closing():
                break
            await asyncio.sleep(LOOK_S)
            waited_s += LOOK_S
        return at

    async def _read(self, wanted: Filter, at: str) -> tuple[list[Ready], str, bool]:
        """A batch of history: what is wanted of it, the position after it, and whether there may be more.

        Where reads are quick it is read in the event loop, a few milliseconds at a time, with turns for others between:
        in a thread beside a busy loop each of its hundred small reads would wait for the interpreter's lock.
        """

        def work(unit: Unit) -> tuple[list[Ready], str, bool]:
            events, end, more = _next_events(unit, at, HISTORY_BATCH)
            told = tell(self._net, unit, [one for one in events if wanted.admits_kind(one.kind)])
            return [Ready(one) for one in told if wanted.admits(one)], end, more

        async with self._reading:
            await asyncio.sleep(0)
            return await self._store.read(work)

    async def _wake(self) -> None:
        """Begin to read, if nobody was there to read for."""
        async with self._waking:
            if self._asleep:
                self._position = await self._store.read(end_position)
                self._ring.clear()
                self._ring_after = self._position
                self._asleep = False

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                if not self._seated:
                    self._asleep = True
                elif not self._asleep:
                    more = self._is_time(loop.time())
                    while more:
                        more = await self._round()
                    await self._beat(loop.time())
            except Exception:  # noqa: BLE001 - one bad moment must not end the stream; it is logged and tried again
                _log.exception("reading events failed and will be tried again")
                self._seen = None
                await asyncio.sleep(AFTER_ERROR_S)
            await asyncio.sleep(LOOK_S)

    def _is_time(self, now_s: float) -> bool:
        """Whether something may have been written."""
        version = self._store.version
        state = (version, self._store.commits)
        if state == self._seen and (version is not None or now_s - self._looked_s < ASK_S):
            return False
        self._seen, self._looked_s = state, now_s
        return True

    async def _round(self) -> bool:
        """Tell everybody of a batch of events; whether there may be more."""

        def work(unit: Unit) -> tuple[list[Ready], str, bool]:
            events, end, more = _next_events(unit, self._position, BATCH)
            return [Ready(one) for one in tell(self._net, unit, events)], end, more

        events, end, more = await self._store.read(work)
        # From here to the batches nobody may come between: a watcher that joins is told of these by the ring.
        self._position = end
        self._ring.extend(events)
        while len(self._ring) > RING:
            self._ring_after = self._ring.popleft().position
        await self._deliver(self._channels.route(events))
        return more

    async def _deliver(self, batches: list[Batch]) -> None:
        written, queue_bytes = 0, self._limits.queue_bytes
        for data, events, watchers in batches:
            self.counts.delivered += events * len(watchers)
            for watcher in watchers:
                line = watcher.line
                if line.is_closing():
                    continue
                if line.get_write_buffer_size() > queue_bytes:
                    self._drop(watcher)
                    continue
                line.write(data)
                written += 1
                if written % BREATHE == 0:
                    await asyncio.sleep(0)

    async def _beat(self, now_s: float) -> None:
        """Tell some of the watchers how far they are, in turn."""
        every_s = self._limits.heartbeat_ms / 1000 / SLOTS
        if now_s - self._beaten_s < every_s:
            return
        self._beaten_s = now_s
        self._slot = (self._slot + 1) % SLOTS
        notice = Notice("stream.position", self._position)
        written = 0
        for watcher in list(self._slots[self._slot]):
            line = watcher.line
            if not line.is_closing() and line.get_write_buffer_size() <= self._limits.queue_bytes:
                watcher.say(notice)
                written += 1
                if written % BREATHE == 0:
                    await asyncio.sleep(0)

    def _drop(self, watcher: Watcher) -> None:
        self.counts.dropped += 1
        self._end(watcher, "too_slow", "You read too slowly. " + COME_BACK)

    def _end(self, watcher: Watcher, reason: str, message: str) -> None:
        """Say why, and let the line end; whoever does not take even that is cut off."""
        self._channels.remove(watcher)
        watcher.end(Notice("stream.ended", reason=reason, message=message))
        asyncio.get_running_loop().call_later(GRACE_S, watcher.line.abort)


COME_BACK = "Come back with the last id that you saw, and you miss nothing."
MISSED = (
    "Events after the id that you named are kept no more; this stream goes on with the oldest that is. "
    "What you need of the time between, read from the API."
)
PAGE_BATCHES = 25


def _next_events(unit: Unit, at: str, limit: int) -> tuple[list[Event], str, bool]:
    """A batch of events, the position up to which there are no others, and whether there may be more."""
    end = end_position(unit)  # asked first: whatever lies before it is there to be read afterwards
    events = read_events(unit, at, limit)
    if events and (len(events) == limit or is_later(events[-1].position, end)):
        end = events[-1].position
    return events, end if is_later(end, at) else at, len(events) == limit


def _begin(unit: Unit, after: str) -> tuple[str, bool]:
    """Where to read on for somebody who has seen all up to a position, and whether something is missing there.

    A position that lies ahead of all is one of a network that was restored from an older copy.
    """
    try:
        end = end_position(unit)
        if is_later(after, end):
            return end, True
        return after, is_forgotten(unit, after)
    except ValueError:
        raise PositionInvalid(hint="Give the id of the last event that you saw.") from None
