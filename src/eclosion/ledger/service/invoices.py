"""L402 over the ledger: paying an invoice reserves its amount, and showing the token at its resource takes it up once.

What was paid and is shown nowhere until the invoice's time is over goes back to the payer.
"""

from __future__ import annotations

import hashlib

from eclosion.ledger.context import Ledger
from eclosion.ledger.model.payments import Payment, PaymentState
from eclosion.ledger.model.shapes import AMOUNT_MAX
from eclosion.ledger.service.payments import Permit, check_resource, hold, payee_account
from eclosion.ledger.store import payments as store
from eclosion.ledger.wire.l402 import Invoice, payment_id, preimage_of
from eclosion.ledger.wire.refusals import PaymentRefused, Reason
from eclosion.store import Unit


def pay_invoice(
    ledger: Ledger,
    unit: Unit,
    invoice: Invoice,
    key: bytes,
    debit: int,
    permit: Permit | None = None,
) -> bytes:
    """Pay an invoice from an account; its preimage. Paying it again from the same account tells it again.

    Raises:
        PaymentRefused: its time is over, somebody else has paid it, or there is not enough.
        EclosionError: what ``permit`` raises.
    """
    now_ms, preimage = ledger.clock.now_ms(), preimage_of(invoice, key)
    id_ = payment_id(hashlib.sha256(preimage).digest())
    known = store.payment_by_id(unit, id_)
    if known is not None:
        if known.debit_id == debit:
            return preimage
        raise PaymentRefused(Reason.USED, "Somebody has paid this invoice.")
    if invoice.expires_ms <= now_ms:
        raise PaymentRefused(Reason.EXPIRED, "The invoice's time is over.")
    if not 0 < invoice.amount <= AMOUNT_MAX:
        raise PaymentRefused(Reason.INVALID_REQUIREMENTS)
    credit = payee_account(unit, invoice.payee)
    if permit is not None:
        permit(unit, debit, credit, invoice.amount, "")
    hold(ledger, unit, id_, (debit, credit, invoice.amount), invoice.expires_ms - now_ms)
    made = ("l402", "", debit, credit, invoice.amount, b"", PaymentState.PAID, now_ms, 0)
    store.add_payment(unit, Payment(id_, *made))
    return preimage


def claim(
    unit: Unit, payment_hash: bytes, amount: int, credit: int, resource: str, secret: bytes
) -> Payment:
    """Take up a paid invoice for a resource, once. ``secret`` settles or releases it from here on.

    Raises:
        PaymentRefused: it was not paid, is of another price or payee, or was shown before.
    """
    id_ = payment_id(payment_hash)
    payment = store.payment_by_id(unit, id_)
    if payment is None:
        raise PaymentRefused(Reason.UNKNOWN_RESERVATION, "The invoice was not paid.")
    if payment.amount != amount or payment.credit_id != credit:
        raise PaymentRefused(Reason.WRONG_AMOUNT)
    if not store.claim_payment(unit, id_, check_resource(resource), secret):
        raise PaymentRefused(Reason.USED)
    return payment._replace(resource=resource, secret=secret, state=PaymentState.HELD)
