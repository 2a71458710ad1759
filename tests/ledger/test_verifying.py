"""A right ledger is proved, and whatever is changed behind its back is found and named, on both engines."""

from collections.abc import Callable

import pytest

from eclosion.ledger import Account, Transfer
from eclosion.ledger.model import flags as f
from eclosion.ledger.model.records import decode, encode
from eclosion.ledger.service.verifying import Proof, verify
from eclosion.ledger.store.lists import segments_after
from eclosion.store import Unit
from tests.ledger.conftest import Book


@pytest.fixture(autouse=True)
def history(book: Book) -> None:
    """Some of everything: phases, a chain, an expiry, a failure, a closed account."""
    book.open(Account(1, 1, 1), Account(2, 1, 2, 2), Account(3, 1, 2, 4 | f.HISTORY))
    book.move(
        Transfer(10, 1, 2, 100, 1, 1),
        Transfer(11, 2, 1, 40, 1, 1, f.PENDING),
        Transfer(12, 2, 1, 20, 1, 1, f.PENDING, timeout_ms=50),
        Transfer(13, amount=30, flags=f.POST_PENDING, pending_id=11),
        Transfer(14, 2, 1, 999, 1, 1),
        Transfer(15, 3, 1, 5, 1, 1, f.LINKED),
        Transfer(16, 1, 3, 5, 1, 1),
        Transfer(17, 2, 1, 0, 1, 1, f.PENDING | f.CLOSING_DEBIT),
    )
    book.clock.advance(60)
    book.move(Transfer(18, 1, 3, 0, 1, 1))


def test_a_right_ledger_is_proved(proof: Callable[[], Proof]) -> None:
    found = proof()
    assert found.breaches == []
    assert (found.accounts, found.transfers, found.pending) == (3, 8, 3)
    assert found.segments == 3


# What somebody does to a table, and the invariants of which one has to be told. Statements are SQL of both engines.
TAMPERED = {
    "UPDATE ledger_accounts SET credits_posted = credits_posted + 1 WHERE code = 1": {1, 7},
    "UPDATE ledger_accounts SET flags = 0 WHERE flags = 34": {7},
    "UPDATE ledger_transfers SET amount = 7 WHERE amount = 100": {4, 7},
    "DELETE FROM ledger_transfers WHERE amount = 5": {4},
    "UPDATE ledger_pending SET state = 0 WHERE state = 3": {5},
    "DELETE FROM ledger_pending WHERE state = 1": {5},
    "DELETE FROM ledger_log WHERE number = 3": {3, 4, 7},
    "UPDATE ledger_log SET hash = records WHERE number = 2": {7},
    "UPDATE ledger_head SET number = 9": {3},
    "UPDATE ledger_burned SET id = (SELECT id FROM ledger_transfers WHERE amount = 100)": {4},
    "DELETE FROM ledger_accounts WHERE flags = 12": {7},
}


@pytest.mark.parametrize("statement", TAMPERED, ids=range(len(TAMPERED)))
def test_what_was_changed_behind_its_back_is_named(
    book: Book, proof: Callable[[], Proof], statement: str
) -> None:
    book.store.write_now(lambda unit: tamper(unit, statement))
    broken = {breach.invariant for breach in proof().breaches}
    assert broken & TAMPERED[statement]


def test_what_was_acknowledged_and_is_not_there_is_named(book: Book) -> None:
    found = book.store.read_now(lambda unit: verify(unit, [10, 14]))
    assert [(b.invariant, b.where) for b in found.breaches] == [(3, "id 0xe")]


def test_records_come_back_as_they_were_written(book: Book) -> None:
    segments = book.store.read_now(lambda unit: segments_after(unit, 0, 10))
    for segment in segments:
        entries = list(decode(bytes(segment.records)))
        assert len(entries) == segment.entries
        assert encode(entries) == bytes(segment.records)
    with pytest.raises(ValueError, match="byte 0"):
        list(decode(b"Q" + bytes(200)))
    with pytest.raises(ValueError, match="no record"):
        list(decode(bytes(segments[0].records)[:-1]))


def tamper(unit: Unit, statement: str) -> None:
    """Run a statement that no query of the part is."""
    unit._queries["tamper"] = statement  # type: ignore[attr-defined]
    unit.run("tamper")
