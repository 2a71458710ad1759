"""A ledger of one's own for each test, on both engines."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from eclosion.kernel.clock import ManualClock
from eclosion.ledger import SOURCE, Account, Ledger, Result, Transfer
from eclosion.ledger.service.looking import get_account
from eclosion.ledger.service.posting import create_accounts, create_transfers
from eclosion.ledger.service.verifying import Proof, verify
from eclosion.store import Store, open_store
from tests.house import clock, database_url, house, rules, settings, store

__all__ = ["clock", "database_url", "house", "rules", "settings", "store"]


@dataclass
class Book:
    """A ledger and its store; ids of accounts are small numbers."""

    ledger: Ledger
    store: Store
    clock: ManualClock

    def open(self, *accounts: Account) -> list[str]:
        """Create accounts; their statuses."""
        made = self.store.write_now(lambda unit: create_accounts(self.ledger, unit, accounts))
        return [result.status.value for result in made]

    def move(self, *transfers: Transfer) -> list[str]:
        """Create transfers in one batch; their statuses."""
        return [result.status.value for result in self.results(*transfers)]

    def results(self, *transfers: Transfer) -> list[Result]:
        """Create transfers in one batch."""
        return self.store.write_now(lambda unit: create_transfers(self.ledger, unit, transfers))

    def balances(self, id_: int) -> tuple[int, int, int, int]:
        """An account's balances: debits pending and posted, credits pending and posted."""
        account = self.store.read_now(lambda unit: get_account(unit, id_))
        return account[4:8]


@pytest.fixture
def book(database_url: str) -> Iterator[Book]:
    """An empty ledger."""
    clock = ManualClock()
    store = open_store(database_url, [SOURCE])
    try:
        yield Book(Ledger(clock), store, clock)
    finally:
        store.close()


@pytest.fixture
def proof(book: Book) -> Callable[[], Proof]:
    """What a verification finds now."""
    return lambda: book.store.read_now(verify)


def proved(store: Store) -> bool:
    """Whether a verification finds nothing."""
    return store.read_now(verify).breaches == []
