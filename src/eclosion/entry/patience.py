"""How long we listen to somebody who does not come to the point.

Uvicorn waits for a request's head for ever and keeps as much of it as comes. Here a head has to be complete in time
and within a size, so that nobody holds connections or memory for nothing. What comes after the head is limited
where it is read (``app/bodies.py``).
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Request

from eclosion.app.gatehouse import PREFIX
from eclosion.app.streaming import LINE
from eclosion.gate.replies import endpoints

HEAD_WITHIN_S = 20.0
HEAD_BYTES_MAX = 128 * 1024
SAID_BYTES_MAX = 16 * 1024
SAID_WITHIN_S = 60.0
GATE_SESSION = endpoints(PREFIX)["session"]
ANSWERED_BYTES_MAX = 1024 * 1024  # two tries at a burst of 100,000 answers, framed


class PatientProtocol(HttpToolsProtocol):
    """Uvicorn's protocol with an end to its patience."""

    head_within_s = HEAD_WITHIN_S

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._head_open = True
        self._head_bytes = 0
        self._head_since = self.loop.time()
        self._look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait."""
        super().connection_made(transport)
        self._look = self.loop.call_later(self.head_within_s, self._look_again)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        if self._look is not None:
            self._look.cancel()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """A request begins."""
        self._head_open = True
        self._head_bytes = 0
        self._head_since = self.loop.time()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head is complete. Whoever streams writes to the connection itself."""
        self._head_open = False
        self.scope["extensions"] = cast(Any, {LINE: self.transport})
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Take what came, and refuse a head without end."""
        super().data_received(data)
        if self._head_open:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES_MAX and not self.transport.is_closing():
                self.send_400_response("The head of this request is too large.")

    def handle_websocket_upgrade(self) -> None:
        """From here on the connection is another protocol's."""
        if self._look is not None:
            self._look.cancel()
        super().handle_websocket_upgrade()

    def _look_again(self) -> None:
        if self._head_open and self.loop.time() - self._head_since >= self.head_within_s:
            self.transport.close()
        else:
            self._look = self.loop.call_later(self.head_within_s, self._look_again)


class SocketProtocol(WebSocketsSansIOProtocol):
    """Uvicorn's WebSockets, whose connections can be written to as they are, and on which nothing has to be said.

    The gate's sessions are the exception: they are heard, and end at the first frame that has no place in them.

    What is said is not kept: a message in endless empty pieces would fill the memory. And there is little of it:
    each frame costs us more than its sender, and each ping an answer that its sender need not read.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._said_bytes = 0
        self._heard = False
        self._said_since = self.loop.time()

    def handle_text(self, event: Frame) -> None:
        """Only the gate listens."""
        if self._heard:
            super().handle_text(event)

    def handle_bytes(self, event: Frame) -> None:
        """Only the gate listens."""
        if self._heard:
            super().handle_bytes(event)

    def handle_cont(self, event: Frame) -> None:
        """Only the gate listens."""
        if self._heard:
            super().handle_cont(event)

    def handle_connect(self, event: Request) -> None:
        """Begin; the application runs only after this."""
        super().handle_connect(event)
        self._heard = event.path.partition("?")[0] == GATE_SESSION
        if not self.close_sent:
            self.scope["extensions"] = cast(
                Any, {**(self.scope["extensions"] or {}), LINE: self.transport}
            )

    def data_received(self, data: bytes) -> None:
        """Take what came. A head that its parser refuses gets its answer, which Uvicorn would leave unsent."""
        if self.handshake_initiated and self._says_too_much(len(data)):
            self.transport.abort()
            return
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.close()

    async def send(self, message: ASGISendEvent) -> None:
        """Send. After an answer that refuses the WebSocket nothing more is owed; Uvicorn would log an error."""
        await super().send(message)
        if self.initial_response is not None and self.close_sent:
            self.handshake_complete = True

    def _says_too_much(self, size_bytes: int) -> bool:
        now_s = self.loop.time()
        if now_s - self._said_since >= SAID_WITHIN_S:
            self._said_since, self._said_bytes = now_s, 0
        self._said_bytes += size_bytes
        return self._said_bytes > (ANSWERED_BYTES_MAX if self._heard else SAID_BYTES_MAX)
