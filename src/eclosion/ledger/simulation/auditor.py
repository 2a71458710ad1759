"""What should become of each transfer, said a second time and independently of ``model/rules.py``.

Every status stands in a table with the condition under which it is true; the first one that is true is expected. That
is slow, and easy to hold beside the published list of statuses.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from eclosion.ledger.model import flags as f
from eclosion.ledger.model.shapes import AMOUNT_MAX, NS_PER_MS, Transfer


@dataclass
class Held:
    """An account as the auditor sees it."""

    ledger: int
    flags: int
    dp: int = 0
    d: int = 0
    cp: int = 0
    c: int = 0
    closed: bool = False

    def balances(self) -> tuple[int, int, int, int]:
        """Debits pending and posted, credits pending and posted."""
        return self.dp, self.d, self.cp, self.c


@dataclass
class Case:
    """One transfer that is asked for, with all that its status depends on."""

    t: Transfer
    at_ns: int
    known: Transfer | None
    burned: bool
    debit: Held | None
    credit: Held | None
    first: Transfer | None
    state: str

    @property
    def resolving(self) -> bool:
        return bool(self.t.flags & (f.POST_PENDING | f.VOID_PENDING))

    @property
    def posting(self) -> bool:
        return bool(self.t.flags & f.POST_PENDING)

    @property
    def amount(self) -> int:
        """What would move."""
        t = self.t
        if self.first is not None and self.posting:
            return self.first.amount if t.amount == AMOUNT_MAX else t.amount
        if self.first is not None and self.resolving:
            return t.amount or self.first.amount
        amount = t.amount
        if self.debit and t.flags & f.BALANCING_DEBIT:
            amount = min(amount, max(0, self.debit.c - self.debit.d - self.debit.dp))
        if self.credit and t.flags & f.BALANCING_CREDIT:
            amount = min(amount, max(0, self.credit.d - self.credit.c - self.credit.cp))
        return amount

    @property
    def late(self) -> bool:
        """Whether the pending transfer's time is over."""
        first = self.first
        if first is None or not first.timeout_ms:
            return False
        return self.at_ns >= first.at_ns + first.timeout_ms * NS_PER_MS


def _same(c: Case) -> bool:
    """Whether what has this id is what is asked for."""
    t, known = c.t, c.known
    assert known is not None
    if (t.flags, t.pending_id, t.timeout_ms) != (known.flags, known.pending_id, known.timeout_ms):
        return False
    if c.resolving:
        assert c.first is not None
        first = c.first
        return c.amount == known.amount and all(
            (wanted or pending) == had
            for wanted, pending, had in zip(t[9:12], first[9:12], known[9:12], strict=True)
        )
    balancing = t.flags & (f.BALANCING_DEBIT | f.BALANCING_CREDIT)
    fits = t.amount >= known.amount if balancing else t.amount == known.amount
    return fits and t[1:3] == known[1:3] and t[9:12] == known[9:12] and t[4:6] == known[4:6]


