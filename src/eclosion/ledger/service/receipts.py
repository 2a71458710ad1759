"""Invariant 9: what was settled by a paying protocol has one posted transfer, and what was not has none.

A check for ``verifying.verify``. That a pending transfer is resolved once is invariant 5; so a receipt whose pending
transfer is posted, by the transfer that follows from its id, has exactly one.
"""

from __future__ import annotations

from collections.abc import Iterator

from eclosion.ledger.model import flags as f
from eclosion.ledger.model.audit import Breach
from eclosion.ledger.model.payments import Payment, PaymentState
from eclosion.ledger.model.shapes import PendingState, Transfer
from eclosion.ledger.service.looking import find_pending, find_transfer
from eclosion.ledger.service.payments import POSTED, sibling
from eclosion.ledger.store.payments import payments_after
from eclosion.store import Unit

PAGE = 1_000
_RECEIPT = 9
_STANDS = {
    PaymentState.HELD: {PendingState.OPEN, PendingState.VOIDED, PendingState.EXPIRED},
    PaymentState.SETTLED: {PendingState.POSTED},
    PaymentState.RELEASED: {PendingState.VOIDED, PendingState.EXPIRED},
    PaymentState.PAID: {PendingState.OPEN, PendingState.VOIDED, PendingState.EXPIRED},
}
"""How its pending transfer may stand. A revocation voids it, and time expires it, behind the payment's back."""


def check_receipts(unit: Unit) -> Iterator[Breach]:
    """Every payment that does not stand as the ledger says."""
    after = 0
    while found := payments_after(unit, after, PAGE):
        for payment in found:
            wrong = _wrong(unit, payment)
            if wrong:
                yield Breach(_RECEIPT, f"payment {payment.id:#x}", wrong)
        after = found[-1].id


def _wrong(unit: Unit, payment: Payment) -> str:
    """What does not hold of one payment, or nothing."""
    state = PaymentState(payment.state)
    held, pending = find_transfer(unit, payment.id), find_pending(unit, payment.id)
    if held is None or pending is None:
        return "nothing was ever reserved for it"
    if _moved(held) != (payment.debit_id, payment.credit_id, payment.amount):
        return "what was reserved is another amount, or between others"
    if pending.state not in _STANDS[state]:
        return f"it is {state.name.lower()}, and its transfer {PendingState(pending.state).name.lower()}"
    if state is not PaymentState.SETTLED:
        return ""
    posted = find_transfer(unit, sibling(payment.id, POSTED))
    if posted is None or not posted.flags & f.POST_PENDING or posted.pending_id != payment.id:
        return "it is settled, and no transfer of its own was posted"
    if _moved(posted) != _moved(held):
        return "what was posted is not what was reserved"
    return ""


def _moved(t: Transfer) -> tuple[int, int, int]:
    return t.debit_id, t.credit_id, t.amount
