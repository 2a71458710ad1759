"""What happens to a request on its way in and out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any, TypeVar, cast
from urllib.parse import parse_qsl

import msgspec
from litestar import Request, asgi, route
from litestar.enums import HttpMethod, ScopeType
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from eclosion.app.bodies import read_body
from eclosion.app.caller import header
from eclosion.app.house import House
from eclosion.app.limiter import Allowance
from eclosion.app.statuses import Broken, MethodNotAllowed
from eclosion.http import errors
from eclosion.http.caller import Caller, caller_of
from eclosion.http.door.call import Call, NoBody, Repeated, Reply, encode
from eclosion.http.door.routes import API, Route
from eclosion.http.door.tracing import AccessLog, request_id
from eclosion.kernel.errors import EclosionError, Invalid, TooMany
from eclosion.network.errors import KeyInvalid

Q = TypeVar("Q")
B = TypeVar("B")
READING = ("GET", "HEAD")
HTTP_METHODS = [method for method in HttpMethod if method != "TRACE"]
OWN_RATE_MOST = 6_000  # a minute from one network, whatever a route's own limit

# What a key or a session opens is kept by nobody on the way; replies with headers of their own say so themselves.
_PRIVATE = ((b"cache-control", b"no-store"),)
_log = logging.getLogger(__name__)


def handlers(house: House, routes: Iterable[Route]) -> list[BaseRouteHandler]:
    """Litestar handlers for the declared routes, one an address."""
    access_log = AccessLog(house.settings.server.access_log_every)
    addresses: dict[str, dict[str, _Serving]] = {}
    for one in routes:
        methods = addresses.setdefault(one.path, {})
        if one.method in methods:
            raise ValueError(f"{one.method} {one.path} is declared twice")
        methods[one.method] = _Serving(house, one, access_log)
    return [_handler(path, methods) for path, methods in addresses.items()]


def _handler(path: str, methods: dict[str, _Serving]) -> BaseRouteHandler:
    """An address and its methods.

    Plain ASGI where Litestar can: its other handlers read a request a second time. It cannot where the
    address has parameters, since it then looks for them under the method's name (2.25).
    """
    taken = ", ".join(sorted(methods))
    allow = ((b"allow", taken.encode()),)

    async def answer(scope: HTTPScope, receive: Receive) -> Reply:
        method = scope["method"]
        # The server itself leaves the body out of what answers a HEAD.
        serving = methods.get("GET" if method == "HEAD" else method)
        if serving is not None:
            return await serving.reply(scope, receive)
        if method == "OPTIONS":
            return Reply(b"", status=204, headers=allow)
        refused = error_reply(MethodNotAllowed(f"This address takes {taken}."), errors.MOLTBOOK)
        return refused._replace(headers=allow)

    async def serve_plain(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            await (await answer(scope, receive))(scope, receive, send)
        elif "GET" in methods and await methods["GET"].serve_socket(scope, receive, send):
            return
        else:
            await send({"type": "websocket.close", "code": 1008, "reason": "no stream here"})

    async def serve_with_parameters(request: Request[Any, Any, Any]) -> ASGIApp:
        return cast(ASGIApp, await answer(request.scope, request.receive))

    if "{" in path:
        return route(path.replace("}", ":str}"), http_method=HTTP_METHODS)(serve_with_parameters)
    return asgi(path, copy_scope=True)(serve_plain)


class _Serving:
    """Serves one declared route."""

    def __init__(self, house: House, declared: Route, access_log: AccessLog) -> None:
        limits = house.settings.limits
        self._house = house
        self._route = declared
        self._access_log = access_log
        self._tally = house.measures.tally(declared.method, declared.path)
        self._reading = declared.method in READING
        # Where nobody looks at the key, a made-up one must not buy a fresh allowance.
        self._by_network = declared.public and not (self._reading and declared.path.startswith(API))
        self._counted = "r" if self._reading else "w"
        self._rate = limits.reads_a_minute if self._reading else limits.writes_a_minute
        if declared.own_rate:
            self._counted, self._rate = "o", OWN_RATE_MOST
        self._body_bytes = (
            limits.upload_bytes if declared.upload or declared.bulk else limits.body_bytes
        )
        self._decode = msgspec.json.Decoder(declared.body).decode
        self._empty_query = msgspec.convert({}, declared.query)

    async def serve_socket(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Serve a WebSocket; False if there is none here."""
        if self._route.socket is None:
            return False
        await self._route.socket(self._house, scope, receive, send)
        return True

    async def reply(self, scope: HTTPScope, receive: Receive) -> Reply:
        """Whatever happens, a reply with the rate-limit headers; counted, and perhaps logged."""
        started = perf_counter()
        caller = caller_of(self._house, scope)
        id_ = request_id(header(scope, b"x-request-id"))
        reply, allowance = await self._reply(scope, receive, caller, id_)
        rate = () if allowance is None else _allowance_headers(allowance)
        private = () if self._route.public or reply.headers else _PRIVATE
        headers = (*reply.headers, *private, *rate, (b"x-request-id", id_.encode()))
        reply = reply._replace(headers=headers)
        duration_s = perf_counter() - started
        self._tally.note(reply.status, duration_s)
        now_ms = self._house.clock.now_ms()
        self._access_log.note(now_ms, id_, self._route, caller, reply, duration_s)
        return reply

    async def _reply(
        self, scope: HTTPScope, receive: Receive, caller: Caller, id_: str
    ) -> tuple[Reply, Allowance | None]:
        house, form = self._house, self._route.form
        asker = caller.network if self._by_network else caller.asker
        allowance = house.limiter.spend(self._counted + asker, self._rate)
        try:
            if allowance.wait_ms:
                reply = error_reply(_rate_limited(allowance), form, allowance)
            else:
                reply = await self._answer(scope, receive, caller)
                if self._route.own_rate:
                    return reply, None
        except EclosionError as error:
            told = _count_wrong_key(house, caller, error)
            reply = error_reply(told, form, allowance)
        except Exception:  # noqa: BLE001 - the last line of defence: logged, and told without detail
            _log.exception("%s %s failed (%s)", self._route.method, self._route.path, id_)
            reply = error_reply(Broken(), form)
        return reply, allowance

    async def _answer(self, scope: HTTPScope, receive: Receive, caller: Caller) -> Reply:
        declared = self._route
        if "\x00" in scope["path"]:
            raise Invalid("The address holds a NUL character.")
        raw = b""
        if not self._reading:
            within_ms = self._house.settings.limits.body_ms
            raw = await read_body(scope, receive, self._body_bytes, within_ms)
        query = self._empty_query
        if scope["query_string"]:
            query = parse_query(scope["query_string"], declared.query)
        body: Any = None
        if declared.body is not NoBody:
            body = _parse_body(raw or b"{}", self._decode)
        call = Call(self._house, declared.method, declared.status, scope, caller, query, body, raw)
        try:
            result = await declared.serve(self._house, call)
        except Repeated as repeated:
            replayed = ((b"idempotent-replay", b"true"),)
            return Reply(repeated.body, status=repeated.status, headers=replayed)
        if isinstance(result, Reply):
            return result
        return Reply(encode(result), status=declared.status)