_EITHER: list[tuple[str, Callable[[Case], bool]]] = [
    ("id_must_not_be_zero", lambda c: c.t.id == 0),
    ("exists", lambda c: c.known is not None and _same(c)),
    ("exists_with_different_", lambda c: c.known is not None),
    ("id_already_failed", lambda c: c.burned),
]
_FIRST: list[tuple[str, Callable[[Case], bool]]] = [
    ("accounts_must_be_different", lambda c: c.t.debit_id == c.t.credit_id),
    ("pending_id_must_be_zero", lambda c: c.t.pending_id != 0),
    (
        "timeout_reserved_for_pending_transfer",
        lambda c: not c.t.flags & f.PENDING and c.t.timeout_ms != 0,
    ),
    (
        "closing_transfer_must_be_pending",
        lambda c: not c.t.flags & f.PENDING and bool(c.t.flags & f.CLOSING),
    ),
    ("ledger_must_not_be_zero", lambda c: c.t.ledger == 0),
    ("code_must_not_be_zero", lambda c: c.t.code == 0),
    ("debit_account_not_found", lambda c: c.debit is None),
    ("credit_account_not_found", lambda c: c.credit is None),
    ("accounts_must_have_the_same_ledger", lambda c: _d(c).ledger != _c(c).ledger),
    ("transfer_must_have_the_same_ledger_as_accounts", lambda c: c.t.ledger != _d(c).ledger),
    ("debit_account_already_closed", lambda c: _d(c).closed),
    ("credit_account_already_closed", lambda c: _c(c).closed),
    ("overflows_debits_pending", lambda c: _is_pending(c) and c.amount + _d(c).dp > AMOUNT_MAX),
    ("overflows_credits_pending", lambda c: _is_pending(c) and c.amount + _c(c).cp > AMOUNT_MAX),
    ("overflows_debits_posted", lambda c: c.amount + _d(c).d > AMOUNT_MAX),
    ("overflows_credits_posted", lambda c: c.amount + _c(c).c > AMOUNT_MAX),
    ("overflows_debits", lambda c: c.amount + _d(c).d + _d(c).dp > AMOUNT_MAX),
    ("overflows_credits", lambda c: c.amount + _c(c).c + _c(c).cp > AMOUNT_MAX),
    (
        "exceeds_credits",
        lambda c: bool(_d(c).flags & 2) and _d(c).dp + _d(c).d + c.amount > _d(c).c,
    ),
    (
        "exceeds_debits",
        lambda c: bool(_c(c).flags & 4) and _c(c).cp + _c(c).c + c.amount > _c(c).d,
    ),
]
_SECOND: list[tuple[str, Callable[[Case], bool]]] = [
    (
        "flags_are_mutually_exclusive",
        lambda c: (
            c.t.flags & f.RESOLVING == f.RESOLVING
            or bool(c.t.flags & (f.PENDING | f.BALANCING | f.CLOSING))
        ),
    ),
    ("pending_id_must_not_be_zero", lambda c: c.t.pending_id == 0),
    ("pending_id_must_be_different", lambda c: c.t.pending_id == c.t.id),
    ("timeout_reserved_for_pending_transfer", lambda c: c.t.timeout_ms != 0),
    ("pending_transfer_not_found", lambda c: c.first is None),
    ("pending_transfer_not_pending", lambda c: not _f(c).flags & f.PENDING),
    (
        "pending_transfer_has_different_debit_account_id",
        lambda c: c.t.debit_id not in (0, _f(c).debit_id),
    ),
    (
        "pending_transfer_has_different_credit_account_id",
        lambda c: c.t.credit_id not in (0, _f(c).credit_id),
    ),
    ("exceeds_pending_transfer_amount", lambda c: c.amount > _f(c).amount),
    (
        "pending_transfer_has_different_amount",
        lambda c: not c.posting and c.amount != _f(c).amount,
    ),
    ("pending_transfer_already_posted", lambda c: c.state == "posted"),
    ("pending_transfer_already_voided", lambda c: c.state == "voided"),
    ("pending_transfer_expired", lambda c: c.state == "expired" or c.late),
    ("debit_account_already_closed", lambda c: c.posting and _d(c).closed),
    ("credit_account_already_closed", lambda c: c.posting and _c(c).closed),
]
_BURNS = {
    "debit_account_not_found",
    "credit_account_not_found",
    "pending_transfer_not_found",
    "exceeds_credits",
    "exceeds_debits",
    "debit_account_already_closed",
    "credit_account_already_closed",
}


