"""What is allowed: numbers in, a status out, and for what is allowed the accounts as they are afterwards.

The order of the questions is the precedence of the statuses (``statuses.py``). Nothing here knows of a database, a
clock or who asks; the service and the simulation ask the same rules. They are methods, small ones, so that the
simulation can plant one wrong answer at a time and has to find it.

Source: TigerBeetle's public documentation, docs/reference/requests/create_transfers.md, docs/coding/
two-phase-transfers.md and linked-events.md.
"""

from __future__ import annotations

from typing import NamedTuple

from eclosion.ledger.model import flags as f
from eclosion.ledger.model.books import Books
from eclosion.ledger.model.comparing import differs_account, differs_resolving, differs_transfer
from eclosion.ledger.model.forms import (
    fits_account,
    fits_transfer,
    form_of_resolving,
    form_of_transfer,
)
from eclosion.ledger.model.shapes import (
    ID_MAX,
    NS_PER_MS,
    Account,
    Limits,
    Pending,
    PendingState,
    Transfer,
)
from eclosion.ledger.model.statuses import Status


class Effect(NamedTuple):
    """What an allowed transfer does: the transfer as it is kept, both accounts afterwards, and the pending one."""

    transfer: Transfer
    debit: Account
    credit: Account
    pending: Pending | None


Judgement = Status | Effect


