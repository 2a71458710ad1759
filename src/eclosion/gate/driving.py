"""A session on a real WebSocket: hands frames to and fro at the times that the session names. asyncio, and no rules."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from eclosion.gate.ports import Clock
from eclosion.gate.session import Session

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

LONGEST_S = 300
_REFUSED, _DONE = 4003, 1000


class Drive:
    """One session on one accepted ASGI WebSocket."""

    def __init__(self, session: Session, clock: Clock, receive: Receive, send: Send) -> None:
        self._session = session
        self._clock = clock
        self._receive = receive
        self._send = send
        self._order = asyncio.Lock()  # frames go out in the order in which the session gave them
        self._nudge = asyncio.Event()
        self._planned_ns = 0

    async def run(self) -> None:
        """Until the session is over or the client has gone."""
        reader = asyncio.create_task(self._read())
        try:
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
            wait_s = (self._planned_ns - self._clock.monotonic_ns()) / 1e9
            if wait_s > 0:
                self._nudge.clear()
                timer = loop.call_later(wait_s, self._nudge.set)
                await self._nudge.wait()
                timer.cancel()
            await self._flush()

    async def _flush(self) -> None:
        async with self._order:
            for frame in self._session.due(self._clock.monotonic_ns()):
                await self._send({"type": "websocket.send", "bytes": frame})

    async def _read(self) -> None:
        try:
            while not self._session.over:
                message = await self._receive()
                if message["type"] != "websocket.receive":
                    return
                data = message.get("bytes")
                self._session.receive(b"" if data is None else data, self._clock.monotonic_ns())
                if self._session.over or self._session.wake_ns() < self._planned_ns:
                    self._nudge.set()
        finally:
            self._nudge.set()

    @staticmethod
    def _is_gone(reader: asyncio.Task[None]) -> bool:
        """Whether the client hung up."""
        return reader.done() and not reader.cancelled()
