"""The scheme ``exact``: whether a signed order is worth precisely what is asked, now, in this coin.

All that can be known without the ledger. Who the payer is, whether it has enough, whether its owner allows it and
whether the order was used are the ledger's to say (``service/payments.py``), where the amount is reserved.
"""

from __future__ import annotations

from eclosion.ledger.wire.authorization import Order, SignedOrder, is_signed_by_payer
from eclosion.ledger.wire.refusals import PaymentRefused, Reason
from eclosion.ledger.wire.x402 import Terms

SKEW_S = 30
"""How far a payer's clock may run ahead of ours."""

VALID_MAX_S = 24 * 3600
"""How far ahead an order may be valid at most; what was used has to be remembered that long."""


def check_order(signed: SignedOrder, terms: Terms, now_ms: int) -> Order:
    """The order, if it holds.

    The signature comes last: it is what costs something.

    Raises:
        PaymentRefused: it is for somebody else, of another amount, not valid yet or no longer, or not the payer's.
    """
    order, now_s = signed.order, now_ms // 1000
    if order.payee != terms.payee:
        raise PaymentRefused(Reason.WRONG_PAYEE)
    if order.amount != terms.amount:
        raise PaymentRefused(Reason.WRONG_AMOUNT)
    if order.valid_before_s <= now_s:
        raise PaymentRefused(Reason.EXPIRED)
    if order.valid_before_s > now_s + VALID_MAX_S:
        raise PaymentRefused(Reason.EXPIRED, "An order may be valid for one day at most.")
    if order.valid_after_s > now_s + SKEW_S:
        raise PaymentRefused(Reason.TOO_EARLY)
    if not is_signed_by_payer(signed, terms.coin):
        raise PaymentRefused(Reason.BAD_SIGNATURE)
    return order


def pending_ms(order: Order, terms: Terms, now_ms: int) -> int:
    """How long the amount stays reserved: as long as the handler may take, and not beyond the order's own end."""
    return max(1, min(terms.timeout_s * 1000, order.valid_before_s * 1000 - now_ms))
