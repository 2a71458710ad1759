"""A middleware for any ASGI application: what has a price is served for a payment, and for nothing else.

In this order, always: read the payment, reserve its amount, run the application while its answer is held back, settle,
let the answer go. An answer that is not a success, an exception, a client that leaves and a time that runs out
release the amount. Every 402 and every paid answer says ``no-store``, so that no cache serves to one what another paid.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any

import msgspec

from eclosion.kernel.errors import EclosionError, Unavailable
from eclosion.ledger.charging.pricing import Price, Prices
from eclosion.ledger.charging.proposing import MPP, X402, Asked, Headers, Proposer, Told, read_told
from eclosion.ledger.charging.tills import Held, Till
from eclosion.ledger.wire.refusals import PaymentRefused

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

PAID = "eclosion.paid"
"""Where the scope of a paid request holds its ``Held``."""

HELD_BYTES_MAX = 1 << 20
_NO_STORE = (b"cache-control", b"no-store")


class Charging:
    """Charges credits for what has a price; the rest goes through untouched.

    Args:
        app: the application behind.
        till: who takes the money: ``HttpTill(facilitator, pay_to)`` or ``LedgerTill`` in the ledger's process.
        prices: prices by method and path; see ``Prices``.
        base_url: the address under which clients know this API. Without it, what each request names as its host.
        protocols: of ``x402``, ``mpp`` and ``l402``. L402 asks the till for an invoice at each 402.
        realm: the name of this API in MPP's challenges.
        secret: 32 bytes under which MPP's challenges are issued; give all processes the same.
        held_bytes_max: an answer is held back up to this length; one that is longer is settled when it gets there,
            and then goes out as it comes.
    """

    def __init__(
        self,
        app: App,
        *,
        till: Till,
        prices: Mapping[str, int | Price],
        base_url: str = "",
        protocols: Sequence[str] = (X402, MPP),
        realm: str = "",
        secret: bytes = b"",
        held_bytes_max: int = HELD_BYTES_MAX,
    ) -> None:
        self._app, self._till, self._prices = app, till, Prices(prices)
        self._base_url, self._protocols = base_url.rstrip("/"), tuple(protocols)
        self._proposer = Proposer(
            till,
            realm or base_url or "eclosion",
            secret or secrets.token_bytes(32),
            self._protocols,
        )
        self._held_bytes_max = held_bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        price = self._prices.of(scope["method"], scope["path"])
        if price is None:
            await self._app(scope, receive, send)
            return
        asked = Asked(scope["method"], self._url(scope))
        try:
            told = read_told(scope["headers"], self._protocols)
            if told is None or scope["method"] == "HEAD":  # a HEAD has nothing to deliver
                await self._ask_for(asked, price, send)
                return
            held = await self._proposer.take(told, asked, price)
        except PaymentRefused as refusal:
            await self._ask_for(asked, price, send, refusal)
            return
        except Unavailable as error:
            await _say(send, 503, [], _words(error))
            return
        scope[PAID] = held
        answer = _Answer(self, told, held, send)
        await self._serve(scope, receive, answer, asked, price)

    async def _serve(
        self, scope: Scope, receive: Receive, answer: _Answer, asked: Asked, price: Price
    ) -> None:
        """Run the application with the amount reserved, and settle or release it."""
        try:
            async with asyncio.timeout(price.timeout_s):
                await self._app(scope, receive, answer.send)
            await answer.finish()
        except PaymentRefused as refusal:  # the reservation ended before the application did
            await self._ask_for(asked, price, answer.out, refusal)
        except Unavailable as error:
            await _say(answer.out, 503, [], _words(error))
        except TimeoutError:
            if answer.gone:
                raise
            await _say(
                answer.out, 504, [], b'{"error":"the resource took too long; nothing was paid"}'
            )
        finally:
            await answer.give_back()

    async def _ask_for(
        self, asked: Asked, price: Price, send: Send, refusal: PaymentRefused | None = None
    ) -> None:
        try:
            headers, body = await self._proposer.propose(asked, price, refusal)
        except Unavailable as error:
            await _say(send, 503, [], _words(error))
            return
        await _say(send, 402, headers, b"" if asked.method == "HEAD" else body)

    def _url(self, scope: Scope) -> str:
        raw = scope.get("raw_path")
        path = raw.partition(b"?")[0].decode("latin-1") if raw else str(scope["path"])
        query = scope.get("query_string", b"").decode("latin-1")
        origin = self._base_url
        if not origin:
            hosts = [v for k, v in scope["headers"] if k.lower() == b"host"]
            host = hosts[0].decode("latin-1") if hosts else "localhost"
            origin = f"{scope.get('scheme', 'http')}://{host}"
        return origin + path + (f"?{query}" if query else "")

    async def settle(self, told: Told, held: Held) -> Headers:
        """Pay, and say so."""
        await self._till.settle(held)
        return self._proposer.receipt(told, held)

    async def release(self, held: Held) -> None:
        """Give back; where that fails the reservation ends by itself."""
        with contextlib.suppress(EclosionError):
            await self._till.release(held)

    @property
    def held_bytes_max(self) -> int:
        """How much of an answer is held back."""
        return self._held_bytes_max


class _Answer:
    """An answer that is held back until it is paid for."""

    def __init__(self, desk: Charging, told: Told, held: Held, out: Send) -> None:
        self._desk, self._told, self._held = desk, told, held
        self.out = out
        self.gone = False
        """Whether something of it has left."""
        self._open = True
        """Whether the amount is still reserved, neither settled nor released."""
        self._start: Message | None = None
        self._kept: list[Message] = []
        self._size = 0

    async def send(self, message: Message) -> None:
        """What the application sends."""
        if self.gone:
            await self.out(message)
            return
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._kept.append(message)
        self._size += len(message.get("body", b""))
        if not message.get("more_body") or self._size > self._desk.held_bytes_max:
            await self.finish()

    async def finish(self) -> None:
        """Settle if it is a success, release if not, and let it go."""
        if self.gone or self._start is None:
            return
        start = dict(self._start)
        headers = list(start.get("headers", ()))
        if 200 <= start["status"] < 300:
            receipt = await self._desk.settle(self._told, self._held)
            self._open = False
            headers = [(k, v) for k, v in headers if k.lower() != b"cache-control"]
            headers += [*receipt, _NO_STORE]
        else:
            await self.give_back()
        self.gone = True
        await self.out({**start, "headers": headers})
        for message in self._kept:
            await self.out(message)
        self._kept.clear()

    async def give_back(self) -> None:
        """Release what is neither settled nor released, also while being cancelled."""
        if self._open:
            self._open = False
            await asyncio.shield(self._desk.release(self._held))


def _words(error: EclosionError) -> bytes:
    return msgspec.json.encode({"error": error.code, "detail": str(error)})


async def _say(send: Send, status: int, headers: Headers, body: bytes) -> None:
    fixed = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        _NO_STORE,
    ]
    start = {"type": "http.response.start", "status": status, "headers": [*headers, *fixed]}
    await send(start)
    await send({"type": "http.response.body", "body": body})
