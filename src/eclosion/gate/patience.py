"""How long and how much a server listens to somebody who does not come to the point. Uvicorn's protocols, with limits.

Uvicorn waits for a request's head for ever, keeps as much of it as comes, and answers a WebSocket's pings though
nobody reads the answers. Here a head has to be complete in time and within a size; a WebSocket is not read while its
other end does not read; a message comes in few pieces; and whoever has paid nothing yet may say next to nothing.

For servers that run uvicorn: ``eclosion gate serve``, the network's server, and yours:

    uvicorn --http eclosion.gate.patience:PatientProtocol --ws eclosion.gate.patience:SocketProtocol your:app

It is imported only by who has uvicorn, httptools and websockets; the gate itself needs none of them.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn._types import ASGIReceiveEvent, ASGISendEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from eclosion.gate.replies import endpoints

HEAD_WITHIN_S = 20.0
HEAD_BYTES_MAX = 128 * 1024
SAID_BYTES_MAX = 16 * 1024
SAID_WITHIN_S = 60.0
ANSWERED_BYTES_MAX = 1024 * 1024  # two tries at a burst of 100,000 answers, framed
PIECES_MAX = 64
PINGS_MAX = 60


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
        """Its head is complete."""
        self._head_open = False
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
    """Uvicorn's WebSockets, on which nobody fills our memory and few have much to say.

    What always holds: nothing is read from a connection whose answers are not read, so what waits for it is bounded;
    before a WebSocket is accepted next to nothing is heard on it; a gate's session has as much to say as two tries at
    a burst, and a few pings.

    Attributes:
        session_path: where the gate's sessions are.
    """

    session_path = endpoints("/gate")["session"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._said_bytes = 0
        self._said_since = self.loop.time()
        self._pings = 0
        self._unread = False

    @property
    def is_session(self) -> bool:
        """Whether a session of the gate is asked for or held here."""
        return self.handshake_initiated and self.request.path.partition("?")[0] == self.session_path

    def said_bytes_max(self) -> int | None:
        """What may be said here within a minute; None where the application behind has to know."""
        if not self.handshake_complete:
            return SAID_BYTES_MAX
        return ANSWERED_BYTES_MAX if self.is_session else None

    def data_received(self, data: bytes) -> None:
        """Take what came. A head that its parser refuses gets its answer, which Uvicorn would leave unsent."""
        if self.handshake_initiated and self._says_too_much(len(data)):
            self.transport.abort()
            return
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.close()

    def handle_cont(self, event: Frame) -> None:
        """A further piece; a message in endless empty ones would fill the memory."""
        if len(self.frames) >= PIECES_MAX:
            self.transport.abort()
        if not self.transport.is_closing():
            super().handle_cont(event)

    def handle_ping(self) -> None:
        """Answer, a few times: each costs us more than its sender."""
        self._pings += self.said_bytes_max() is not None
        if self._pings > PINGS_MAX:
            self.transport.abort()
        if not self.transport.is_closing():
            super().handle_ping()

    def pause_writing(self) -> None:
        """The other end does not read: so we do not either."""
        super().pause_writing()
        self._unread = True
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        """It has read."""
        super().resume_writing()
        self._unread = False
        if not self.read_paused:
            self.transport.resume_reading()

    async def receive(self) -> ASGIReceiveEvent:
        """The next message; more is read from the line only if the other end reads too."""
        message = await super().receive()
        if self._unread and not self.transport.is_closing():
            self.transport.pause_reading()
        return message

    async def send(self, message: ASGISendEvent) -> None:
        """Send. After an answer that refuses the WebSocket nothing more is owed; Uvicorn would log an error."""
        await super().send(message)
        if self.initial_response is not None and self.close_sent:
            self.handshake_complete = True

    def _says_too_much(self, size_bytes: int) -> bool:
        limit = self.said_bytes_max()
        now_s = self.loop.time()
        if now_s - self._said_since >= SAID_WITHIN_S:
            self._said_since, self._said_bytes, self._pings = now_s, 0, 0
        self._said_bytes += size_bytes
        return limit is not None and self._said_bytes > limit
