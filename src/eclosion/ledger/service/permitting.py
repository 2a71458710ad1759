"""An owner's terms where a payment comes by protocol (x402, MPP, L402): nobody can be asked there, so it is yes or no.

A budget counts what was reserved for as long as its span, also where the payment was released afterwards: a program
that reserves and never takes must not wear out its owner's patience instead of its budget.
"""

from __future__ import annotations

from collections.abc import Callable

from eclosion.ledger.context import Ledger
from eclosion.ledger.errors import MandateRefused
from eclosion.ledger.model.terms import Spending, holds, needs_approval, refusal
from eclosion.ledger.service.control import count
from eclosion.ledger.service.payments import Permit
from eclosion.ledger.store.control import mandate_of
from eclosion.ledger.wire.refusals import PaymentRefused, Reason
from eclosion.store import Unit

INSTRUMENT = "x402"


def make_permit(ledger: Ledger, random_bytes: Callable[[int], bytes]) -> Permit:
    """Whether the payer's owner allows a payment; counts it against the budgets where he does."""

    def permit(unit: Unit, payer_id: int, payee_id: int, amount: int, resource: str) -> None:
        mandate = mandate_of(unit, payer_id)
        if mandate is None:
            return
        id_ = int.from_bytes(random_bytes(16), "big")
        wanted = Spending(
            id_, payer_id, payee_id, amount, reference=resource, instrument=INSTRUMENT
        )
        refused = refusal(mandate.terms, wanted, ledger.clock.now_ms())
        if mandate.state != "active":
            refused = "revoked"
        elif not refused and needs_approval(mandate.terms, wanted):
            refused = "approval"
        if refused:
            raise PaymentRefused(Reason.OVER_BUDGET, str(MandateRefused(refused)))
        try:
            count(ledger, unit, mandate.id, id_, holds(mandate.terms, wanted))
        except MandateRefused as error:
            raise PaymentRefused(Reason.OVER_BUDGET, str(error)) from error

    return permit
