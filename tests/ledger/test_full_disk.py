"""A disk that is full at the commit: a batch is refused by name, nothing of it is there, and later it goes in."""

from pathlib import Path

import pytest

from eclosion.kernel.clock import ManualClock
from eclosion.ledger import SOURCE, Account, Ledger, Transfer
from eclosion.ledger.service.looking import get_account
from eclosion.ledger.service.posting import create_accounts, create_transfers
from eclosion.ledger.service.verifying import verify
from eclosion.store import Catalogue
from eclosion.store.contract import StoreFull
from eclosion.store.sqlite import SqliteStore


def test_a_batch_that_does_not_fit_changes_nothing(tmp_path: Path) -> None:
    """SQLite's own limit of pages stands for the disk's: it fails in the same place and with the same error."""
    store = SqliteStore(tmp_path / "ledger.db", Catalogue([SOURCE], "sqlite"))
    ledger = Ledger(ManualClock())
    accounts = [Account(1, 1, 1), Account(2, 1, 1)]
    store.write_now(lambda unit: create_accounts(ledger, unit, accounts))
    batch = [Transfer(n, 1, 2, 1, 1, 1) for n in range(1, 2_001)]
    assert store._writer is not None
    connection = store._writer._connection
    roomy = connection.pragma("max_page_count")
    connection.pragma("max_page_count", connection.pragma("page_count") + 4)
    for _ in range(2):
        with pytest.raises(StoreFull):
            store.write_now(lambda unit: create_transfers(ledger, unit, batch))
        assert store.read_now(lambda unit: get_account(unit, 1)).debits_posted == 0
    connection.pragma("max_page_count", roomy)
    made = store.write_now(lambda unit: create_transfers(ledger, unit, batch))
    assert {result.status.value for result in made} == {"created"}
    proof = store.read_now(verify)
    assert (proof.transfers, proof.breaches) == (2_000, [])
    store.close()
