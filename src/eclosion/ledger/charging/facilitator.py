"""A facilitator: x402's ``/verify``, ``/settle``, ``/supported``, and what they lack, ``/reserve`` and ``/release``.

``/verify`` looks and changes nothing, as the protocol wants it; who relies on it alone may serve twice for one payment.
``/settle`` without a reservation reserves and posts in one transaction. A refusal is an answer, not an error: 200 with
``isValid`` or ``success`` false and a reason.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any

import msgspec

from eclosion.ledger.charging.tills import Held, LedgerTill
from eclosion.ledger.context import Ledger
from eclosion.ledger.model.payments import SECRET_BYTES, Ask
from eclosion.ledger.service.looking import find_account
from eclosion.ledger.service.payments import (
    Permit,
    payee_account,
    payer_account,
    reserve,
    settle,
)
from eclosion.ledger.store.payments import payment_by_id
from eclosion.ledger.wire import x402
from eclosion.ledger.wire.authorization import (
    NETWORK,
    NETWORK_V1,
    Coin,
    Order,
    SignedOrder,
    address_of_account,
    order_id,
)
from eclosion.ledger.wire.encoding import from_base64, to_base64url
from eclosion.ledger.wire.ethereum import write_address
from eclosion.ledger.wire.exact import check_order
from eclosion.ledger.wire.refusals import PaymentRefused, Reason
from eclosion.ledger.wire.x402 import Payment, Receipt, Requirement, Terms
from eclosion.store import Store, Unit

_HEX_128 = re.compile(r"[0-9a-f]{32}")
UNNAMED = "unnamed"
"""The resource of a payment that is settled without one."""


class Reservation(msgspec.Struct, frozen=True):
    """What ``/reserve`` gave and ``/settle`` and ``/release`` take back."""

    id: str
    secret: str
    payer: str = ""
    amount: str = ""


class Wanted(msgspec.Struct, rename="camel", frozen=True, kw_only=True):
    """What is asked of a facilitator; each address takes some of these fields. Version 1's requirements fit too."""

    x402_version: int = 2
    payment_payload: Payment | None = None
    payment_requirements: dict[str, Any] | None = None
    reservation: Reservation | None = None
    resource: str = ""
    protocol: str = "x402"
    macaroon: str = ""
    preimage: str = ""