def error_reply(error: EclosionError, form: str, allowance: Allowance | None = None) -> Reply:
    """An error as a reply."""
    status, body, media_type, headers = errors.render(error, form, allowance)
    return Reply(body, media_type.encode(), status, tuple(headers))


def parse_query(raw: bytes, type_: type[Q]) -> Q:
    """A query string as a struct.

    Raises:
        Invalid: it is not valid text, or a value is wrong.
    """
    try:
        given = dict(parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict"))
    except (UnicodeDecodeError, ValueError):
        raise Invalid("The query is not valid UTF-8.") from None
    if any("\x00" in value for value in given.values()):
        raise Invalid("The query holds a NUL character.")
    try:
        return msgspec.convert(given, type_, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid(f"A query parameter is wrong: {error}.") from None


def _parse_body(raw: bytes, decode: Callable[[bytes], B]) -> B:
    try:
        body = decode(raw)
    except msgspec.ValidationError as error:
        raise Invalid(f"The request body is wrong: {error}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Invalid("The request body is not valid JSON.", "Send UTF-8 JSON.") from None
    if b"\\u0000" in raw or b"\x00" in raw:
        raise Invalid("The request body holds a NUL character.")
    return body


def _allowance_headers(allowance: Allowance) -> tuple[tuple[bytes, bytes], ...]:
    return (
        (b"x-ratelimit-limit", b"%d" % allowance.limit),
        (b"x-ratelimit-remaining", b"%d" % allowance.remaining),
        (b"x-ratelimit-reset", b"%d" % allowance.reset_s),
    )


def _rate_limited(allowance: Allowance) -> TooMany:
    return TooMany(
        "Rate limit exceeded.",
        "Wait as long as Retry-After says.",
        retry_after_ms=allowance.wait_ms,
    )


def _count_wrong_key(house: House, caller: Caller, error: EclosionError) -> EclosionError:
    """Guessing keys is counted against the network it comes from, whatever the keys."""
    if not isinstance(error, KeyInvalid):
        return error
    limit = house.settings.limits.wrong_keys_a_minute
    wait_ms = house.limiter.spend("x" + caller.network, limit).wait_ms
    return TooMany("Too many wrong keys.", retry_after_ms=wait_ms) if wait_ms else error
