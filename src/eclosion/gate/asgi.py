"""The gate on ASGI: its own addresses, and a middleware that lets only those through who have passed.

What always holds: what bears the marks of a browser is refused at every address where something can be won; a body is
read only up to its limit; a request without a token that holds never reaches the application behind.

    app.add_middleware(GateMiddleware, gate=gate)              everything is guarded
    GateMiddleware(app, gate, guard=("/api",))                 only /api and what is below
    GateMiddleware(app, gate, guard=())                        the gate's addresses alone; see eclosion.gate.fastapi
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from importlib.resources import files
from typing import Any, TypeVar

from eclosion.gate.agent_card import CARD, PURPOSE, sign_card, with_gate
from eclosion.gate.bodies import (
    WRITE_BYTES_MAX,
    WRITE_S,
    check_bound,
    count_digest,
    hand_on,
    read_body,
    read_form,
)
from eclosion.gate.browsers import refuse_browsers
from eclosion.gate.digests import Body
from eclosion.gate.driving import Drive, Receive, Send, Wakefulness
from eclosion.gate.errors import GateFull, NoSuchDoor, NothingToAuthorize, TokenRefused
from eclosion.gate.gate import Asker, Gate
from eclosion.gate.oauth import RESOURCE, SERVER, describe_resource, describe_server
from eclosion.gate.quotas import prefix_of
from eclosion.gate.replies import (
    DISCOVERY,
    Answer,
    describe_gate,
    endpoints,
    good,
    refusal,
    token_refusal,
)
from eclosion.gate.signatures.checking import Signed
from eclosion.gate.signatures.covered import Message
from eclosion.gate.signatures.guard import Signatures
from eclosion.gate.tokens import Entrant
from eclosion.kernel.errors import EclosionError

Scope = MutableMapping[str, Any]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
AskerOf = Callable[[Scope], Asker]
ENTRANT = "eclosion.gate"
"""Where the scope of a request that was let through holds its ``Entrant``."""

SIGNED = "eclosion.gate.signed"
"""Where it holds ``Signed``, if an HTTP message signature shows whose request it is, or else None."""

RULES = "eclosion.gate.signatures"
"""Where the scope of a request that goes through unguarded holds the rules for signatures, for a dependency."""

_WAITING_PER_CHECK = 16
_Out = TypeVar("_Out")


def asker_of(scope: Scope) -> Asker:
    """Whoever is at the other end of the connection. Behind a proxy, give the middleware a function of your own."""
    client = scope.get("client")
    return Asker(prefix_of(client[0]) if client else "local")


class GateMiddleware:
    """Serves the gate's addresses and guards the rest.

    Args:
        app: the application behind.
        gate: the gate.
        prefix: where the gate's addresses begin.
        guard: what is guarded: these paths and what is below them.
        open: what is not, below those.
        stages: what must have been passed; by default all that the gate has.
        asker: the network prefix and the owner root of a request.
        body_bytes_max: how long the body of a guarded request may be. It is held until it has come whole, and is handed
            on only if the proof covers it.
        oauth: whether the metadata that OAuth clients look for is served at this origin's well-known addresses.
        signatures: the rules for HTTP message signatures; without them none is looked at.
        card: an agent card (A2A 1.0) to sign and serve, with the gate named in it; without it none is served here.
    """

    def __init__(
        self,
        app: App,
        gate: Gate,
        *,
        prefix: str = "/gate",
        guard: Sequence[str] = ("/",),
        open: Sequence[str] = (),  # noqa: A002 - the word for it
        stages: Sequence[str] | None = None,
        asker: AskerOf = asker_of,
        body_bytes_max: int = WRITE_BYTES_MAX,
        oauth: bool = True,
        signatures: Signatures | None = None,
        card: Mapping[str, Any] | None = None,
    ) -> None:
        self._app = app
        self._gate = gate
        self._prefix = prefix
        self._guarded, self._open = tuple(guard), tuple(open)
        self._stages = frozenset(gate.stages if stages is None else stages)
        self._body_bytes_max = body_bytes_max
        self._signatures = signatures
        told = None if card is None else with_gate(card, gate, required=True)
        self._doors = Doors(gate, prefix, asker, oauth=oauth, signatures=signatures, card=told)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        if self._doors.has(path):
            await self._doors(scope, receive, send)
            return
        guarded = any(_is_below(path, one) for one in self._guarded)
        if guarded and not any(_is_below(path, one) for one in self._open):
            try:
                receive = await self._admit(scope, receive)
            except EclosionError as error:
                await say(scope, send, refusal(self._gate, self._prefix, error, full_path(scope)))
                return
            send = _with_nonce(send, self._gate)
        else:
            scope[RULES] = self._signatures
            receive = count_digest(scope, receive) if scope["type"] == "http" else receive
        await self._app(scope, receive, send)

    async def _admit(self, scope: Scope, receive: Receive) -> Receive:
        """Let a request through with what is known of it, and its body once that is the one that was proved."""
        gate, body = self._gate, b""
        entrant = scope[ENTRANT] = await let_through(gate, scope, self._stages)
        if scope["type"] == "http":
            body = await read_body(receive, self._body_bytes_max, WRITE_S)
            check_bound(entrant.content_digest, body)
            receive = hand_on(receive, body)
        scope[SIGNED] = await whose(gate, self._signatures, scope, body)
        return receive


async def whose(
    gate: Gate, signatures: Signatures | None, scope: Scope, body: Body
) -> Signed | None:
    """Which domain a request comes from, where a signature shows it.

    Raises:
        EclosionError: its signature is wrong, or there must be one; see ``Signatures.check``.
    """
    if signatures is None:
        return None
    query = scope.get("query_string", b"").decode("latin-1")
    uri = gate.audience + full_path(scope) + (f"?{query}" if query else "")
    message = Message.of(_method(scope), uri, scope["headers"])
    return await signatures.check(message, body, gate.store, gate.clock.now_ms())


async def let_through(gate: Gate, scope: Scope, stages: frozenset[str]) -> Entrant:
    """Who stands behind a request.

    Raises:
        EclosionError: nobody that may come in; see ``Gate.check``.
    """
    headers = scope["headers"]
    refuse_browsers(headers)
    words = (_one(headers, b"authorization"), _one(headers, b"dpop"), _method(scope))
    uri = gate.audience + full_path(scope)
    return await _away(gate, lambda: gate.check(*words, uri, stages))


class Doors:
    """The gate's own addresses, as an ASGI application."""

    def __init__(
        self,
        gate: Gate,
        prefix: str = "/gate",
        asker: AskerOf = asker_of,
        *,
        oauth: bool = True,
        signatures: Signatures | None = None,
        card: Mapping[str, Any] | None = None,
    ) -> None:
        self._signatures, self._card = signatures, card
        self._gate = gate
        self._prefix = prefix
        self._asker = asker
        self._paths = {path: name for name, path in endpoints(prefix).items()}
        self._paths |= {DISCOVERY: "discovery"} | ({SERVER: "server"} if oauth else {})
        if card is not None:
            self._paths[CARD] = "card"
        self._resources = RESOURCE if oauth else DISCOVERY
        self._checks = asyncio.Semaphore(gate.policy.price_checks_max)
        self._waiting = 0
        self._wakefulness = Wakefulness(gate.clock.monotonic_ns)

    def has(self, path: str) -> bool:
        """Whether an address is the gate's."""
        ours = path in self._paths or _is_below(path, self._prefix)
        return ours or _is_below(path, self._resources)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        path = full_path(scope)
        name = "resource" if _is_below(path, RESOURCE) else self._paths.get(scope["path"], "")
        try:
            if scope["type"] == "websocket":
                await self._session(name, scope, receive, send)
                return
            answer = await self._answer(name, scope, receive)
        except EclosionError as error:
            refuse = token_refusal if name == "token" else refusal
            answer = refuse(self._gate, self._prefix, error)
        await say(scope, send, answer)

    async def _answer(self, name: str, scope: Scope, receive: Receive) -> Answer:
        method, gate = scope["method"], self._gate
        if method in ("GET", "HEAD"):
            return self._document(name, full_path(scope))
        if method != "POST" or name not in ("hello", "token"):
            raise NoSuchDoor
        refuse_browsers(scope["headers"])
        body = await read_body(receive)
        if name == "hello":
            return good(gate.hello(self._asker(scope), body))
        form, uri = read_form(body), gate.audience + scope["path"]
        proof, asker = _one(scope["headers"], b"dpop"), await self._asker_of(scope, body)
        reply = await _away(gate, lambda: gate.exchange(form, proof, uri, asker))
        return good(reply, (b"dpop-nonce", gate.nonce().encode()))

    def _document(self, name: str, path: str) -> Answer:
        """What anybody may read, browsers too."""
        if name == "authorize":
            raise NothingToAuthorize(hint=f"GET {DISCOVERY} tells how.")
        if name == "server":
            return good(describe_server(self._gate, self._prefix))
        if name == "resource":
            return good(describe_resource(self._gate, path.removeprefix(RESOURCE)))
        if name == "discovery":
            return good(describe_gate(self._gate, self._prefix, _rule(self._signatures)))
        if name == "jwks":
            return good({"keys": self._gate.ring.public_jwks(PURPOSE)})
        if name == "card" and self._card is not None:
            place = self._gate.audience + endpoints(self._prefix)["jwks"]
            return good(sign_card(self._card, self._gate.ring, place))
        if name == "solver":
            text = files("eclosion.gate").joinpath("solver.py").read_bytes()
            return Answer(200, [(b"content-type", b"text/x-python; charset=utf-8")], text)
        raise NoSuchDoor

    async def _session(self, name: str, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        try:
            if name != "session":
                raise NoSuchDoor
            refuse_browsers(scope["headers"])
            entry = self._gate.read_entry(_one(scope["headers"], b"authorization"))
            asker = await self._asker_of(scope, b"")
            session = await self._in_turn(lambda: self._gate.admit(entry, asker))
        except EclosionError as error:
            await say(scope, send, refusal(self._gate, self._prefix, error))
            return
        try:
            await send({"type": "websocket.accept"})
            await Drive(session, self._gate.clock, receive, send, self._wakefulness).run()
        finally:
            self._gate.leave()

    async def _asker_of(self, scope: Scope, body: bytes) -> Asker:
        """Who asks. The domain that signed answers for the key, unless the caller knows an owner."""
        asker = self._asker(scope)
        signed = await whose(self._gate, self._signatures, scope, body)
        if signed is None or asker.owner is not None:
            return asker
        return asker._replace(owner=f"domain:{signed.host}")

    async def _in_turn(self, call: Callable[[], _Out]) -> _Out:
        """One of the few dear checks that may run at once; of those that wait, only so many are kept."""
        if self._waiting >= self._gate.policy.price_checks_max * _WAITING_PER_CHECK:
            raise GateFull
        self._waiting += 1
        try:
            async with self._checks:
                return await asyncio.to_thread(call)
        finally:
            self._waiting -= 1


def _rule(signatures: Signatures | None) -> str:
    if signatures is None:
        return "not looked at"
    return "required" if signatures.required else "looked at"


async def say(scope: Scope, send: Send, answer: Answer) -> None:
    """Send a reply; on a WebSocket that was not accepted, as its refusal (ASGI's denial response, if there is one)."""
    kind = "http"
    if scope["type"] == "websocket":
        kind = "websocket.http"
        if "websocket.http.response" not in (scope.get("extensions") or {}):
            await send({"type": "websocket.close", "code": 4003})
            return
    headers = [*answer.headers, (b"content-length", b"%d" % len(answer.body))]
    head = {"type": f"{kind}.response.start", "status": answer.status, "headers": headers}
    await send(head)
    body = b"" if scope.get("method") == "HEAD" else answer.body
    await send({"type": f"{kind}.response.body", "body": body})


async def _away(gate: Gate, call: Callable[[], _Out]) -> _Out:
    """A call that asks the store: in a thread if the store is somewhere else."""
    return await asyncio.to_thread(call) if gate.store.is_remote else call()


def _with_nonce(send: Send, gate: Gate) -> Send:
    """Adds the next nonce to what the application answers (RFC 9449 section 8.2)."""

    async def wrapped(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = [*message.get("headers", ()), (b"dpop-nonce", gate.nonce().encode())]
            message = {**message, "headers": headers}
        await send(message)

    return wrapped


def _one(headers: Sequence[tuple[bytes, bytes]], name: bytes) -> str:
    """A header that must be there at most once; two of them would be read differently by different programs."""
    found = [value for key, value in headers if key.lower() == name]
    if len(found) > 1:
        raise TokenRefused(f"The header {name.decode()} is there twice.")
    return found[0].decode("latin-1") if found else ""


def _method(scope: Scope) -> str:
    return "GET" if scope["type"] == "websocket" else str(scope["method"])


def full_path(scope: Scope) -> str:
    """The path as it was asked for, still encoded where the server tells so."""
    raw = scope.get("raw_path")
    return raw.partition(b"?")[0].decode("latin-1") if raw else str(scope["path"])


def _is_below(path: str, top: str) -> bool:
    return top in ("/", path) or path.startswith(top.rstrip("/") + "/")
