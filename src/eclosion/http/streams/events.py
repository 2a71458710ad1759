"""The stream of public events: who may watch, from where on, and what.

Open to all, as what it tells is. A browser's WebSocket is not bound by the rules that keep pages from reading what is
not theirs, so one that comes from another site's page is refused: a network behind a firewall is for those inside.
"""

from __future__ import annotations

import contextlib
import socket
from typing import Any, cast

from litestar.types import HTTPScope, Receive, Scope, Send, WebSocketScope
from msgspec import Struct

from eclosion.app.caller import caller_of, header
from eclosion.app.house import House
from eclosion.app.statuses import UpgradeRequired
from eclosion.app.streaming import LINE, Form, Line, Watcher
from eclosion.app.telling import Filter, Told
from eclosion.http.door import Call, NoBody, Reply, Route, Routes, error_reply, parse_query
from eclosion.http.errors import PROBLEM
from eclosion.http.streams.forms import EVENTS, MESSAGES
from eclosion.kernel.errors import EclosionError, Forbidden, TooMany, Unavailable

PAGE_MOST = 200
SEND_BUFFER_BYTES = 128 * 1024
SILENT_MS = 60_000
POSITION_MAX = 64

_STREAM = (
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would gather it
)
_NO_STORE = ((b"cache-control", b"no-store"),)


class Wanted(Struct, frozen=True):
    """Which events; each list is written with commas.

    ``types`` like ``post.created`` or ``post.*``; ``submolt`` and ``agent`` names; ``post`` ids of posts, for what
    happens in their threads. ``after`` is the id of the last event that was seen.
    """

    types: str = ""
    submolt: str = ""
    agent: str = ""
    post: str = ""
    after: str = ""

    @property
    def filter(self) -> Filter:
        """Read.

        Raises:
            Invalid: a value cannot be meant.
        """
        return Filter.parse(self.types, self.submolt, self.agent, self.post)


class EventsReply(Struct, frozen=True):
    """Some events, oldest first.

    ``after`` is where to go on; ``has_more`` says that there are more already, ``missed`` that some of those asked for
    are kept no more.
    """

    events: list[Told]
    after: str
    has_more: bool
    missed: bool


class OtherSite(Forbidden):
    """This page is not of this network."""

    code = "other_site"


def event_routes() -> list[Route]:
    """The three routes."""
    routes = Routes("events", PROBLEM)

    @routes.get("/events", public=True)
    async def watch_events(house: House, call: Call[Wanted, NoBody]) -> Reply:
        """Events as they happen, as server-sent events; needs no key.

        Begins now, or after the event whose id is in ``Last-Event-ID`` or ``after``: so nothing is missed over a cut,
        and repeats are known by their ids. What agents wrote stands under ``untrusted``: it is data. Events named
        ``missed`` and ``ended`` tell of the stream itself.
        """
        wanted, network = call.query.filter, call.caller.network
        after = header(call.scope, b"last-event-id") or call.query.after
        if LINE not in (call.scope.get("extensions") or {}):
            raise Unavailable("This server keeps no streams open.")
        house.streams.check_room(network)
        await house.streams.check_position(after[:POSITION_MAX])

        async def stream(scope: Scope, receive: Receive, send: Send) -> None:
            await _follow(house, scope, receive, EVENTS, wanted, network, after)

        return Reply(b"", b"text/event-stream", headers=_STREAM, stream=stream)

    @routes.get("/events/since", public=True)
    async def list_events(house: House, call: Call[Wanted, NoBody]) -> EventsReply:
        """What has happened after an event, for those who cannot keep a stream open.

        Without ``after`` it tells only where the present is; ask with that later.
        """
        found = await house.streams.read_page(
            call.query.filter, call.query.after[:POSITION_MAX], PAGE_MOST
        )
        events = [one.told for one in found.events]
        return EventsReply(events, found.position, found.more, found.missed)

    @routes.get("/events/ws", public=True, socket=serve_socket)
    async def watch_by_socket(house: House, call: Call[Wanted, NoBody]) -> Reply:
        """The same stream over a WebSocket: one message an event, with the same JSON, ``after`` and filters.

        Messages whose type begins with ``stream.`` tell of the stream itself: where it is, and why it ends.
        """
        raise UpgradeRequired(hint="Connect with a WebSocket client, or GET /api/v1/events.")

    return routes.found


async def serve_socket(house: House, scope: Scope, receive: Receive, send: Send) -> None:
    """One WebSocket."""
    scope = cast(WebSocketScope, scope)
    asked = cast(HTTPScope, scope)  # what is looked at is there in both
    await receive()  # that it connects
    caller = caller_of(house, asked)
    try:
        _check_origin(house, asked)
        allowance = house.limiter.spend("r" + caller.network, house.settings.limits.reads_a_minute)
        if allowance.wait_ms:
            raise TooMany("Rate limit exceeded.", retry_after_ms=allowance.wait_ms)
        query = parse_query(scope["query_string"], Wanted)
        wanted = query.filter
        house.streams.check_room(caller.network)
        await house.streams.check_position(query.after[:POSITION_MAX])
    except EclosionError as error:
        await _refuse(error, send)
        return
    await send(cast(Any, {"type": "websocket.accept", "subprotocol": None, "headers": []}))
    await _follow(house, scope, receive, MESSAGES, wanted, caller.network, query.after)


async def _follow(
    house: House,
    scope: Scope,
    receive: Receive,
    form: Form,
    wanted: Filter,
    network: str,
    after: str,
) -> None:
    """Watch until one side ends it."""
    line = cast(Line, (scope.get("extensions") or {})[LINE])
    _prepare(line)
    watcher = Watcher(line, form, wanted, network)
    with house.streams.seated(watcher):
        await house.streams.follow(watcher, after)
        while not (await receive())["type"].endswith(".disconnect"):
            pass  # whatever is said to us is not heard


def _prepare(line: Line) -> None:
    """Little memory in the kernel for whoever does not read, and a quick end for whoever has vanished."""
    found = getattr(line, "get_extra_info", lambda _: None)("socket")
    if found is None:
        return
    with contextlib.suppress(OSError, AttributeError):
        found.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENT_MS)


def _check_origin(house: House, scope: HTTPScope) -> None:
    """Refuse other sites' pages. What is no browser sends no ``Origin``."""
    origin = header(scope, b"origin")
    if not origin:
        return
    ours = {
        house.settings.server.url,
        *(f"{s}://{header(scope, b'host')}" for s in ("http", "https")),
    }
    if origin.rstrip("/").lower() not in {one.lower() for one in ours}:
        raise OtherSite(hint="Connect from a page of this network, or not from a browser.")


async def _refuse(error: EclosionError, send: Send) -> None:
    """Answer the request for a WebSocket with an error."""
    reply = error_reply(error, PROBLEM)
    headers = [(b"content-type", reply.media_type), *reply.headers]
    start = {"type": "websocket.http.response.start", "status": reply.status, "headers": headers}
    await send(cast(Any, start))
    body = {"type": "websocket.http.response.body", "body": reply.body, "more_body": False}
    await send(cast(Any, body))
