"""The owner's hand on the purse: terms for a wallet, approvals, and a revocation that frees everything at once.

Every budget is an account of its own with a limit, in a ledger of its own. A payment is a chain: for each budget
that it counts against a pending transfer that expires with the budget's span, and the payment itself. So a budget
is rolling, nothing is ever overspent however many pay at once (the ledger's own limit says no), and a refused
payment counts against nothing.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from eclosion.kernel.errors import Invalid
from eclosion.ledger.context import Ledger
from eclosion.ledger.errors import (
    InsufficientCredits,
    MandateNotFound,
    MandateRefused,
    SpendingNotFound,
    TransferRefused,
)
from eclosion.ledger.model import flags as f
from eclosion.ledger.model.shapes import WHOLE, Account, PendingState, Result, Transfer
from eclosion.ledger.model.statuses import Status
from eclosion.ledger.model.terms import (
    LIMITS_MOST,
    Hold,
    Spending,
    Terms,
    holds,
    needs_approval,
    refusal,
    which,
)
from eclosion.ledger.model.wallets import Purpose
from eclosion.ledger.service.looking import find_account, find_pending, get_account
from eclosion.ledger.service.posting import create_accounts, create_transfers, transfer
from eclosion.ledger.service.wallets import check_amount
from eclosion.ledger.store import control as store
from eclosion.ledger.store.lists import open_pendings_of
from eclosion.store import Unit, emit

BUDGETS = 2
"""The ledger in which budgets are counted; nothing in it is worth anything."""

_MARK = 0xB0D6E7
_SOURCE = _MARK << 96 | BUDGETS << 64
VOIDED_AT_ONCE = 4_000


class Outcome(NamedTuple):
    """What became of a payment: ``state`` is ``spent``, ``held`` (pending) or ``waiting`` (for the owner)."""

    id: int
    state: str
    again: bool


def set_terms(
    ledger: Ledger, unit: Unit, account_id: int, owner_id: int, terms: Terms, mandate_id: int
) -> store.Mandate:
    """Bind a wallet to an owner's terms, in the place of those before; budgets begin anew.

    Args:
        ledger: the ledger.
        unit: a unit of work.
        account_id: the agent's wallet.
        owner_id: whose terms they are.
        terms: they.
        mandate_id: a new id, made by the caller.

    Raises:
        AccountNotFound: there is no such wallet.
        Invalid: the terms make no sense.
    """
    check_terms(terms)
    get_account(unit, account_id)
    accounts = [Account(_SOURCE, BUDGETS, 1)]
    fills = []
    for number, most in _limits(terms):
        id_ = _budget_id(mandate_id, number)
        accounts.append(Account(id_, BUDGETS, 2, f.DEBITS_MUST_NOT_EXCEED_CREDITS))
        fills.append(Transfer(id_, _SOURCE, id_, most, BUDGETS, 1))
    _all_done(create_accounts(ledger, unit, accounts))
    if fills:
        _all_done(create_transfers(ledger, unit, fills))
    mandate = store.Mandate(
        account_id, mandate_id, owner_id, "active", terms, ledger.clock.now_ms()
    )
    store.put_mandate(unit, mandate)
    return mandate


def terms_of(unit: Unit, account_id: int) -> store.Mandate:
    """The mandate that binds a wallet.

    Raises:
        MandateNotFound: none does.
    """
    found = store.mandate_of(unit, account_id)
    if found is None:
        raise MandateNotFound
    return found


def spend(
    ledger: Ledger, unit: Unit, wanted: Spending, *, hold_ms: int = 0, code: int = Purpose.PAYMENT
) -> Outcome:
    """Pay within the owner's terms, or set aside for ``hold_ms`` where that is not 0.

    A wallet that no mandate binds pays what it has.

    Raises:
        Invalid: the amount is not positive.
        MandateRefused: the terms forbid it; the error has the constraint.
        InsufficientCredits: the wallet has not got so much.
        TransferRefused: the ledger says why.
    """
    check_amount(wanted.amount)
    payer = get_account(unit, wanted.payer_id)
    known = store.spending_by_id(unit, wanted.id)
    if known is not None:
        if (known.payee_id, known.amount) != (wanted.payee_id, wanted.amount):
            raise TransferRefused(Status.EXISTS_WITH_DIFFERENT_AMOUNT)
        return Outcome(known.id, known.state, again=True)
    mandate, now_ms = store.mandate_of(unit, wanted.payer_id), ledger.clock.now_ms()
    counted: list[Hold] = []
    waits = False
    if mandate is not None:
        if mandate.state != "active":
            raise MandateRefused("revoked")
        if refused := refusal(mandate.terms, wanted, now_ms):
            raise MandateRefused(refused)
        counted = holds(mandate.terms, wanted)
        waits = needs_approval(mandate.terms, wanted)
        if waits:
            hold_ms = mandate.terms.approval_ms
    base = Transfer(wanted.id, wanted.payer_id, wanted.payee_id, wanted.amount, payer.ledger, code)
    payment = base._replace(flags=f.PENDING, timeout_ms=hold_ms) if hold_ms else base
    mandate_id = mandate.id if mandate else 0
    chain = [counting(mandate_id, wanted.id, hold) for hold in counted]
    _check(create_transfers(ledger, unit, [*chain, payment]), counted)
    state = "waiting" if waits else "held" if hold_ms else "spent"
    store.add_spending(unit, wanted, mandate_id, len(counted), state, now_ms)
    if waits:
        emit(unit, now_ms, "approval.asked", mandate_id)
    return Outcome(wanted.id, state, again=False)


def count(
    ledger: Ledger, unit: Unit, mandate_id: int, payment_id: int, counted: list[Hold]
) -> None:
    """Count a payment that is made elsewhere in the same unit of work against budgets.

    Raises:
        MandateRefused: one of them is used up.
    """
    chain = [counting(mandate_id, payment_id, hold) for hold in counted]
    if chain:
        chain[-1] = chain[-1]._replace(flags=f.PENDING)
        _check(create_transfers(ledger, unit, chain), counted)


def approve(ledger: Ledger, unit: Unit, id_: int) -> Outcome:
    """The owner agrees: the payment is made.

    Raises:
        SpendingNotFound: nothing of that id waits.
        TransferRefused: it has expired.
    """
    spent = _waiting(unit, id_)
    wanted = Transfer(_other_id(id_, "approve"), amount=WHOLE, flags=f.POST_PENDING, pending_id=id_)
    transfer(ledger, unit, wanted)
    store.set_spending_state(unit, id_, "spent", spent.state)
    return Outcome(id_, "spent", again=False)


def refuse(ledger: Ledger, unit: Unit, id_: int) -> Outcome:
    """The owner does not agree: the credits are free, and no budget counts it.

    Raises:
        SpendingNotFound: nothing of that id waits.
    """
    spent = _waiting(unit, id_)
    _undo(ledger, unit, spent)
    return Outcome(id_, "refused", again=False)


def undo(ledger: Ledger, unit: Unit, id_: int) -> None:
    """Free what ``spend`` had set aside, and let no budget count it.

    Raises:
        SpendingNotFound: there is no such payment that is set aside.
    """
    spent = store.spending_by_id(unit, id_)
    if spent is None or spent.state not in ("held", "waiting"):
        raise SpendingNotFound
    _undo(ledger, unit, spent)


def revoke(ledger: Ledger, unit: Unit, account_id: int) -> int:
    """Stop a wallet: nothing more is paid from it, and all that is set aside is free; how much of it there was.

    Raises:
        MandateNotFound: no mandate binds it.
    """
    mandate = terms_of(unit, account_id)
    store.put_mandate(unit, mandate._replace(state="revoked", at_ms=ledger.clock.now_ms()))
    freed = 0
    at_once = min(VOIDED_AT_ONCE, ledger.settings.batch_most)
    while found := open_pendings_of(unit, account_id, at_once):
        voids = [
            Transfer(_other_id(p.id, "revoke"), flags=f.VOID_PENDING, pending_id=p.id)
            for p in found
        ]
        results = create_transfers(ledger, unit, voids)
        freed += sum(result.done for result in results)
        if not any(result.done for result in results):
            break
    store.refuse_open(unit, account_id)
    emit(unit, ledger.clock.now_ms(), "mandate.revoked", mandate.id)
    return freed


def check_terms(terms: Terms) -> None:
    """Whether terms make sense.

    Raises:
        Invalid: an amount or a span is negative, bounds are crossed, or there are too many budgets.
    """
    numbers = [terms.amount_min, terms.amount_max, terms.payments_most, terms.payments_span_ms]
    numbers += [terms.not_before_ms, terms.not_after_ms, terms.approval_above]
    for budget in terms.budgets:
        numbers += [budget.amount, budget.span_ms]
    if min(numbers) < 0 or max(numbers) >= WHOLE:
        raise Invalid("Amounts and spans are whole numbers from 0.")
    if terms.amount_max and terms.amount_max < terms.amount_min:
        raise Invalid("amount_max is less than amount_min.")
    if terms.not_after_ms and terms.not_after_ms < terms.not_before_ms:
        raise Invalid("not_after_ms is before not_before_ms.")
    if len(terms.budgets) > LIMITS_MOST:
        raise Invalid(f"There are at most {LIMITS_MOST} budgets.")
    if terms.approval_ms < 1:
        raise Invalid("approval_ms is at least 1.")


def left(unit: Unit, mandate: store.Mandate) -> list[int]:
    """What is left of each budget, in the order of the terms. What has expired counts until the next transfer."""
    found = []
    for number in range(1, len(mandate.terms.budgets) + 1):
        account = find_account(unit, _budget_id(mandate.id, number))
        found.append(account.available if account else 0)
    return found


def counting(mandate_id: int, payment_id: int, hold: Hold) -> Transfer:
    """The pending transfer by which a budget counts a payment."""
    return Transfer(
        _hold_id(payment_id, hold.number),
        _budget_id(mandate_id, hold.number),
        _SOURCE,
        hold.amount,
        BUDGETS,
        1,
        f.PENDING | f.LINKED,
        0,
        hold.span_ms,
    )


def _undo(ledger: Ledger, unit: Unit, spent: store.Spent) -> None:
    first = [spent.id]
    first += (
        [_hold_id(spent.id, number) for number in range(LIMITS_MOST + 1)] if spent.holds else []
    )
    for id_ in first:
        pending = find_pending(unit, id_)
        if pending is not None and pending.state == PendingState.OPEN:
            void = Transfer(_other_id(id_, "undo"), flags=f.VOID_PENDING, pending_id=id_)
            create_transfers(ledger, unit, [void])
    store.set_spending_state(unit, spent.id, "refused", spent.state)


def _waiting(unit: Unit, id_: int) -> store.Spent:
    spent = store.spending_by_id(unit, id_)
    if spent is None or spent.state != "waiting":
        raise SpendingNotFound
    return spent


def _limits(terms: Terms) -> list[tuple[int, int]]:
    found = [(number, budget.amount) for number, budget in enumerate(terms.budgets, 1)]
    return [*found, (0, terms.payments_most)] if terms.payments_most else found


def _check(results: list[Result], counted: list[Hold]) -> None:
    """Turn what the ledger said of a chain into one error.

    Raises:
        MandateRefused: a budget is used up.
        InsufficientCredits: the wallet has not got so much.
        TransferRefused: anything else.
    """
    for at, result in enumerate(results):
        if result.status in (Status.CREATED, Status.EXISTS, Status.LINKED_EVENT_FAILED):
            continue
        if at < len(counted) and result.status is Status.EXCEEDS_CREDITS:
            raise MandateRefused(which(counted[at].number))
        if result.status is Status.EXCEEDS_CREDITS:
            raise InsufficientCredits(result.status, "There are not enough credits for this.")
        raise TransferRefused(result.status)


def _all_done(results: list[Result]) -> None:
    for result in results:
        if not result.done:
            raise TransferRefused(result.status)


def _budget_id(mandate_id: int, number: int) -> int:
    return (_MARK + 1 + number) << 96 | BUDGETS << 64 | mandate_id


def _hold_id(payment_id: int, number: int) -> int:
    return _other_id(payment_id, f"hold {number}")


def _other_id(id_: int, what: str) -> int:
    """An id that follows from another."""
    digest = hashlib.sha256(f"{id_:x} {what}".encode()).digest()
    return int.from_bytes(digest[:16], "big") % ((1 << 128) - 2) + 1
