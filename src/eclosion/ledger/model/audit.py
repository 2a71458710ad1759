"""Replaying the log by arithmetic of its own, so that the ledger's rules are not checked by themselves.

A replay holds every account and every pending transfer that is open; what it finds wrong it tells, and goes on.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from eclosion.ledger.model import flags as f
from eclosion.ledger.model.batch import Entry
from eclosion.ledger.model.shapes import NS_PER_MS, Account, Pending, PendingState, Transfer

INVARIANTS = {
    1: "debits equal credits",
    2: "no limit is breached",
    3: "what was acknowledged is there",
    4: "an id is applied once",
    5: "a pending transfer is resolved once",
    6: "a chain is whole",
    7: "balances are what the log says",
    8: "time only grows",
    9: "each receipt has one posted transfer",
    10: "a pot holds what its bounty says, and pays by quorum and evidence",
}
BREACHES_MOST = 100


class Breach(NamedTuple):
    """An invariant (its number in ``INVARIANTS``) that does not hold, where, and what was seen there."""

    invariant: int
    where: str
    what: str


class Replay:
    """Balances as the log tells them, entry by entry.

    Attributes:
        balances: id to debits pending, debits posted, credits pending, credits posted.
        accounts: id to the account as it was created; ``closed`` has those that are closed now.
        pending: every transfer that was ever pending, and its state.
        breaches: what does not hold, at most ``BREACHES_MOST``.
    """

    def __init__(self) -> None:
        self.accounts: dict[int, Account] = {}
        self.balances: dict[int, list[int]] = {}
        self.closed: set[int] = set()
        self.pending: dict[int, tuple[Transfer, PendingState]] = {}
        self.breaches: list[Breach] = []
        self.transfers_count = 0
        self._last_ns = 0
        self._open_chain: Transfer | None = None

    def blame(self, invariant: int, where: str, what: str) -> None:
        """Note a breach."""
        if len(self.breaches) < BREACHES_MOST:
            self.breaches.append(Breach(invariant, where, what))

    def segment(self, number: int, entries: list[Entry]) -> None:
        """Replay one batch."""
        for entry in entries:
            where = f"log {number}, id {entry.id:#x}"
            at_ns = entry.expires_ns if isinstance(entry, Pending) else entry.at_ns
            if at_ns <= self._last_ns:
                self.blame(8, where, f"instant {at_ns} does not follow {self._last_ns}")
            self._chain(entry, at_ns, where)
            self._last_ns = at_ns
            if isinstance(entry, Account):
                self._opened(entry, where)
            elif isinstance(entry, Transfer):
                self._moved(entry, where)
            elif isinstance(entry, Pending):
                self._expired(entry, at_ns, where)
        if self._open_chain is not None:
            self.blame(6, f"log {number}", "a chain does not end within its batch")
            self._open_chain = None

    def sums(self) -> dict[int, list[int]]:
        """For each ledger the four sums of all balances."""
        sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for id_, balance in self.balances.items():
            total = sums[self.accounts[id_].ledger]
            for at, amount in enumerate(balance):
                total[at] += amount
        return sums

    def _chain(self, entry: Entry, at_ns: int, where: str) -> None:
        linked = isinstance(entry, (Transfer, Account)) and bool(entry.flags & f.LINKED)
        if self._open_chain is not None and (
            not isinstance(entry, Transfer) or at_ns != self._last_ns + 1
        ):
            self.blame(6, where, "a chain was interrupted")
        self._open_chain = entry if linked and isinstance(entry, Transfer) else None

    def _opened(self, account: Account, where: str) -> None:
        if account.id in self.accounts:
            self.blame(4, where, "an account was created twice")
        self.accounts[account.id] = account
        self.balances[account.id] = [0, 0, 0, 0]
        if account.flags & f.CLOSED:
            self.closed.add(account.id)

    def _moved(self, t: Transfer, where: str) -> None:
        self.transfers_count += 1
        if t.debit_id not in self.accounts or t.credit_id not in self.accounts:
            self.blame(7, where, "an account is not in the log")
            return
        debit, credit = self.balances[t.debit_id], self.balances[t.credit_id]
        if t.flags & f.RESOLVING:
            self._resolved(t, debit, credit, where)
        else:
            if {t.debit_id, t.credit_id} & self.closed:
                self.blame(2, where, "a closed account took part")
            first = 0 if t.flags & f.PENDING else 1
            debit[first] += t.amount
            credit[first + 2] += t.amount
            if t.flags & f.PENDING:
                self.pending[t.id] = (t, PendingState.OPEN)
                self._close(t, shut=True)
        for id_ in (t.debit_id, t.credit_id):
            self._limits(id_, where)

    def _resolved(self, t: Transfer, debit: list[int], credit: list[int], where: str) -> None:
        known = self.pending.get(t.pending_id)
        if known is None or known[1] is not PendingState.OPEN:
            stands = known[1].name.lower() if known else "unknown"
            self.blame(5, where, f"it resolves {t.pending_id:#x}, which is {stands}")
            return
        first, posting = known[0], bool(t.flags & f.POST_PENDING)
        if t.amount > first.amount or (t.debit_id, t.credit_id) != (
            first.debit_id,
            first.credit_id,
        ):
            self.blame(5, where, f"it is not what {t.pending_id:#x} had reserved")
        if first.timeout_ms and t.at_ns >= first.at_ns + first.timeout_ms * NS_PER_MS:
            self.blame(5, where, f"the time of {t.pending_id:#x} was over")
        state = PendingState.POSTED if posting else PendingState.VOIDED
        self.pending[t.pending_id] = (first, state)
        debit[0] -= first.amount
        credit[2] -= first.amount
        if posting:
            if {t.debit_id, t.credit_id} & self.closed:
                self.blame(2, where, "a closed account took part")
            debit[1] += t.amount
            credit[3] += t.amount
        else:
            self._close(first, shut=False)

    def _expired(self, entry: Pending, at_ns: int, where: str) -> None:
        known = self.pending.get(entry.id)
        if known is None or known[1] is not PendingState.OPEN:
            self.blame(5, where, "it expired, and was not open")
            return
        first = known[0]
        if not first.timeout_ms or at_ns < first.at_ns + first.timeout_ms * NS_PER_MS:
            self.blame(5, where, "it expired before its time")
        self.pending[entry.id] = (first, PendingState.EXPIRED)
        self.balances[first.debit_id][0] -= first.amount
        self.balances[first.credit_id][2] -= first.amount
        self._close(first, shut=False)

    def _close(self, t: Transfer, *, shut: bool) -> None:
        for flag, id_ in ((f.CLOSING_DEBIT, t.debit_id), (f.CLOSING_CREDIT, t.credit_id)):
            if t.flags & flag:
                (self.closed.add if shut else self.closed.discard)(id_)

    def _limits(self, id_: int, where: str) -> None:
        flags, (dp, d, cp, c) = self.accounts[id_].flags, self.balances[id_]
        if flags & f.DEBITS_MUST_NOT_EXCEED_CREDITS and dp + d > c:
            self.blame(2, where, f"account {id_:#x}: debits {dp} + {d} exceed credits {c}")
        if flags & f.CREDITS_MUST_NOT_EXCEED_DEBITS and cp + c > d:
            self.blame(2, where, f"account {id_:#x}: credits {cp} + {c} exceed debits {d}")
        if min(dp, d, cp, c) < 0:
            self.blame(2, where, f"account {id_:#x}: a balance is negative")
