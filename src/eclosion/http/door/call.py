"""One request as a route sees it: its parts, and the units of work it can run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NamedTuple, Protocol, TypeVar

import msgspec
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from eclosion.app.caller import address_of, header
from eclosion.app.house import House
from eclosion.http.caller import Caller
from eclosion.kernel.errors import Conflict, Invalid
from eclosion.network.context import hash_secret
from eclosion.network.service.access import Actor, admit, authenticate
from eclosion.store import Unit

Q = TypeVar("Q")
B = TypeVar("B")
R = TypeVar("R")
JSON = b"application/json"


class Who(Protocol):
    """Somebody who acts."""

    @property
    def id(self) -> int:
        """Their id."""
        ...


W = TypeVar("W", bound=Who)
IDEMPOTENCY_KEY_MAX = 255
IDEMPOTENCY_HASH = 32  # hexadecimal digits: a collision would need the same asker to try 2**64 keys

encode = msgspec.json.Encoder().encode


class NoQuery(msgspec.Struct, frozen=True):
    """A route without query parameters."""


class NoBody(msgspec.Struct, frozen=True):
    """A route whose body, if there is one, is not looked at."""


class Reply(NamedTuple):
    """A reply that is not a struct in JSON with status 200; also an ASGI application that sends it.

    One with a ``stream`` has no body: that goes on after its headers for as long as it likes.
    """

    body: bytes
    media_type: bytes = JSON
    status: int = 200
    headers: tuple[tuple[bytes, bytes], ...] = ()
    stream: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        if self.stream is not None and scope.get("method") == "GET":
            headers = [(b"content-type", self.media_type), *self.headers]
            await send({"type": "http.response.start", "status": self.status, "headers": headers})
            await self.stream(scope, receive, send)
            return
        headers = [
            (b"content-type", self.media_type),
            (b"content-length", str(len(self.body)).encode()),
            *self.headers,
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


class Repeated(Exception):
    """The request was answered before; here is that answer."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        self.body = body


class Call(Generic[Q, B]):
    """One request, as a route sees it.

    Attributes:
        query: its query parameters, parsed.
        body: its JSON body, parsed.
        path: its path parameters, as text.
        caller: where it comes from and with which key.
        scope: the ASGI scope, for headers that only one route looks at.
        raw: the body as bytes.
    """

    __slots__ = (
        "_house",
        "_idempotency",
        "_status",
        "body",
        "caller",
        "path",
        "query",
        "raw",
        "scope",
    )

    def __init__(
        self,
        house: House,
        method: str,
        status: int,
        scope: HTTPScope,
        caller: Caller,
        query: Q,
        body: B,
        raw: bytes,
    ) -> None:
        self._house = house
        self._status = status
        self._idempotency = header(scope, b"idempotency-key") if method == "POST" else ""
        self.scope = scope
        self.path: dict[str, str] = scope["path_params"]
        self.caller = caller
        self.query = query
        self.body = body
        self.raw = raw

    async def read(self, fn: Callable[[Unit, Actor], R], *, slow: bool = False) -> R:
        """Read something as the agent whose key was sent.

        Raises:
            KeyRequired, KeyInvalid: there is no good key.
        """
        net, key = self._house.network, self.caller.key
        return await self._house.store.read(
            lambda unit: fn(unit, authenticate(net, unit, key)), slow=slow
        )

    async def look(self, fn: Callable[[Unit, Actor | None], R], *, slow: bool = False) -> R:
        """Read something that is open to all; a key is not needed, but a wrong one is told.

        Raises:
            KeyInvalid: a key was sent, and nobody has it.
        """
        net, key = self._house.network, self.caller.key

        def work(unit: Unit) -> R:
            return fn(unit, authenticate(net, unit, key) if key else None)

        return await self._house.store.read(work, slow=slow)

    async def change(self, fn: Callable[[Unit, Actor], R]) -> R:
        """Change something as the agent whose key was sent, and answer once it is durable.

        With an ``Idempotency-Key`` a repeat gets the first answer and changes nothing.

        Raises:
            KeyRequired, KeyInvalid, Suspended, Paused, Frozen: the agent may change nothing now.
            Conflict: the Idempotency-Key came with another request before.
        """
        net, key = self._house.network, self.caller.key

        def work(unit: Unit) -> R:
            actor = admit(net, unit, key)
            return self._once(unit, str(actor.id), lambda: fn(unit, actor))

        return await self._house.store.write(work)

    async def act(self, admit_: Callable[[Unit], W], fn: Callable[[Unit, W], R]) -> R:
        """Change something as somebody who is no agent: ``admit_`` says who, or raises what it pleases."""

        def work(unit: Unit) -> R:
            who = admit_(unit)
            return self._once(unit, f"owner {who.id}", lambda: fn(unit, who))

        return await self._house.store.write(work)

    async def change_open(self, fn: Callable[[Unit], R]) -> R:
        """Change something without an agent's key; repeats are told apart by address: an answer may hold a key."""
        scope = f"open {address_of(self._house, self.scope)}" if self._idempotency else ""
        return await self._house.store.write(lambda unit: self._once(unit, scope, lambda: fn(unit)))

    def _once(self, unit: Unit, who: str, fn: Callable[[], R]) -> R:
        if not self._idempotency:
            return fn()
        if len(self._idempotency) > IDEMPOTENCY_KEY_MAX:
            raise Invalid(f"An Idempotency-Key has at most {IDEMPOTENCY_KEY_MAX} characters.")
        sealer = self._house.network.sealer
        key_hash = hash_secret(f"{who}\n{self._idempotency}")[:IDEMPOTENCY_HASH]
        request = f"{self.scope['path']}?{self.scope['query_string']!r}".encode() + self.raw
        request_hash = hash_secret(request.decode("latin-1"))[:IDEMPOTENCY_HASH]
        found = unit.row("store.get_answer", key_hash=key_hash)
        if found:
            if found[0] != request_hash:
                raise IdempotencyMismatch(hint="Use a new key for a new request.")
            raise Repeated(found[1], sealer.open(bytes(found[2]), key_hash.encode()))
        result = fn()
        body = result.body if isinstance(result, Reply) else encode(result)
        unit.run(
            "store.keep_answer",
            id=self._house.network.ids.make(0),
            key_hash=key_hash,
            request_hash=request_hash,
            status=result.status if isinstance(result, Reply) else self._status,
            body=sealer.seal(body, key_hash.encode()),  # it may hold a key or a message
        )
        return result


class IdempotencyMismatch(Conflict):
    """This Idempotency-Key was used for another request."""

    code = "idempotency_mismatch"
