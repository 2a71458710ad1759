"""Taking payments by protocol: reserve before anything is done, settle when it was done, release when it was not.

What always holds: the same payer and nonce are one payment and one pending transfer, so whoever comes second is
refused, however many come at once; a payment belongs to the first resource that it was shown at; what is neither
settled nor released goes back to the payer by itself when its time is over. So nobody is served
twice for one payment, and nobody pays for what was not delivered, also when the one in the middle dies.

Against: *Five Attacks on x402* (arXiv 2605.11781) and *Free-Riding the Agentic Web* (2605.30998).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable

from eclosion.ledger.context import Ledger
from eclosion.ledger.model import flags as f
from eclosion.ledger.model.payments import (
    RESOURCE_CHARS_MAX,
    Ask,
    Payment,
    PaymentState,
)
from eclosion.ledger.model.shapes import WHOLE, Result, Transfer
from eclosion.ledger.model.statuses import Status
from eclosion.ledger.model.wallets import CREDITS, Purpose
from eclosion.ledger.service.posting import create_transfers
from eclosion.ledger.store import payments as store
from eclosion.ledger.wire.authorization import account_of_address, order_id
from eclosion.ledger.wire.exact import pending_ms
from eclosion.ledger.wire.refusals import PaymentRefused, Reason
from eclosion.store import Unit

Permit = Callable[[Unit, int, int, int, str], None]
"""Whether an owner allows (unit, who pays, whom, how much, for which resource); raises where not."""

POSTED, _VOIDED = 1, 2
_GONE = frozenset({Status.PENDING_TRANSFER_EXPIRED, Status.PENDING_TRANSFER_ALREADY_VOIDED})


def payer_account(unit: Unit, address: bytes) -> int:
    """The account that an address pays from.

    Raises:
        PaymentRefused: nobody has bound it.
    """
    bound = store.payer_of(unit, address)
    if bound is None:
        raise PaymentRefused(
            Reason.UNKNOWN_PAYER, hint="An agent binds its address with POST /api/v1/ledger/payers."
        )
    return bound[0]


def payee_account(unit: Unit, address: bytes) -> int:
    """The account that is paid at an address: one that names it, or that of an agent who bound it.

    Raises:
        PaymentRefused: there is none.
    """
    named = account_of_address(address)
    if named is not None:
        return named
    bound = store.payer_of(unit, address)
    if bound is None:
        raise PaymentRefused(Reason.UNKNOWN_PAYEE)
    return bound[0]


def reserve(ledger: Ledger, unit: Unit, ask: Ask, permit: Permit | None = None) -> Payment:
    """Reserve the amount of an order for a resource. The order's signature was checked before.

    Raises:
        PaymentRefused: unknown payer or payee, used before, for another resource, too poor.
        EclosionError: what ``permit`` raises.
    """
    order, terms, now_ms = ask.order, ask.terms, ledger.clock.now_ms()
    id_, resource = order_id(order, terms.coin), check_resource(ask.resource)
    debit, credit = payer_account(unit, order.payer), payee_account(unit, terms.payee)
    known = store.payment_by_id(unit, id_)
    if known is not None:
        raise PaymentRefused(Reason.USED if known.resource == resource else Reason.OTHER_RESOURCE)
    if permit is not None:
        permit(unit, debit, credit, order.amount, resource)
    hold(ledger, unit, id_, (debit, credit, order.amount), pending_ms(order, terms, now_ms))
    state = PaymentState.HELD
    made = (ask.protocol, resource, debit, credit, order.amount, ask.secret, state, now_ms, 0)
    payment = Payment(id_, *made)
    store.add_payment(unit, payment)
    return payment


def hold(ledger: Ledger, unit: Unit, id_: int, what: tuple[int, int, int], timeout_ms: int) -> None:
    """Make the pending transfer of a payment: (debit, credit, amount).

    Raises:
        PaymentRefused: it is there already, or cannot be.
    """
    debit, credit, amount = what
    wanted = Transfer(
        id=id_,
        debit_id=debit,
        credit_id=credit,
        amount=amount,
        ledger=CREDITS,
        code=Purpose.PURCHASE,
        flags=f.PENDING,
        timeout_ms=timeout_ms,
    )
    _check_held(create_transfers(ledger, unit, [wanted])[0])


def _check_held(result: Result) -> None:
    status = result.status
    if status is Status.CREATED:
        return
    if status is Status.EXCEEDS_CREDITS:
        raise PaymentRefused(Reason.TOO_POOR)
    if status is Status.EXISTS or status.startswith("exists") or status is Status.ID_ALREADY_FAILED:
        raise PaymentRefused(Reason.USED)
    if status is Status.CREDIT_ACCOUNT_NOT_FOUND:
        raise PaymentRefused(Reason.UNKNOWN_PAYEE)
    if status is Status.DEBIT_ACCOUNT_NOT_FOUND:
        raise PaymentRefused(Reason.UNKNOWN_PAYER)
    words = status.replace("_", " ")
    raise PaymentRefused(Reason.INVALID_PAYLOAD, f"The ledger refused the payment: {words}.")


def settle(ledger: Ledger, unit: Unit, id_: int, secret: bytes) -> Payment:
    """Post what was reserved. Doing it again changes nothing.

    Raises:
        PaymentRefused: there is no such reservation, it is somebody else's, or its time is over: nothing was paid.
    """
    payment = _held(unit, id_, secret)
    if payment.state == PaymentState.SETTLED:
        return payment
    post = Transfer(id=sibling(id_, POSTED), amount=WHOLE, flags=f.POST_PENDING, pending_id=id_)
    status = create_transfers(ledger, unit, [post])[0].status
    if status in _GONE or payment.state == PaymentState.RELEASED:
        raise PaymentRefused(Reason.TOO_LATE)
    if status not in (Status.CREATED, Status.EXISTS):
        words = status.replace("_", " ")
        raise PaymentRefused(Reason.UNKNOWN_RESERVATION, f"It cannot be settled: {words}.")
    now_ms = ledger.clock.now_ms()
    store.end_payment(unit, id_, PaymentState.SETTLED, now_ms)
    return payment._replace(state=PaymentState.SETTLED, ended_ms=now_ms)


def release(ledger: Ledger, unit: Unit, id_: int, secret: bytes) -> Payment:
    """Give back what was reserved. Doing it again changes nothing; nor does it where it has expired.

    Raises:
        PaymentRefused: there is no such reservation, it is somebody else's, or it was settled.
    """
    payment = _held(unit, id_, secret)
    if payment.state == PaymentState.RELEASED:
        return payment
    if payment.state == PaymentState.SETTLED:
        raise PaymentRefused(Reason.USED, "It was settled before.")
    void = Transfer(id=sibling(id_, _VOIDED), flags=f.VOID_PENDING, pending_id=id_)
    create_transfers(ledger, unit, [void])
    now_ms = ledger.clock.now_ms()
    store.end_payment(unit, id_, PaymentState.RELEASED, now_ms)
    return payment._replace(state=PaymentState.RELEASED, ended_ms=now_ms)


def check_resource(resource: str) -> str:
    """What a payment is for, as it is kept.

    Raises:
        PaymentRefused: it is empty or too long.
    """
    if not 0 < len(resource) <= RESOURCE_CHARS_MAX or not resource.isprintable():
        raise PaymentRefused(
            Reason.INVALID_REQUIREMENTS,
            f"A resource has an address of 1 to {RESOURCE_CHARS_MAX:,} printable characters.",
        )
    return resource


def sibling(id_: int, step: int) -> int:
    """The id of the transfer that resolves a pending one: it follows from it, so a repeat is the same transfer."""
    return id_ ^ step << 120


def _held(unit: Unit, id_: int, secret: bytes) -> Payment:
    payment = store.payment_by_id(unit, id_)
    if payment is None or not hmac.compare_digest(payment.secret, secret):
        raise PaymentRefused(Reason.UNKNOWN_RESERVATION)
    return payment
