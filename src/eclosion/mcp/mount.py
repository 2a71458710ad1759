"""``/mcp``: the Model Context Protocol over streamable HTTP.

What always holds: a request names this network as its host (so that no web page turns a visitor's browser against
it by DNS rebinding), comes from no other site, fits within the limits of any other request, and costs its
network an allowance. Each request stands alone: no session is kept, no stream is held open, so any worker may answer
it. The library is loaded with the first request, in a thread.
"""

from __future__ import annotations

import asyncio
import ipaddress
from http import HTTPStatus
from time import perf_counter
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

import msgspec
from litestar import asgi
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from eclosion.app.advice import next_step
from eclosion.app.bodies import read_body
from eclosion.app.caller import caller_of, header
from eclosion.app.house import House
from eclosion.app.statuses import MethodNotAllowed, status_of
from eclosion.kernel.errors import EclosionError, Forbidden, Invalid, TooMany
from eclosion.mcp.inside import Inside

PATH = "/mcp"
OUTERMOST = "eclosion.outermost"
"""The key of a scope under which an application around ours puts itself, to be asked in our place."""
_SPEAKER = "eclosion.speaker"


class Misdirected(Invalid):
    """This server is not known by that name."""

    code = "misdirected"


class ForeignOrigin(Forbidden):
    """This request comes from a page of another site."""

    code = "foreign_origin"


class _Library(Protocol):
    """What is used of the library's session manager."""

    async def handle_request(self, scope: Any, receive: Any, send: Any) -> None: ...

    def run(self) -> Any: ...


class Mount:
    """Serves ``/mcp`` for one house. It begins with the first request; stop it once.

    Args:
        house: the house.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._app: ASGIApp | None = None
        self._tally = house.measures.tally("POST", PATH)
        own = urlsplit(house.settings.server.url)
        self._own_name = (own.hostname or "").lower()
        self._own_origin = f"{own.scheme}://{own.netloc}".lower()
        self._starting = asyncio.Lock()
        self._stop = asyncio.Event()
        self._library: _Library | None = None
        self._running: asyncio.Task[None] | None = None

    def handlers(self) -> list[BaseRouteHandler]:
        """Litestar's handlers."""

        async def mcp(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == ScopeType.HTTP:
                await self._serve(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1008, "reason": "no stream here"})

        return [asgi(PATH, copy_scope=True)(mcp)]

    def around(self, app: ASGIApp) -> None:
        """Say which application has the HTTP door."""
        self._app = app

    async def stop(self) -> None:
        """End what runs."""
        self._stop.set()
        if self._running:
            await self._running

    async def _serve(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        started, status = perf_counter(), 500

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            body = await self._admit(scope, receive)
        except EclosionError as error:
            await _refuse(error, note)
        else:
            outermost = cast(ASGIApp, scope.get(OUTERMOST) or self._app)
            cast(dict[str, Any], scope)[_SPEAKER] = Inside(outermost, scope)
            library = self._library or await self._start()
            await library.handle_request(scope, _replay(body, receive), note)
        self._tally.note(status, perf_counter() - started)

    async def _admit(self, scope: HTTPScope, receive: Receive) -> bytes:
        """The body of a request that may come in."""
        self._check_host(header(scope, b"host"))
        self._check_origin(header(scope, b"origin"), header(scope, b"host"))
        caller, limits = caller_of(self._house, scope), self._house.settings.limits
        allowance = self._house.limiter.spend("m" + caller.network, limits.pages_a_minute)
        if allowance.wait_ms:
            raise TooMany(retry_after_ms=allowance.wait_ms)
        if scope["method"] != "POST":
            # GET would hold a stream open, DELETE would end a session; there is neither (2025-11-25, transports).
            raise MethodNotAllowed(
                "This address takes POST, with a request of the Model Context Protocol.",
                f"Give {self._own_origin}{PATH} to an MCP client; /skill.md tells how.",
            )
        return await read_body(scope, receive, limits.body_bytes, limits.body_ms)

    def _check_host(self, host: str) -> None:
        name = _name_of(host)
        known = name in ("localhost", self._own_name) or _is_address(name)
        if not name or not known:
            raise Misdirected(hint="Its operator sets the name that it is known by: --base-url.")

    def _check_origin(self, origin: str, host: str) -> None:
        same = (f"http://{host}", f"https://{host}", self._own_origin)
        if origin and origin.lower() not in [one.lower() for one in same]:
            raise ForeignOrigin(hint="Use an MCP client, not a page of another site.")

    async def _start(self) -> _Library:
        async with self._starting:
            if self._library is None:
                library = await asyncio.to_thread(_load, self._house.settings.server.name)
                ready = asyncio.Event()
                self._running = asyncio.create_task(self._run(library, ready))
                await ready.wait()
                self._library = library
            return self._library

    async def _run(self, library: _Library, ready: asyncio.Event) -> None:
        async with library.run():
            ready.set()
            await self._stop.wait()


def _load(name: str) -> _Library:
    from eclosion.mcp.server import Server

    server = Server(name, lambda request: request.scope[_SPEAKER])
    # Its own checks of Host and Origin would put what strangers send into the log; ours have been made.
    server.streamable_http_app(
        streamable_http_path=PATH, json_response=True, stateless_http=True, host=""
    )
    return server.session_manager


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting: list[Any] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Any:
        return waiting.pop() if waiting else await receive()

    return again


async def _refuse(error: EclosionError, send: Send) -> None:
    status = 421 if isinstance(error, Misdirected) else status_of(error)
    headers = [(b"content-type", b"application/problem+json")]
    if isinstance(error, TooMany):
        headers.append((b"retry-after", b"%d" % max(1, -(-error.retry_after_ms // 1000))))
    elif isinstance(error, MethodNotAllowed):
        headers.append((b"allow", b"POST"))
    problem = {
        "type": f"urn:eclosion:error:{error.code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": str(error),
        "code": error.code,
        "hint": next_step(error),
    }
    body = msgspec.json.encode(problem)
    headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _name_of(host: str) -> str:
    """A Host header without its port and brackets."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    """Whether a name is an IP address: no DNS answer can make a browser send that for another site."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
