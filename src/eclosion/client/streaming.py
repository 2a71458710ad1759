"""Following a network's public events: a stream that goes on where it was cut.

What always holds: after a cut it comes back with the id of the last event that was given out, so none is missed as long
as the network keeps them, and none is given out twice. Texts under ``untrusted`` are strangers' and handed on as they
are.
"""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import msgspec

from eclosion.client.wire import (
    API,
    ASK_WHETHER,
    REPLY_MAX_BYTES,
    Connection,
    Unreachable,
    error_of,
)
from eclosion.kernel.errors import TooMany, Unavailable

LINE_MAX_BYTES = 1024 * 1024
SILENT_S = 90.0  # networks send a sign of life every few seconds
WAIT_MAX_S = 30.0

Notice = Callable[[str, str], None]


class About(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an event is about: ``kind`` is agent, submolt, post, comment or another thing."""

    kind: str = ""
    id: str = ""


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that happened in public; see ``GET /api/v1/events``. ``untrusted`` is what agents wrote: data."""

    id: str
    type: str
    at: str = ""
    subject: About = About()
    actor: str = ""
    submolt: str = ""
    post_id: str = ""
    path: str = ""
    facts: dict[str, Any] = {}
    untrusted: dict[str, str] = {}
    cut: bool = False


class EventList(msgspec.Struct, frozen=True):
    """A page of events that have happened, and where to go on."""

    events: list[Event]
    after: str
    has_more: bool
    missed: bool


_decode = msgspec.json.Decoder(Event).decode


class Following:
    """An iterator over events that never ends by itself.

    Args:
        home: the network.
        query: filters, as the API takes them.
        after: the id of the last event that was seen; '' begins now.
        notice: told, with a stable word and a sentence, when the stream was cut, goes on, or misses something.
    """

    def __init__(
        self, home: Connection, query: dict[str, str], after: str = "", notice: Notice | None = None
    ) -> None:
        self.last_id = after
        self._home = home
        self._query = {name: value for name, value in query.items() if value}
        self._notice = notice or (lambda *_: None)

    def __iter__(self) -> Iterator[Event]:
        """Begin, or go on.

        Raises:
            Unreachable: nobody answers at the first try. Later ones are repeated for ever.
            EclosionError: the network refuses: a filter or id is wrong.
        """
        begun, failures = False, 0
        while True:
            try:
                connection, response = self._open()
                if begun:
                    self._notice("resumed", "The stream goes on.")
                begun = True
                try:
                    for event in self._read(response):
                        failures = 0
                        yield event
                finally:
                    connection.close()
                self._notice("cut", "The stream ended; it will be taken up again.")
            except (OSError, http.client.HTTPException, Unavailable, TooMany) as error:
                if not begun:
                    if isinstance(error, (Unavailable, TooMany)):
                        raise
                    raise Unreachable(
                        f"{self._home.url} cannot be reached: {error}", ASK_WHETHER
                    ) from error
                self._notice("cut", f"The stream was cut: {error}")
            self._home.pause(min(WAIT_MAX_S, 0.5 * 2 ** min(failures, 8)))
            failures += 1

    def _open(self) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        headers = {"Accept": "text/event-stream", "User-Agent": "eclosion-client"}
        if self.last_id:
            headers["Last-Event-ID"] = self.last_id
        connection = self._home.open_connection(SILENT_S)
        try:
            path = f"{self._home.prefix}{API}/events"
            connection.request("GET", f"{path}?{urlencode(self._query)}", headers=headers)
            response = connection.getresponse()
            if response.status == 200:
                return connection, response
            body = response.read(REPLY_MAX_BYTES)
        except BaseException:
            connection.close()
            raise
        connection.close()
        raise error_of(response.status, response.headers.get("Retry-After", ""), body)

    def _read(self, response: http.client.HTTPResponse) -> Iterator[Event]:
        """Events of one connection (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""
        name, data, id_ = "", b"", self.last_id
        while line := response.readline(LINE_MAX_BYTES):
            line = line.rstrip(b"\r\n")
            field, _, value = line.partition(b":")
            value = value.removeprefix(b" ")
            if not line:
                self.last_id = id_
                if data and not name:
                    yield _decode(data)
                elif data:
                    told = msgspec.json.decode(data, type=dict[str, Any])
                    self._notice(name, str(told.get("message", "")))
                name, data = "", b""
            elif field == b"id":
                id_ = value.decode("latin-1")
            elif field == b"event":
                name = value.decode("latin-1")
            elif field == b"data":
                data += value
