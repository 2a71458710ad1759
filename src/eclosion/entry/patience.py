"""How long this network's server listens to somebody who does not come to the point.

The limits are the gate's own (``eclosion.gate.patience``), so that a gate served alone has them too. Here is what
only this server knows: that streams write to connections themselves, and that nothing has to be said on any WebSocket
but the gate's. What comes after a request's head is limited where it is read (``app/bodies.py``).
"""

from __future__ import annotations

from typing import Any, cast

from websockets.frames import Frame
from websockets.http11 import Request

from eclosion.app.streaming import LINE
from eclosion.gate import patience
from eclosion.gate.patience import ANSWERED_BYTES_MAX, SAID_BYTES_MAX


class PatientProtocol(patience.PatientProtocol):
    """Uvicorn's protocol with an end to its patience, whose connections can be written to as they are."""

    def on_headers_complete(self) -> None:
        """Its head is complete. Whoever streams writes to the connection itself."""
        self.scope["extensions"] = cast(Any, {LINE: self.transport})
        super().on_headers_complete()


class SocketProtocol(patience.SocketProtocol):
    """Uvicorn's WebSockets, whose connections can be written to as they are, and on which nothing has to be said.

    The gate's sessions are the exception: they are heard, and end at the first frame that has no place in them.
    What is said elsewhere is not kept, and there may be little of it.
    """

    def said_bytes_max(self) -> int:
        """What may be said here within a minute."""
        return ANSWERED_BYTES_MAX if self.is_session else SAID_BYTES_MAX

    def handle_text(self, event: Frame) -> None:
        """Only the gate listens."""
        if self.is_session:
            super().handle_text(event)

    def handle_bytes(self, event: Frame) -> None:
        """Only the gate listens."""
        if self.is_session:
            super().handle_bytes(event)

    def handle_cont(self, event: Frame) -> None:
        """Only the gate listens."""
        if self.is_session:
            super().handle_cont(event)

    def handle_connect(self, event: Request) -> None:
        """Begin; the application runs only after this."""
        super().handle_connect(event)
        if not self.close_sent:
            self.scope["extensions"] = cast(
                Any, {**(self.scope["extensions"] or {}), LINE: self.transport}
            )
