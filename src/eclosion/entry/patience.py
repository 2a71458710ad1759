"""How long we listen to somebody who does not come to the point.

Uvicorn waits for a request's head for ever and keeps as much of it as comes. Here a head has to be complete in time
and within a size, so that nobody holds connections or memory for nothing. What comes after the head is limited
where it is read (``app/bodies.py``).
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_WITHIN_S = 20.0
HEAD_BYTES_MAX = 128 * 1024


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

    def _look_again(self) -> None:
        if self._head_open and self.loop.time() - self._head_since >= self.head_within_s:
            self.transport.close()
        else:
            self._look = self.loop.call_later(self.head_within_s, self._look_again)
