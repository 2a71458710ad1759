"""What an owner lets an agent spend: the eight constraints of an open mandate (AP2 v0.2), judged here, not there.

=========================== ==============================================================================
``amount_range``            ``amount_min``, ``amount_max``: of one payment
``budget``                  ``budgets``: so much in a span, in all, for one payee or for one category
``agent_recurrence``        ``payments_most`` in ``payments_span_ms``
``allowed_payees``          account ids
``allowed_payment_instruments`` by which protocol: ``ledger``, ``x402``, ``mpp``, ``l402``
``allowed_pisps``           who may carry a payment out: ``eclosion`` is this network itself
``execution_date``          ``not_before_ms``, ``not_after_ms``
``payment_reference``       a text that every payment has to carry
=========================== ==============================================================================

What adds up over time (budgets, recurrence) is not judged here: each is an account with a limit
(``service/control.py``).
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from eclosion.kernel.clock import DAY_MS

LIMITS_MOST = 12
INSTRUMENT = "ledger"
CARRIER = "eclosion"


class Budget(Struct, frozen=True, omit_defaults=True):
    """At most ``amount`` in any ``span_ms`` (0: ever), for a payee's account (hex) or a category; empty: for all."""

    amount: int
    span_ms: int = DAY_MS
    payee: str = ""
    category: str = ""


class Terms(Struct, frozen=True, omit_defaults=True):
    """An owner's terms. Empty lists and zeros leave a thing open; ``approval_above`` asks the owner from there on."""

    amount_min: int = 0
    amount_max: int = 0
    budgets: tuple[Budget, ...] = ()
    payments_most: int = 0
    payments_span_ms: int = DAY_MS
    allowed_payees: tuple[str, ...] = ()
    allowed_instruments: tuple[str, ...] = ()
    allowed_carriers: tuple[str, ...] = ()
    not_before_ms: int = 0
    not_after_ms: int = 0
    reference: str = ""
    approval_above: int = 0
    approval_ms: int = DAY_MS


class Spending(NamedTuple):
    """A payment that an agent wants to make; ``id`` is the transfer's."""

    id: int
    payer_id: int
    payee_id: int
    amount: int
    category: str = ""
    reference: str = ""
    instrument: str = INSTRUMENT
    carrier: str = CARRIER


class Hold(NamedTuple):
    """One limit that a payment counts against: its number among the terms, by how much, and for how long."""

    number: int
    amount: int
    most: int
    span_ms: int


def refusal(terms: Terms, wanted: Spending, now_ms: int) -> str:
    """Which constraint forbids a payment whatever was spent before; empty if none does."""
    if wanted.amount < terms.amount_min or (terms.amount_max and wanted.amount > terms.amount_max):
        return "amount_range"
    if terms.allowed_payees and f"{wanted.payee_id:x}" not in terms.allowed_payees:
        return "allowed_payees"
    if terms.allowed_instruments and wanted.instrument not in terms.allowed_instruments:
        return "allowed_payment_instruments"
    if terms.allowed_carriers and wanted.carrier not in terms.allowed_carriers:
        return "allowed_pisps"
    if now_ms < terms.not_before_ms or (terms.not_after_ms and now_ms > terms.not_after_ms):
        return "execution_date"
    if terms.reference and wanted.reference != terms.reference:
        return "payment_reference"
    return ""


def holds(terms: Terms, wanted: Spending) -> list[Hold]:
    """Against which limits a payment counts."""
    found = []
    for number, budget in enumerate(terms.budgets, 1):
        if budget.payee in ("", f"{wanted.payee_id:x}") and budget.category in (
            "",
            wanted.category,
        ):
            found.append(Hold(number, wanted.amount, budget.amount, budget.span_ms))
    if terms.payments_most:
        found.append(Hold(0, 1, terms.payments_most, terms.payments_span_ms))
    return found


def which(number: int) -> str:
    """What AP2 calls the constraint behind a hold."""
    return "budget" if number else "agent_recurrence"


def needs_approval(terms: Terms, wanted: Spending) -> bool:
    """Whether the owner has to agree first."""
    return bool(terms.approval_above) and wanted.amount > terms.approval_above