class Auditor:
    """Keeps books of its own, and says what each batch should have answered."""

    def __init__(self) -> None:
        self.accounts: dict[int, Held] = {}
        self.transfers: dict[int, Transfer] = {}
        self.states: dict[int, str] = {}
        self.burned: set[int] = set()
        self.last_ns = 0
        self._now_ns = 0
        self._happened = False
        self._due: list[tuple[int, int]] = []

    def open_account(self, id_: int, ledger: int, flags: int) -> None:
        """An account was created."""
        self.accounts[id_] = Held(ledger, flags, closed=bool(flags & f.CLOSED))

    def batch(self, transfers: Sequence[Transfer], now_ms: int) -> list[tuple[str, int]]:
        """The statuses that a batch should have, and the instants at which each is looked at."""
        self._now_ns = max(now_ms * NS_PER_MS, self.last_ns + 1)
        self._happened = False
        found: list[tuple[str, int]] = []
        chain: list[Transfer] = []
        for at, t in enumerate(transfers):
            chain.append(t)
            if t.flags & f.LINKED and at < len(transfers) - 1:
                continue
            self._expire()
            found += self._chain(chain) if len(chain) > 1 else [self._alone(t)]
            chain = []
        if self._happened:
            self.last_ns = self._now_ns - 1
        return found

    def _expire(self) -> None:
        """Everything whose time is over is free; each takes an instant of its own."""
        while self._due and self._due[0][0] <= self._now_ns:
            id_ = self._due.pop(0)[1]
            if self.states.get(id_) == "open":
                self.states[id_] = "expired"
                self._release(self.transfers[id_])
                self._now_ns += 1
                self._happened = True

    def _alone(self, t: Transfer) -> tuple[str, int]:
        at_ns = self._now_ns
        self._now_ns += 1
        status = "linked_event_chain_open" if t.flags & f.LINKED else self._one(t, at_ns)
        self._note(t, status)
        return status, at_ns

    def _chain(self, chain: Sequence[Transfer]) -> list[tuple[str, int]]:
        kept = (
            {id_: replace(held) for id_, held in self.accounts.items()},
            dict(self.transfers),
            dict(self.states),
            list(self._due),
        )
        found: list[tuple[str, int]] = []
        broken = False
        for at, t in enumerate(chain):
            at_ns = self._now_ns
            self._now_ns += 1
            if t.flags & f.LINKED and at == len(chain) - 1:
                status = "linked_event_chain_open"
            else:
                status = "linked_event_failed" if broken else self._one(t, at_ns)
            if status != "created" and not broken:
                broken = True
                self.accounts, self.transfers, self.states, self._due = kept
                found = [("linked_event_failed", was) for _, was in found]
                self._note(t, status)
            found.append((status, at_ns))
        self._happened |= not broken
        return found

    def _note(self, t: Transfer, status: str) -> None:
        if status in _BURNS:
            self.burned.add(t.id)
        self._happened |= status == "created" or status in _BURNS

    def _one(self, t: Transfer, at_ns: int) -> str:
        first = self.transfers.get(t.pending_id) if t.pending_id else None
        resolving = bool(t.flags & f.RESOLVING)
        parties = first if resolving and first is not None else t
        case = Case(
            t,
            at_ns,
            self.transfers.get(t.id),
            t.id in self.burned,
            self.accounts.get(parties.debit_id),
            self.accounts.get(parties.credit_id),
            first,
            self.states.get(t.pending_id, ""),
        )
        for status, holds in [*_EITHER, *(_SECOND if resolving else _FIRST)]:
            if holds(case):
                return status
        self._apply(case)
        return "created"

    def _apply(self, case: Case) -> None:
        t, debit, credit, amount = case.t, _d(case), _c(case), case.amount
        if case.first is not None and case.resolving:
            first = case.first
            self._release(first, opens=not case.posting)
            self.states[first.id] = "posted" if case.posting else "voided"
            t = t._replace(
                user_data_128=t.user_data_128 or first.user_data_128,
                user_data_64=t.user_data_64 or first.user_data_64,
                user_data_32=t.user_data_32 or first.user_data_32,
            )
            if case.posting:
                debit.d += amount
                credit.c += amount
        elif t.flags & f.PENDING:
            debit.dp += amount
            credit.cp += amount
            debit.closed |= bool(t.flags & f.CLOSING_DEBIT)
            credit.closed |= bool(t.flags & f.CLOSING_CREDIT)
            self.states[t.id] = "open"
            if t.timeout_ms:
                insort(self._due, (case.at_ns + t.timeout_ms * NS_PER_MS, t.id))
        else:
            debit.d += amount
            credit.c += amount
        self.transfers[t.id] = t._replace(amount=amount, at_ns=case.at_ns)

    def _release(self, first: Transfer, *, opens: bool = True) -> None:
        debit, credit = self.accounts[first.debit_id], self.accounts[first.credit_id]
        debit.dp -= first.amount
        credit.cp -= first.amount
        if opens and first.flags & f.CLOSING_DEBIT:
            debit.closed = False
        if opens and first.flags & f.CLOSING_CREDIT:
            credit.closed = False


def _is_pending(c: Case) -> bool:
    return bool(c.t.flags & f.PENDING)


def _d(c: Case) -> Held:
    assert c.debit is not None
    return c.debit


def _c(c: Case) -> Held:
    assert c.credit is not None
    return c.credit


def _f(c: Case) -> Transfer:
    assert c.first is not None
    return c.first
