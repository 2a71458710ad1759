"""A session on a real WebSocket: hands frames to and fro at the times that the session names. asyncio, and no rules.

What always holds: time in which this process did not run counts for nobody, up to a second a session. An answer that
lies in the socket while the machine is busy elsewhere has come; only we have not looked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Self

from eclosion.gate.ports import Clock
from eclosion.gate.session import Session

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

LONGEST_S = 300
FORGIVEN_NS = 1_000_000_000
_BEAT_S, _BEAT_NS, _SLACK_NS = 0.01, 10_000_000, 20_000_000
_REFUSED, _DONE = 4003, 1000


class Wakefulness:
    """Knows how long one event loop did not run when it should have: a beat every 10 ms, and what is missing of it.

    It beats only while somebody is ``in`` it, so a gate that nobody tries costs nothing.
    """

    def __init__(self, monotonic_ns: Callable[[], int]) -> None:
        self._monotonic_ns = monotonic_ns
        self._inside = 0
        self._awaited_ns = 0
        self._asleep_ns = 0
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> Self:
        self._inside += 1
        if self._timer is None:
            self._beat()
        return self

    def __exit__(self, *_: object) -> None:
        self._inside -= 1
        if not self._inside and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def look(self) -> tuple[int, int]:
        """The time now, and how much of all time was slept; both in nanoseconds."""
        now_ns = self._monotonic_ns()
        late_ns = now_ns - self._awaited_ns - _SLACK_NS
        if (
            self._timer is not None and late_ns > 0
        ):  # what lies within the slack has counted already
            self._asleep_ns += late_ns
            self._awaited_ns += late_ns
        return now_ns, self._asleep_ns

    def _beat(self) -> None:
        if self._timer is not None:
            self.look()
        self._awaited_ns = self._monotonic_ns() + _BEAT_NS
        self._timer = asyncio.get_running_loop().call_later(_BEAT_S, self._beat)


class Drive:
    """One session on one accepted ASGI WebSocket.

    Args:
        session: to be driven.
        clock: the machine's.
        receive, send: of the WebSocket.
        wakefulness: of this event loop, shared by its sessions.
    """

    def __init__(
        self,
        session: Session,
        clock: Clock,
        receive: Receive,
        send: Send,
        wakefulness: Wakefulness | None = None,
    ) -> None:
        self._session = session
        self._wakefulness = wakefulness or Wakefulness(clock.monotonic_ns)
        self._slept_before_ns = self._wakefulness.look()[1]
        self._receive = receive
        self._send = send
        self._order = asyncio.Lock()  # frames go out in the order in which the session gave them
        self._nudge = asyncio.Event()
        self._planned_ns = 0

    async def run(self) -> None:
        """Until the session is over or the client has gone."""
        reader = asyncio.create_task(self._read())
        try:
            with self._wakefulness:
                async with asyncio.timeout(LONGEST_S):
                    await self._pace(reader)
        except TimeoutError:
            pass  # nobody stays so long; the close below says goodbye
        finally:
            reader.cancel()
        if not self._is_gone(reader):
            failed = self._session.failure is not None or not self._session.over
            await self._send({"type": "websocket.close", "code": _REFUSED if failed else _DONE})

    async def _pace(self, reader: asyncio.Task[None]) -> None:
        loop = asyncio.get_running_loop()
        await self._flush()
        while not self._session.over and not reader.done():
            self._planned_ns = self._session.wake_ns()
            wait_s = (self._planned_ns - self._now_ns()) / 1e9
            if wait_s > 0:
                self._nudge.clear()
                timer = loop.call_later(wait_s, self._nudge.set)
                await self._nudge.wait()
                timer.cancel()
            await self._flush()

    async def _flush(self) -> None:
        async with self._order:
            for frame in self._session.due(self._now_ns()):
                await self._send({"type": "websocket.send", "bytes": frame})

    async def _read(self) -> None:
        try:
            while not self._session.over:
                message = await self._receive()
                if message["type"] != "websocket.receive":
                    return
                data = message.get("bytes")
                self._session.receive(b"" if data is None else data, self._now_ns())
                if self._session.over or self._session.wake_ns() < self._planned_ns:
                    self._nudge.set()
        finally:
            self._nudge.set()

    def _now_ns(self) -> int:
        """The session's time: the machine's, without what was slept meanwhile."""
        now_ns, asleep_ns = self._wakefulness.look()
        return now_ns - min(asleep_ns - self._slept_before_ns, FORGIVEN_NS)

    @staticmethod
    def _is_gone(reader: asyncio.Task[None]) -> bool:
        """Whether the client hung up."""
        return reader.done() and not reader.cancelled()