class Rules:
    """The ledger's rules, for amounts and instants up to given limits."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()

    # -- accounts

    def judge_account(self, account: Account, books: Books) -> Status:
        """Whether an account may be created."""
        a = account
        if not fits_account(a):
            return Status.VALUE_OUT_OF_RANGE
        if a.flags & ~f.ACCOUNT_FLAGS_ALL:
            return Status.RESERVED_FLAG
        if a.id == 0:
            return Status.ID_MUST_NOT_BE_ZERO
        if a.id == ID_MAX:
            return Status.ID_MUST_NOT_BE_INT_MAX
        known = books.accounts.get(a.id)
        if known is not None:
            return differs_account(a, known)
        both = f.DEBITS_MUST_NOT_EXCEED_CREDITS | f.CREDITS_MUST_NOT_EXCEED_DEBITS
        if a.flags & both == both:
            return Status.FLAGS_ARE_MUTUALLY_EXCLUSIVE
        if a.debits_pending:
            return Status.DEBITS_PENDING_MUST_BE_ZERO
        if a.debits_posted:
            return Status.DEBITS_POSTED_MUST_BE_ZERO
        if a.credits_pending:
            return Status.CREDITS_PENDING_MUST_BE_ZERO
        if a.credits_posted:
            return Status.CREDITS_POSTED_MUST_BE_ZERO
        if a.ledger == 0:
            return Status.LEDGER_MUST_NOT_BE_ZERO
        if a.code == 0:
            return Status.CODE_MUST_NOT_BE_ZERO
        return Status.CREATED

    # -- transfers

    def judge_transfer(self, transfer: Transfer, at_ns: int, books: Books) -> Judgement:
        """Whether a transfer may be created at an instant, and what it does."""
        t = transfer
        if not fits_transfer(t, self.limits):
            return Status.VALUE_OUT_OF_RANGE
        if t.flags & ~f.TRANSFER_FLAGS_ALL:
            return Status.RESERVED_FLAG
        if t.id == 0:
            return Status.ID_MUST_NOT_BE_ZERO
        if t.id == ID_MAX:
            return Status.ID_MUST_NOT_BE_INT_MAX
        known = self.known_transfer(t.id, books)
        if known is not None:
            if (
                known.flags == t.flags
                and t.flags & f.RESOLVING
                and known.pending_id == t.pending_id
            ):
                return differs_resolving(t, known, books.transfers[t.pending_id], self.limits)
            return differs_transfer(t, known)
        if self.is_burned(t.id, books):
            return Status.ID_ALREADY_FAILED
        if t.flags & f.RESOLVING:
            return self._resolve(t, at_ns, books)
        return form_of_transfer(t) or self._move(t, at_ns, books)

    def known_transfer(self, id_: int, books: Books) -> Transfer | None:
        """The transfer that has this id already."""
        return books.transfers.get(id_)

    def is_burned(self, id_: int, books: Books) -> bool:
        """Whether a transient failure has used this id up."""
        return id_ in books.burned

    def _move(self, t: Transfer, at_ns: int, books: Books) -> Judgement:
        debit = books.accounts.get(t.debit_id)
        if debit is None:
            return Status.DEBIT_ACCOUNT_NOT_FOUND
        credit = books.accounts.get(t.credit_id)
        if credit is None:
            return Status.CREDIT_ACCOUNT_NOT_FOUND
        if debit.ledger != credit.ledger:
            return Status.ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER
        if t.ledger != debit.ledger:
            return Status.TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS
        if self.is_closed(debit):
            return Status.DEBIT_ACCOUNT_ALREADY_CLOSED
        if self.is_closed(credit):
            return Status.CREDIT_ACCOUNT_ALREADY_CLOSED
        amount = self.amount_moved(t, debit, credit) if t.flags & f.BALANCING else t.amount
        refused = self.overflow(t, amount, debit, credit, at_ns)
        if refused:
            return refused
        if self.exceeds_credits(debit, amount):
            return Status.EXCEEDS_CREDITS
        if self.exceeds_debits(credit, amount):
            return Status.EXCEEDS_DEBITS
        kept = t._replace(at_ns=at_ns, amount=amount)
        if t.flags & f.PENDING:
            return self.reserve(kept, debit, credit)
        return self.move(kept, debit, credit)

    def is_closed(self, account: Account) -> bool:
        """Whether an account takes part in nothing but voids."""
        return bool(account.flags & f.CLOSED)

    def amount_moved(self, t: Transfer, debit: Account, credit: Account) -> int:
        """How much a balancing transfer moves: at most what keeps the balance on its side."""
        amount = t.amount
        if t.flags & f.BALANCING_DEBIT:
            amount = min(
                amount, max(0, debit.credits_posted - debit.debits_posted - debit.debits_pending)
            )
        if t.flags & f.BALANCING_CREDIT:
            amount = min(
                amount,
                max(0, credit.debits_posted - credit.credits_posted - credit.credits_pending),
            )
        return amount

    def overflow(
        self, t: Transfer, amount: int, debit: Account, credit: Account, at_ns: int
    ) -> Status | None:
        """Which number, if any, would grow too large."""
        most = self.limits.amount_max
        debits = amount + debit.debits_posted + debit.debits_pending
        credits_ = amount + credit.credits_posted + credit.credits_pending
        if debits > most or credits_ > most:
            if t.flags & f.PENDING:
                if amount + debit.debits_pending > most:
                    return Status.OVERFLOWS_DEBITS_PENDING
                if amount + credit.credits_pending > most:
                    return Status.OVERFLOWS_CREDITS_PENDING
            if amount + debit.debits_posted > most:
                return Status.OVERFLOWS_DEBITS_POSTED
            if amount + credit.credits_posted > most:
                return Status.OVERFLOWS_CREDITS_POSTED
            return Status.OVERFLOWS_DEBITS if debits > most else Status.OVERFLOWS_CREDITS
        if t.timeout_ms and at_ns + t.timeout_ms * NS_PER_MS > self.limits.instant_max_ns:
            return Status.OVERFLOWS_TIMEOUT
        return None

    def exceeds_credits(self, debit: Account, amount: int) -> bool:
        """Whether a limit on the debit account forbids this much."""
        return bool(
            debit.flags & f.DEBITS_MUST_NOT_EXCEED_CREDITS
            and debit.debits_pending + debit.debits_posted + amount > debit.credits_posted
        )

    def exceeds_debits(self, credit: Account, amount: int) -> bool:
        """Whether a limit on the credit account forbids this much."""
        return bool(
            credit.flags & f.CREDITS_MUST_NOT_EXCEED_DEBITS
            and credit.credits_pending + credit.credits_posted + amount > credit.debits_posted
        )

    def move(self, t: Transfer, debit: Account, credit: Account) -> Effect:
        """A transfer of one phase."""
        return Effect(
            t,
            _account(debit, debit.flags, posted_debits=t.amount),
            _account(credit, credit.flags, posted_credits=t.amount),
            None,
        )

    def reserve(self, t: Transfer, debit: Account, credit: Account) -> Effect:
        """The first of two phases."""
        expires_ns = t.at_ns + t.timeout_ms * NS_PER_MS if t.timeout_ms else 0
        debit_flags = debit.flags | (f.CLOSED if t.flags & f.CLOSING_DEBIT else 0)
        credit_flags = credit.flags | (f.CLOSED if t.flags & f.CLOSING_CREDIT else 0)
        return Effect(
            t,
            _account(debit, debit_flags, pending_debits=t.amount),
            _account(credit, credit_flags, pending_credits=t.amount),
            Pending(t.id, t.debit_id, t.credit_id, t.amount, t.flags, expires_ns),
        )

    # -- the second phase

    def _resolve(self, t: Transfer, at_ns: int, books: Books) -> Judgement:
        refused = form_of_resolving(t)
        if refused:
            return refused
        first = books.transfers.get(t.pending_id)
        if first is None:
            return Status.PENDING_TRANSFER_NOT_FOUND
        if not first.flags & f.PENDING:
            return Status.PENDING_TRANSFER_NOT_PENDING
        refused = self.mismatch(t, first)
        if refused:
            return refused
        posting = bool(t.flags & f.POST_PENDING)
        if posting:
            amount = first.amount if t.amount == self.limits.amount_max else t.amount
        else:
            amount = t.amount or first.amount
        if amount > first.amount:
            return Status.EXCEEDS_PENDING_TRANSFER_AMOUNT
        if not posting and amount < first.amount:
            return Status.PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT
        pending = books.pending[first.id]
        refused = self.settled(pending, at_ns)
        if refused:
            return refused
        debit, credit = books.accounts[first.debit_id], books.accounts[first.credit_id]
        if posting and self.is_closed(debit):
            return Status.DEBIT_ACCOUNT_ALREADY_CLOSED
        if posting and self.is_closed(credit):
            return Status.CREDIT_ACCOUNT_ALREADY_CLOSED
        kept = Transfer(
            t.id,
            first.debit_id,
            first.credit_id,
            amount,
            first.ledger,
            first.code,
            t.flags,
            t.pending_id,
            0,
            t.user_data_128 or first.user_data_128,
            t.user_data_64 or first.user_data_64,
            t.user_data_32 or first.user_data_32,
            at_ns,
        )
        return (
            self.post(kept, pending, debit, credit)
            if posting
            else self.void(kept, pending, debit, credit)
        )

    def mismatch(self, t: Transfer, first: Transfer) -> Status | None:
        """In what a post or void contradicts the transfer that it resolves."""
        if t.debit_id and t.debit_id != first.debit_id:
            return Status.PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID
        if t.credit_id and t.credit_id != first.credit_id:
            return Status.PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID
        if t.ledger and t.ledger != first.ledger:
            return Status.PENDING_TRANSFER_HAS_DIFFERENT_LEDGER
        if t.code and t.code != first.code:
            return Status.PENDING_TRANSFER_HAS_DIFFERENT_CODE
        return None

    def settled(self, pending: Pending, at_ns: int) -> Status | None:
        """Why a pending transfer can be resolved no more."""
        if pending.state == PendingState.POSTED:
            return Status.PENDING_TRANSFER_ALREADY_POSTED
        if pending.state == PendingState.VOIDED:
            return Status.PENDING_TRANSFER_ALREADY_VOIDED
        if pending.state == PendingState.EXPIRED or self.is_due(pending, at_ns):
            return Status.PENDING_TRANSFER_EXPIRED
        return None

    def is_due(self, pending: Pending, at_ns: int) -> bool:
        """Whether a pending transfer's time is over: at the very nanosecond, not after it."""
        return 0 < pending.expires_ns <= at_ns

    def post(self, t: Transfer, pending: Pending, debit: Account, credit: Account) -> Effect:
        """What was reserved moves, or a part of it; the rest is free again."""
        freed = -pending.amount
        return Effect(
            t,
            _account(debit, debit.flags, pending_debits=freed, posted_debits=t.amount),
            _account(credit, credit.flags, pending_credits=freed, posted_credits=t.amount),
            pending._replace(state=PendingState.POSTED),
        )

    def void(self, t: Transfer, pending: Pending, debit: Account, credit: Account) -> Effect:
        """What was reserved is free again, and what it had closed is open."""
        debit, credit = self.free(pending, debit, credit)
        return Effect(t, debit, credit, pending._replace(state=PendingState.VOIDED))

    def free(self, pending: Pending, debit: Account, credit: Account) -> tuple[Account, Account]:
        """Both accounts without a pending transfer that moves nothing: it was voided, or has expired."""
        debit_flags = debit.flags & ~(f.CLOSED if pending.flags & f.CLOSING_DEBIT else 0)
        credit_flags = credit.flags & ~(f.CLOSED if pending.flags & f.CLOSING_CREDIT else 0)
        return (
            _account(debit, debit_flags, pending_debits=-pending.amount),
            _account(credit, credit_flags, pending_credits=-pending.amount),
        )


def _account(
    a: Account,
    flags: int,
    *,
    pending_debits: int = 0,
    posted_debits: int = 0,
    pending_credits: int = 0,
    posted_credits: int = 0,
) -> Account:
    """An account with its balances moved; made directly, for this runs twice a transfer."""
    return Account(
        a.id,
        a.ledger,
        a.code,
        flags,
        a.debits_pending + pending_debits,
        a.debits_posted + posted_debits,
        a.credits_pending + pending_credits,
        a.credits_posted + posted_credits,
        a.user_data_128,
        a.user_data_64,
        a.user_data_32,
        a.at_ns,
    )
