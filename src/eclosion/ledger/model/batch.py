"""Working through a batch: chains, time, expiries, and the list of what has to be written down.

Every event gets an instant of its own, also one that fails. Before an event, pending transfers whose time is over
expire, so what they had reserved is free at that very nanosecond; within a chain nothing expires (it could not be taken
back), but a post that comes too late is refused there too.

A chain is everything from an event with the flag ``linked`` to the next one without it: all of it happens or none
of it. The event that broke it says why; the others say ``linked_event_failed``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from heapq import heapify, heappop, heappush
from typing import TypeVar

from eclosion.ledger.model import flags as f
from eclosion.ledger.model.books import Books
from eclosion.ledger.model.rules import Effect, Rules
from eclosion.ledger.model.shapes import (
    Account,
    Burned,
    Pending,
    PendingState,
    Result,
    Transfer,
)
from eclosion.ledger.model.statuses import TRANSIENT, Status

E = TypeVar("E", Account, Transfer)
Entry = Account | Transfer | Burned | Pending
"""One entry of the log: what was created, an id that was used up, a pending transfer that expired."""


class Batch:
    """One batch over open books.

    Args:
        rules: what is allowed.
        books: everything that the batch may touch, looked up before, with pending transfers whose time may be over
            and their accounts.
        now_ns: the first instant that may be given away.

    Attributes:
        entries: what happened, in order, for the log.
        touched: ids of accounts that may be no longer as they were, or new.
        pending: ids of pending transfers that may be new or resolved. A broken chain leaves its ids in both, and
            nothing in the books where it had created something.
        history: (account, instant) for accounts that keep a history of their balances.
    """

    __slots__ = ("_books", "_due", "_now_ns", "_rules", "entries", "history", "pending", "touched")

    def __init__(self, rules: Rules, books: Books, now_ns: int) -> None:
        self._rules = rules
        self._books = books
        self._now_ns = now_ns
        self._due = [
            (p.expires_ns, p.id)
            for p in books.pending.values()
            if p.expires_ns and p.state == PendingState.OPEN
        ]
        heapify(self._due)
        self.entries: list[Entry] = []
        self.touched: dict[int, None] = {}
        self.pending: dict[int, None] = {}
        self.history: list[tuple[Account, int]] = []

    @property
    def now_ns(self) -> int:
        """The next instant that nothing has been given yet."""
        return self._now_ns

    def create_accounts(self, accounts: Sequence[Account]) -> list[Result]:
        """Create accounts, one result for each."""
        return self._work(accounts, self._create_account)

    def create_transfers(self, transfers: Sequence[Transfer]) -> list[Result]:
        """Create transfers, one result for each."""
        return self._work(transfers, self._create_transfer)

    def expire(self) -> int:
        """Let pending transfers go whose time is over; how many."""
        before = len(self.entries)
        self._expire()
        return len(self.entries) - before

    def _work(self, events: Sequence[E], create: Callable[[E], Result]) -> list[Result]:
        results: list[Result] = []
        for first, last in _chains(events):
            self._expire()
            if first == last and not events[first].flags & f.LINKED:
                results.append(create(events[first]))
                self._burn(events[first], results[-1])
            else:
                self._chain(events, first, last, create, results)
        return results

    def _chain(
        self,
        events: Sequence[E],
        first: int,
        last: int,
        create: Callable[[E], Result],
        results: list[Result],
    ) -> None:
        entries, history = len(self.entries), len(self.history)
        self._books.begin_chain()
        broken = False
        for at in range(first, last + 1):
            event = events[at]
            if at == last and event.flags & f.LINKED:
                result = Result(Status.LINKED_EVENT_CHAIN_OPEN, self._tick())
            elif broken:
                result = Result(Status.LINKED_EVENT_FAILED, self._tick())
            else:
                result = create(event)
            results.append(result)
            if result.status is not Status.CREATED and not broken:
                broken = True
                self._books.drop_chain()
                del self.entries[entries:], self.history[history:]
                for before in range(first, at):
                    results[before] = Result(Status.LINKED_EVENT_FAILED, results[before].at_ns)
                self._burn(event, result)
        if not broken:
            self._books.keep_chain()

    def _create_account(self, account: Account) -> Result:
        at_ns = self._tick()
        status = self._rules.judge_account(account, self._books)
        if status is Status.EXISTS:
            return Result(status, self._books.accounts[account.id].at_ns)
        if status is Status.CREATED:
            kept = account._replace(at_ns=at_ns)
            self._books.put(self._books.accounts, account.id, kept)
            self.touched[account.id] = None
            self.entries.append(kept)
        return Result(status, at_ns)

    def _create_transfer(self, transfer: Transfer) -> Result:
        at_ns = self._tick()
        judged = self._rules.judge_transfer(transfer, at_ns, self._books)
        if isinstance(judged, Effect):
            self._apply(judged)
            return Result(Status.CREATED, at_ns)
        if judged is Status.EXISTS:
            return Result(judged, self._books.transfers[transfer.id].at_ns)
        return Result(judged, at_ns)

    def _apply(self, effect: Effect) -> None:
        books, transfer = self._books, effect.transfer
        books.put(books.transfers, transfer.id, transfer)
        books.put(books.accounts, effect.debit.id, effect.debit)
        books.put(books.accounts, effect.credit.id, effect.credit)
        self.touched[effect.debit.id] = None
        self.touched[effect.credit.id] = None
        self.entries.append(transfer)
        pending = effect.pending
        if pending is not None:
            books.put(books.pending, pending.id, pending)
            self.pending[pending.id] = None
            if pending.expires_ns and pending.state == PendingState.OPEN:
                heappush(self._due, (pending.expires_ns, pending.id))
        self._remember(effect.debit, effect.credit, transfer.at_ns)

    def _burn(self, event: Account | Transfer, result: Result) -> None:
        if result.status in TRANSIENT:
            assert isinstance(event, Transfer)
            burned = Burned(event.id, result.status, result.at_ns)
            self._books.burned[event.id] = burned
            self.entries.append(burned)

    def _expire(self) -> None:
        while self._due and self._due[0][0] <= self._now_ns:
            expires_ns, id_ = heappop(self._due)
            pending = self._books.pending.get(id_)
            # What a broken chain had reserved is gone, and its id may have been used again; what was resolved
            # meanwhile is settled.
            if pending is None or pending.state != PendingState.OPEN:
                continue
            if pending.expires_ns != expires_ns:
                continue
            books, at_ns = self._books, self._tick()
            debit, credit = self._rules.free(
                pending, books.accounts[pending.debit_id], books.accounts[pending.credit_id]
            )
            books.put(books.accounts, debit.id, debit)
            books.put(books.accounts, credit.id, credit)
            books.put(books.pending, pending.id, pending._replace(state=PendingState.EXPIRED))
            self.touched[debit.id] = self.touched[credit.id] = self.pending[pending.id] = None
            # In the log, an expiry is the pending transfer with the instant at which it was let go.
            self.entries.append(pending._replace(state=PendingState.EXPIRED, expires_ns=at_ns))
            self._remember(debit, credit, at_ns)

    def _remember(self, debit: Account, credit: Account, at_ns: int) -> None:
        if debit.flags & f.HISTORY:
            self.history.append((debit, at_ns))
        if credit.flags & f.HISTORY:
            self.history.append((credit, at_ns))

    def _tick(self) -> int:
        at_ns = self._now_ns
        self._now_ns += 1
        return at_ns


def _chains(events: Sequence[E]) -> Iterator[tuple[int, int]]:
    """First and last index of each chain; an event without a chain is one of its own."""
    first = 0
    for at, event in enumerate(events):
        if not event.flags & f.LINKED or at == len(events) - 1:
            yield first, at
            first = at + 1
