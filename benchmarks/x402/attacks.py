"""Nine published attacks on x402 servers, each against the middleware as it is run.

From *Five Attacks on x402* (arXiv 2605.11781): grant before settlement, pre-emption, replay, cache leak, metadata
steering. From *Free-Riding the Agentic Web* (2605.30998): cross-resource substitution, duplicate-settlement race,
allowance overdraft, denial of settlement.

``unpaid`` counts answers that were delivered and not paid for, ``double`` runs of the application beyond what was paid.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from benchmarks.x402.shop import (
    FUNDS,
    PAYEE,
    PAYER,
    PRICE,
    SELLER,
    TERMS,
    Shop,
    header,
    open_shop,
    order,
)
from eclosion.kernel.errors import Unavailable
from eclosion.ledger.charging import Charging, Held, Price
from eclosion.ledger.charging.facilitator import Wanted
from eclosion.ledger.wire.encoding import read_struct, to_base64
from eclosion.ledger.wire.x402 import Payment, Required, exact_of, requirement_of

AT_ONCE = 10_000
PRICES: dict[str, int | Price] = {"/a": PRICE, "/b": PRICE, "/c": PRICE, "/dear": 10 * PRICE}


class Outcome(NamedTuple):
    """What an attack won."""

    attack: str
    attempts: int
    unpaid: int
    double: int
    note: str = ""


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Served:
    """The application and its middleware; counts how often the application ran."""

    def __init__(self, shop: Shop, till: Any = None) -> None:
        self.runs = 0
        self.gate: asyncio.Event | None = None
        self.all_in = asyncio.Event()
        self.expected = 0
        self.shop = shop
        self._app = Charging(self._work, till=till or shop.till, prices=PRICES)

    async def _work(self, scope: Any, receive: Any, send: Any) -> None:
        self.runs += 1
        if self.runs == self.expected:
            self.all_in.set()
        if self.gate is not None:
            await self.gate.wait()
        headers = [(b"cache-control", b"public, max-age=3600")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"goods"})

    async def ask(self, path: str, paid: str = "") -> Answer:
        """One request."""
        status, got, body = 0, {}, b""

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            nonlocal status, body
            if message["type"] == "http.response.start":
                status = message["status"]
                got.update({k.decode(): v.decode() for k, v in message["headers"]})
            else:
                body += message.get("body", b"")

        headers = [(b"host", b"bench.example")]
        headers += [(b"payment-signature", paid.encode())] if paid else []
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": headers,
            "scheme": "https",
        }
        await self._app(scope, receive, send)
        return Answer(status, got, body)

    async def storm(self, times: int, path: str, paid: Callable[[int], str]) -> list[Answer]:
        """Many requests, ``AT_ONCE`` of them at a time."""
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(number: int) -> Answer:
            async with turns:
                return await self.ask(path, paid(number))

        return await asyncio.gather(*(one(number) for number in range(times)))

    @property
    def paid(self) -> int:
        """How many prices the seller has been paid."""
        return self.shop.account(SELLER).credits_posted // PRICE


def _goods(answers: list[Answer]) -> int:
    return sum(answer.body == b"goods" for answer in answers)


async def replay(served: Served, times: int) -> Outcome:
    """One payment, many times at once."""
    paid = header(1)
    answers = await served.storm(times, "/a", lambda _: paid)
    return Outcome("replay", times, _goods(answers) - served.paid, served.runs - served.paid)


async def substitution(served: Served, times: int) -> Outcome:
    """A payment for one resource, shown at others of the same price."""
    paid = header(1)
    first = await served.ask("/a", paid)
    answers = await served.storm(times // 2, "/b", lambda _: paid)
    answers += await served.storm(times // 2, "/c", lambda _: paid)
    goods = _goods([first, *answers])
    return Outcome(
        "cross-resource substitution", times, goods - served.paid, served.runs - served.paid
    )


class _DyingTill:
    """Reserves, and is away when it is asked to settle."""

    def __init__(self, till: Any) -> None:
        self._till = till

    def __getattr__(self, name: str) -> Any:
        return getattr(self._till, name)

    async def settle(self, held: Held) -> None:
        raise Unavailable


async def grant_first(served: Served, times: int) -> Outcome:
    """The settlement fails after the application has run."""
    dying = Served(served.shop, _DyingTill(served.shop.till))
    answers = await dying.storm(times, "/a", header)
    return Outcome("grant before settlement", times, _goods(answers) - dying.paid, 0)


async def preemption(served: Served, times: int) -> Outcome:
    """Somebody who has seen payments settles them first; the server must not serve on what is gone."""
    wanted = requirement_of(TERMS)
    for number in range(times):
        payment = Payment(x402_version=2, payload=exact_of(order(number)), accepted=wanted)
        said = msgspec.to_builtins(wanted)
        await served.shop.facilitator.settle(
            Wanted(payment_payload=payment, payment_requirements=said)
        )
    before = served.paid
    answers = await served.storm(times, "/a", header)
    return Outcome("pre-emption", times, _goods(answers) - (served.paid - before), served.runs)


async def cache_leak(served: Served, times: int) -> Outcome:
    """A shared cache between (RFC 9111): what it may keep it gives to whoever asks next."""
    leaked = 0
    for number in range(times):
        answer = await served.ask("/a", header(number))
        control = answer.headers.get("cache-control", "")
        leaked += "no-store" not in control and "private" not in control
    return Outcome("cache leak", times, leaked, served.runs - served.paid)


async def steering(served: Served, times: int) -> Outcome:
    """Payments made under terms that somebody has written over: another payee, a lower price."""
    answers: list[Answer] = []
    thief = b"\x66" * 20
    for number in range(times):
        payee, amount = (thief, PRICE) if number % 2 else (PAYEE, 1)
        said = requirement_of(TERMS._replace(payee=payee, amount=amount))
        signed = order(number, amount, payee)
        payment = Payment(x402_version=2, payload=exact_of(signed), accepted=said)
        answers.append(await served.ask("/a", to_base64(payment)))
    told = read_struct(answers[0].headers["payment-required"], Required).accepts[0]
    note = "" if told == requirement_of(TERMS) else "the terms were changed"
    return Outcome("metadata steering", times, _goods(answers) - served.paid, served.runs, note)


async def settle_race(served: Served, times: int) -> Outcome:
    """One reservation is settled many times at once."""
    held = await served.shop.till.reserve(order(1), TERMS, "GET x", "x402")
    await asyncio.gather(*(served.shop.till.settle(held) for _ in range(times)))
    return Outcome("duplicate-settlement race", times, 0, served.paid - 1)


async def overdraft(served: Served, times: int) -> Outcome:
    """Many payments at once, each of which the account could make alone."""
    answers = await served.storm(times, "/a", header)
    return Outcome(
        "allowance overdraft", times, _goods(answers) - served.paid, served.runs - served.paid
    )


async def denial(served: Served, times: int) -> Outcome:
    """While the application works, the payer spends all that it has elsewhere."""
    served.gate, served.expected = asyncio.Event(), times
    working = [asyncio.ensure_future(served.ask("/a", header(n))) for n in range(times)]
    await served.all_in.wait()
    rest = served.shop.account(PAYER).available
    if rest:
        signed = order(10**9, rest)
        terms = TERMS._replace(amount=rest)
        await served.shop.till.settle(
            await served.shop.till.reserve(signed, terms, "GET elsewhere", "x402")
        )
    served.gate.set()
    answers = await asyncio.gather(*working)
    got = served.paid - rest // PRICE
    return Outcome("denial of settlement", times, _goods(answers) - got, served.runs - got)


Attack = Callable[[Served, int], Awaitable[Outcome]]
NINE: tuple[tuple[Attack, float, int], ...] = (
    (grant_first, 0.1, FUNDS),
    (preemption, 0.02, FUNDS),
    (replay, 1, FUNDS),
    (cache_leak, 0.02, FUNDS),
    (steering, 0.02, FUNDS),
    (substitution, 0.1, FUNDS),
    (settle_race, 0.1, FUNDS),
    (overdraft, 0.1, 5 * PRICE),
    (denial, 0.02, 10_000 * PRICE),
)
"""Attack, its share of the attempts, and what the payer has."""


def run_nine(attempts: int) -> list[Outcome]:
    """All of them, each with books of its own; ``attempts`` is how often one payment is replayed."""
    found = []
    for attack, share, funds in NINE:
        with tempfile.TemporaryDirectory() as folder:
            shop = open_shop(Path(folder) / "shop.db", funds)
            try:

                async def go(
                    attack: Attack = attack, shop: Shop = shop, share: float = share
                ) -> Outcome:
                    return await attack(Served(shop), max(2, int(attempts * share)))

                found.append(asyncio.run(go()))
            finally:
                shop.store.close()
    return found
