"""Opening the books for a batch, and writing down what it did."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from eclosion.ledger.model.batch import Batch
from eclosion.ledger.model.books import Books
from eclosion.ledger.model.records import GENESIS, chain, encode
from eclosion.ledger.model.shapes import Account, Burned, Pending, Transfer
from eclosion.ledger.store.rows import (
    account_of,
    blob,
    burned_of,
    find,
    pending_of,
    transfer_of,
)
from eclosion.store import Unit, Value


class Head(NamedTuple):
    """The end of the log: how many segments there are, the last instant given away, and the last hash."""

    number: int
    last_ns: int
    hash: bytes


def hold_head(unit: Unit) -> Head:
    """The end of the log, which nobody else moves until this unit of work is over."""
    found = unit.rows("ledger.hold_head")
    if not found:
        unit.run("ledger.add_head", hash=GENESIS)
        found = unit.rows("ledger.hold_head")
    return Head._make(found[0])


def get_head(unit: Unit) -> Head:
    """The end of the log, to look at."""
    row = unit.row("ledger.get_head")
    return Head._make(row) if row else Head(0, 0, GENESIS)


def accounts_by_id(unit: Unit, ids: Iterable[int]) -> list[Account]:
    """Those of the accounts that there are."""
    return find(unit, "ledger.find_account", "ledger.find_accounts", ids, account_of)


def transfers_by_id(unit: Unit, ids: Iterable[int]) -> list[Transfer]:
    """Those of the transfers that there are."""
    return find(unit, "ledger.find_transfer", "ledger.find_transfers", ids, transfer_of)


def pendings_by_id(unit: Unit, ids: Iterable[int]) -> list[Pending]:
    """How those of some transfers stand that were pending once."""
    return find(unit, "ledger.find_pending", "ledger.find_pendings", ids, pending_of)


def burned_by_id(unit: Unit, ids: Iterable[int]) -> list[Burned]:
    """Those of the ids that are used up."""
    return find(unit, "ledger.find_burned", "ledger.find_burneds", ids, burned_of)


def due_pendings(unit: Unit, until_ns: int, limit: int) -> list[Pending]:
    """Open pending transfers whose time is over by then, the earliest first."""
    return list(map(pending_of, unit.rows("ledger.due_pendings", until_ns=until_ns, limit=limit)))


def write_down(unit: Unit, head: Head, batch: Batch, books: Books) -> Head:
    """Write what a batch did, and one segment of the log; the end of the log afterwards."""
    if not batch.entries:
        return head
    transfers = [entry for entry in batch.entries if type(entry) is Transfer]
    unit.put_many("ledger.add_transfer", map(_transfer_values, transfers))
    changed = (books.accounts.get(id_) for id_ in batch.touched)
    unit.put_many("ledger.put_account", [_account_values(a) for a in changed if a is not None])
    pending = [books.pending[id_] for id_ in batch.pending if id_ in books.pending]
    if pending:
        unit.put_many("ledger.put_pending", map(_pending_values, pending))
    burned = [entry for entry in batch.entries if type(entry) is Burned]
    if burned:
        unit.put_many(
            "ledger.add_burned",
            [{"id": blob(b.id), "status": b.status.value, "at_ns": b.at_ns} for b in burned],
        )
    if batch.history:
        unit.put_many("ledger.add_history", [_history_values(*one) for one in batch.history])
    return _add_segment(unit, head, batch)


def _add_segment(unit: Unit, head: Head, batch: Batch) -> Head:
    records = encode(batch.entries)
    number, last_ns = head.number + 1, batch.now_ns - 1
    new = Head(number, last_ns, chain(head.hash, number, records))
    unit.run(
        "ledger.add_segment",
        number=number,
        entries=len(batch.entries),
        last_ns=last_ns,
        records=records,
        hash=new.hash,
    )
    unit.run("ledger.set_head", number=number, last_ns=last_ns, hash=new.hash)
    return new


def _transfer_values(t: Transfer) -> dict[str, Value]:
    return {
        "id": blob(t.id),
        "debit_id": blob(t.debit_id),
        "credit_id": blob(t.credit_id),
        "amount": t.amount,
        "ledger": t.ledger,
        "code": t.code,
        "flags": t.flags,
        "pending_id": blob(t.pending_id),
        "timeout_ms": t.timeout_ms,
        "user_data_128": blob(t.user_data_128),
        "user_data_64": t.user_data_64,
        "user_data_32": t.user_data_32,
        "at_ns": t.at_ns,
    }


def _account_values(a: Account) -> dict[str, Value]:
    return {
        "id": blob(a.id),
        "ledger": a.ledger,
        "code": a.code,
        "flags": a.flags,
        "debits_pending": a.debits_pending,
        "debits_posted": a.debits_posted,
        "credits_pending": a.credits_pending,
        "credits_posted": a.credits_posted,
        "user_data_128": blob(a.user_data_128),
        "user_data_64": a.user_data_64,
        "user_data_32": a.user_data_32,
        "at_ns": a.at_ns,
    }


def _pending_values(p: Pending) -> dict[str, Value]:
    return {
        "id": blob(p.id),
        "debit_id": blob(p.debit_id),
        "credit_id": blob(p.credit_id),
        "amount": p.amount,
        "flags": p.flags,
        "expires_ns": p.expires_ns,
        "state": int(p.state),
    }


def _history_values(a: Account, at_ns: int) -> dict[str, Value]:
    return {
        "account_id": blob(a.id),
        "at_ns": at_ns,
        "debits_pending": a.debits_pending,
        "debits_posted": a.debits_posted,
        "credits_pending": a.credits_pending,
        "credits_posted": a.credits_posted,
    }