class Facilitator:
    """Answers those who charge this ledger's credits elsewhere.

    Args:
        store: the ledger's database.
        ledger: the part.
        coin: what it is paid in.
        till: takes the payments.
        permit: asked before anything is reserved.
    """

    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        coin: Coin,
        till: LedgerTill,
        permit: Permit | None = None,
    ) -> None:
        self._store, self._ledger, self._coin = store, ledger, coin
        self._till, self._permit = till, permit

    def supported(self) -> dict[str, Any]:
        """What can be paid here."""
        coin = self._coin
        extra = {
            "asset": write_address(coin.asset),
            "name": coin.name,
            "version": coin.version,
            "decimals": coin.decimals,
        }
        kinds = [
            {"x402Version": 2, "scheme": x402.EXACT, "network": NETWORK, "extra": extra},
            {"x402Version": 1, "scheme": x402.EXACT, "network": NETWORK_V1, "extra": extra},
        ]
        return {"kinds": kinds, "extensions": ["eclosion-reserve"], "signers": {"eip155:*": []}}

    async def verify(self, wanted: Wanted) -> dict[str, Any]:
        """Whether a payment would hold now."""

        def look(unit: Unit, order: Order, terms: Terms) -> None:
            if payment_by_id(unit, order_id(order, terms.coin)) is not None:
                raise PaymentRefused(Reason.USED)
            account = find_account(unit, payer_account(unit, order.payer))
            if find_account(unit, payee_account(unit, terms.payee)) is None:
                raise PaymentRefused(Reason.UNKNOWN_PAYEE)
            if account is None or account.available < order.amount:
                raise PaymentRefused(Reason.TOO_POOR)

        payer = ""
        try:
            signed, terms = self._read(wanted)
            payer = write_address(signed.order.payer)
            order = check_order(signed, terms, self._till.now_ms())
            await self._store.read(lambda unit: look(unit, order, terms))
        except PaymentRefused as refusal:
            return _invalid(refusal, payer)
        return {"isValid": True, "payer": payer}

    async def settle(self, wanted: Wanted) -> dict[str, Any]:
        """Pay: what was reserved, or at once."""
        network = NETWORK if wanted.x402_version == 2 else NETWORK_V1
        payer, id_ = "", 0
        try:
            if wanted.reservation is not None:
                held = _read_held(wanted.reservation)
                payer, id_ = wanted.reservation.payer, held.id
                await self._till.settle(held)
                amount = wanted.reservation.amount
            else:
                signed, terms = self._read(wanted)
                payer = write_address(signed.order.payer)
                order = check_order(signed, terms, self._till.now_ms())
                id_ = order_id(order, terms.coin)
                ask = Ask(
                    order, terms, _resource(wanted), "x402", secrets.token_bytes(SECRET_BYTES)
                )
                await self._store.write(self._at_once(ask))
                amount = str(order.amount)
        except PaymentRefused as refusal:
            return _failed(refusal, network, payer)
        done = Receipt(
            success=True,
            transaction=f"0x{id_:032x}",
            network=network,
            payer=payer,
            amount=amount or None,
        )
        said: dict[str, Any] = msgspec.to_builtins(done)
        return said

    def _at_once(self, ask: Ask) -> Callable[[Unit], None]:
        def work(unit: Unit) -> None:
            payment = reserve(self._ledger, unit, ask, self._permit)
            settle(self._ledger, unit, payment.id, ask.secret)

        return work

    async def reserve(self, wanted: Wanted) -> dict[str, Any]:
        """Reserve a payment for a resource, before anything is done for it."""
        payer = ""
        try:
            signed, terms = self._read(wanted)
            payer = write_address(signed.order.payer)
            protocol = wanted.protocol if wanted.protocol in ("x402", "mpp") else "x402"
            held = await self._till.reserve(signed, terms, _resource(wanted), protocol)
        except PaymentRefused as refusal:
            return _invalid(refusal, payer)
        return {"isValid": True, "payer": payer, "reservation": _write_held(held)}

    async def release(self, wanted: Wanted) -> dict[str, Any]:
        """Give back what was reserved."""
        try:
            await self._till.release(_read_held(wanted.reservation or Reservation("", "")))
        except PaymentRefused as refusal:
            return _failed(refusal, NETWORK, "")
        return {"success": True}

    async def invoice(self, wanted: Wanted) -> dict[str, Any]:
        """An L402 invoice and its token."""
        try:
            terms = self._terms(wanted)
            made = await self._till.invoice(terms, _resource(wanted))
        except PaymentRefused as refusal:
            return _invalid(refusal, "")
        return {"macaroon": to_base64url(made.macaroon), "invoice": made.text}

    async def claim(self, wanted: Wanted) -> dict[str, Any]:
        """Take up a paid invoice for the resource where its token is shown."""
        try:
            terms = self._terms(wanted)
            try:
                token = from_base64(wanted.macaroon), bytes.fromhex(wanted.preimage)
            except ValueError as error:
                raise PaymentRefused(Reason.INVALID_PAYLOAD) from error
            held = await self._till.claim(*token, terms, _resource(wanted))
        except PaymentRefused as refusal:
            return _invalid(refusal, "")
        return {"isValid": True, "reservation": _write_held(held)}

    def _terms(self, wanted: Wanted) -> Terms:
        said = wanted.payment_requirements or {}
        try:
            if "maxAmountRequired" in said:
                told = x402.from_v1(msgspec.convert(said, x402.RequirementV1))
            else:
                told = msgspec.convert(said, Requirement)
        except msgspec.ValidationError as error:
            raise PaymentRefused(Reason.INVALID_REQUIREMENTS, str(error)) from error
        return x402.terms_of(told, self._coin)

    def _read(self, wanted: Wanted) -> tuple[SignedOrder, Terms]:
        if wanted.payment_payload is None:
            raise PaymentRefused(Reason.INVALID_PAYLOAD)
        terms = self._terms(wanted)
        return x402.signed_order_of(wanted.payment_payload, terms), terms


def discovery(articles: list[dict[str, Any]], limit: int, offset: int) -> dict[str, Any]:
    """The list of priced resources, as ``/discovery/resources`` tells it."""
    page = {"limit": limit, "offset": offset, "total": offset + len(articles)}
    return {"x402Version": 2, "items": articles, "pagination": page}


def account_address(account_id: int) -> str:
    """The address at which an account is paid, as text."""
    return write_address(address_of_account(account_id))


def _resource(wanted: Wanted) -> str:
    named = wanted.payment_payload.resource if wanted.payment_payload else None
    return wanted.resource or (named.url if named else "") or UNNAMED


def _read_held(said: Reservation) -> Held:
    if not _HEX_128.fullmatch(said.id) or not _HEX_128.fullmatch(said.secret):
        raise PaymentRefused(Reason.UNKNOWN_RESERVATION)
    return Held(int(said.id, 16), bytes.fromhex(said.secret), b"", 0)


def _write_held(held: Held) -> dict[str, str]:
    return {
        "id": f"{held.id:032x}",
        "secret": held.secret.hex(),
        "payer": write_address(held.payer) if held.payer else "",
        "amount": str(held.amount),
    }


def _invalid(refusal: PaymentRefused, payer: str) -> dict[str, Any]:
    said = {
        "isValid": False,
        "invalidReason": refusal.reason.value,
        "invalidMessage": str(refusal),
    }
    return said | ({"payer": payer} if payer else {})


def _failed(refusal: PaymentRefused, network: str, payer: str) -> dict[str, Any]:
    said = {
        "success": False,
        "errorReason": refusal.reason.value,
        "errorMessage": str(refusal),
        "transaction": "",
        "network": network,
    }
    return said | ({"payer": payer} if payer else {})
