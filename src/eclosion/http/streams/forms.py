"""How events look on the line: as server-sent events in chunks of HTTP/1.1, and as WebSocket messages.

Both carry the same JSON. They are written to connections as they are, past the server's own sending, which would cost
more for each event than all else that is done for it.
"""

from __future__ import annotations

from msgspec.json import Encoder
from websockets.frames import Close, Frame, Opcode

from eclosion.app.streaming import Notice, Ready

RETRY_MS = 3_000
_CLOSE_CODES = {"too_slow": 1008, "server_stopping": 1012}

_encode = Encoder().encode


class EventForm:
    """Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

    def event(self, ready: Ready) -> bytes:
        """An event of no name of its own, so that ``onmessage`` hears them all."""
        return b"id: %s\ndata: %s\n\n" % (ready.position.encode(), ready.raw)

    def notice(self, notice: Notice) -> bytes:
        """What a browser does by itself is said in its words: an id without data only moves the position."""
        if notice.type == "stream.opened":
            return b"retry: %d\nid: %s\n\n" % (RETRY_MS, notice.id.encode())
        if notice.type == "stream.position":
            return b":\nid: %s\n\n" % notice.id.encode()
        name = notice.type.partition(".")[2].encode()
        return b"event: %s\ndata: %s\n\n" % (name, _encode(notice))

    def frame(self, body: bytes) -> bytes:
        """One chunk (RFC 9112 section 7.1)."""
        return b"%x\r\n%s\r\n" % (len(body), body)

    def end(self, reason: str) -> bytes:
        """The last chunk."""
        return b"0\r\n\r\n"


class SocketForm:
    """WebSocket text messages (RFC 6455), one for each event or notice."""

    def event(self, ready: Ready) -> bytes:
        """One message."""
        return _message(ready.raw)

    def notice(self, notice: Notice) -> bytes:
        """One message, too; its type begins with ``stream.``."""
        return _message(_encode(notice))

    def frame(self, body: bytes) -> bytes:
        """Messages stand one after another as they are."""
        return body

    def end(self, reason: str) -> bytes:
        """The frame that closes."""
        close = Close(_CLOSE_CODES.get(reason, 1000), reason)
        return Frame(Opcode.CLOSE, close.serialize()).serialize(mask=False)


def _message(raw: bytes) -> bytes:
    return Frame(Opcode.TEXT, raw).serialize(mask=False)


EVENTS = EventForm()
MESSAGES = SocketForm()
