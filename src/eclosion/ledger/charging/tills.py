"""Tills: what a middleware asks to reserve, settle and release. One is in the process of the ledger, one elsewhere."""

from __future__ import annotations

import secrets
from typing import NamedTuple, Protocol

from eclosion.ledger.context import Ledger
from eclosion.ledger.model.payments import SECRET_BYTES, Ask, Payment
from eclosion.ledger.service.invoices import claim
from eclosion.ledger.service.payments import (
    Permit,
    payee_account,
    release,
    reserve,
    settle,
)
from eclosion.ledger.wire import l402
from eclosion.ledger.wire.authorization import Coin, SignedOrder
from eclosion.ledger.wire.exact import check_order
from eclosion.ledger.wire.refusals import PaymentRefused, Reason
from eclosion.ledger.wire.x402 import Terms
from eclosion.store import Store, Unit

SALT_BYTES = 16


class Held(NamedTuple):
    """A reservation. ``id`` is the transaction that a receipt names; ``payer`` an address, empty for invoices."""

    id: int
    secret: bytes
    payer: bytes
    amount: int


class Invoice(NamedTuple):
    """What L402 shows for a price."""

    macaroon: bytes
    text: str


class Till(Protocol):
    """Takes payments. Refusals are ``PaymentRefused``; a till that is away is ``Unavailable``."""

    async def coin(self) -> Coin:
        """What it is paid in."""
        ...

    async def payee(self) -> bytes:
        """Who is paid where a price names nobody."""
        ...

    def now_ms(self) -> int:
        """Its time."""
        ...

    async def reserve(
        self, signed: SignedOrder, terms: Terms, resource: str, protocol: str
    ) -> Held:
        """Check an order and reserve its amount for a resource."""
        ...

    async def settle(self, held: Held) -> None:
        """Pay what was reserved."""
        ...

    async def release(self, held: Held) -> None:
        """Give it back."""
        ...

    async def invoice(self, terms: Terms, resource: str) -> Invoice:
        """An L402 invoice, and the token that goes with it."""
        ...

    async def claim(self, macaroon: bytes, preimage: bytes, terms: Terms, resource: str) -> Held:
        """Take up a paid invoice."""
        ...


class LedgerTill:
    """A till over a ledger in this process.

    Args:
        store: the ledger's database.
        ledger: the part.
        coin: what it is paid in; signatures name it.
        key: from which invoices follow; every process of a network has the same.
        pay_to: the address of who is paid where a price names nobody.
        permit: whether the payer's owner allows a payment; asked in the reservation's transaction.
    """

    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        coin: Coin,
        key: bytes,
        pay_to: bytes = b"",
        permit: Permit | None = None,
    ) -> None:
        self._store, self._ledger = store, ledger
        self._coin, self._key, self._pay_to, self._permit = coin, key, pay_to, permit

    async def coin(self) -> Coin:
        return self._coin

    async def payee(self) -> bytes:
        return self._pay_to

    def now_ms(self) -> int:
        return self._ledger.clock.now_ms()

    async def reserve(
        self, signed: SignedOrder, terms: Terms, resource: str, protocol: str
    ) -> Held:
        order = check_order(signed, terms, self.now_ms())
        ask = Ask(order, terms, resource, protocol, secrets.token_bytes(SECRET_BYTES))
        work = self._ledger, ask, self._permit
        payment: Payment = await self._store.write(lambda unit: reserve(work[0], unit, *work[1:]))
        return Held(payment.id, ask.secret, order.payer, payment.amount)

    async def settle(self, held: Held) -> None:
        await self._store.write(lambda unit: settle(self._ledger, unit, held.id, held.secret))

    async def release(self, held: Held) -> None:
        await self._store.write(lambda unit: release(self._ledger, unit, held.id, held.secret))

    async def invoice(self, terms: Terms, resource: str) -> Invoice:
        until_ms = self.now_ms() + terms.timeout_s * 1000
        wanted = l402.Invoice(terms.payee, terms.amount, until_ms, secrets.token_bytes(SALT_BYTES))
        token = l402.write_token(wanted, resource, self._key)
        return Invoice(token, l402.write_invoice(wanted, self._key))

    async def claim(self, macaroon: bytes, preimage: bytes, terms: Terms, resource: str) -> Held:
        if terms.coin != self._coin:
            raise PaymentRefused(Reason.WRONG_ASSET)
        hash_ = l402.read_token(macaroon, preimage, resource, self._key, self.now_ms())
        secret = secrets.token_bytes(SECRET_BYTES)

        def take(unit: Unit) -> Payment:
            credit = payee_account(unit, terms.payee)
            return claim(unit, hash_, terms.amount, credit, resource, secret)

        payment = await self._store.write(take)
        return Held(payment.id, secret, b"", payment.amount)
