"""Proving that a ledger is right: the log's chain, its replay, and every table against it, in one snapshot.

Time is in proportion to everything that ever happened, memory to the accounts and pending transfers. Run it in
``store.read`` with ``slow=True``: it only reads, and sees one moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

from eclosion.ledger.model import flags as f
from eclosion.ledger.model.audit import Breach, Replay
from eclosion.ledger.model.records import GENESIS, chain, decode
from eclosion.ledger.model.shapes import Account, Burned, Pending, Transfer
from eclosion.ledger.store import books as store
from eclosion.ledger.store import lists
from eclosion.store import Unit

T = TypeVar("T")
Check = Callable[[Unit], Iterable[Breach]]
"""A further check by whoever keeps tables beside the ledger, such as receipts (invariant 9)."""

PAGE = 2_000
SEGMENTS_PAGE = 50


class Proof(NamedTuple):
    """What was looked at, and what does not hold; a ledger is right where ``breaches`` is empty."""

    segments: int
    accounts: int
    transfers: int
    pending: int
    hash: str
    breaches: list[Breach]


def verify(unit: Unit, acknowledged: Iterable[int] = (), checks: Iterable[Check] = ()) -> Proof:
    """Check all invariants.

    Args:
        unit: one snapshot.
        acknowledged: ids of transfers that somebody was told are there.
        checks: of tables beside the ledger.
    """
    replay = Replay()
    segments = _walk_log(unit, replay)
    accounts = _compare_accounts(unit, replay)
    pending = _compare_pending(unit, replay)
    _compare_burned(unit, replay)
    for ledger, (dp, d, cp, c) in replay.sums().items():
        if (dp, d) != (cp, c):
            replay.blame(1, f"ledger {ledger}", f"debits {dp} + {d}, credits {cp} + {c}")
    for id_ in acknowledged:
        if not store.transfers_by_id(unit, [id_]):
            replay.blame(3, f"id {id_:#x}", "it was acknowledged and is not there")
    for check in checks:
        for breach in check(unit):
            replay.blame(*breach)
    head = store.get_head(unit)
    return Proof(
        segments, accounts, replay.transfers_count, pending, bytes(head.hash).hex(), replay.breaches
    )


def _walk_log(unit: Unit, replay: Replay) -> int:
    """Follow the chain from its beginning, replay it, and hold it beside the table of transfers."""
    before, last, last_ns = GENESIS, 0, 0
    table = _all_transfers(unit)
    for segment in _all_segments(unit):
        number, where = segment.number, f"log {segment.number}"
        records = bytes(segment.records)
        if number != last + 1:
            replay.blame(7, where, f"segment {last + 1} is missing")
        if chain(before, number, records) != bytes(segment.hash):
            replay.blame(7, where, "its hash is not that of its records")
        before, last, last_ns = bytes(segment.hash), number, segment.last_ns
        try:
            entries = list(decode(records))
        except ValueError as error:
            replay.blame(7, where, str(error))
            continue
        if len(entries) != segment.entries:
            replay.blame(7, where, f"{len(entries)} records, and {segment.entries} were written")
        replay.segment(number, entries)
        for entry in entries:
            if isinstance(entry, Transfer) and next(table, None) != entry:
                replay.blame(4, f"{where}, id {entry.id:#x}", "the table of transfers has another")
    if next(table, None) is not None:
        replay.blame(4, "table of transfers", "there is more than the log tells of")
    head = store.get_head(unit)
    if (head.number, bytes(head.hash)) != (last, before) or head.last_ns != last_ns:
        replay.blame(3, "end of the log", f"it says {head.number}, and there are {last} segments")
    return last


def _compare_accounts(unit: Unit, replay: Replay) -> int:
    count = 0
    sums: dict[int, list[int]] = {}
    for account in _pages(lambda after: lists.accounts_after(unit, after, PAGE), _id):
        count += 1
        where, told = f"account {account.id:#x}", replay.accounts.get(account.id)
        total = sums.setdefault(account.ledger, [0, 0])
        total[0] += account.debits_pending - account.credits_pending
        total[1] += account.debits_posted - account.credits_posted
        if told is None:
            replay.blame(7, where, "the log does not tell of it")
            continue
        balances = replay.balances[account.id]
        if list(account[4:8]) != balances:
            replay.blame(7, where, f"balances are {account[4:8]}, by the log {tuple(balances)}")
        closed = account.id in replay.closed
        flags = told.flags & ~f.CLOSED | (f.CLOSED if closed else 0)
        if account._replace(**dict(zip(account._fields[4:8], (0,) * 4, strict=True))) != (
            told._replace(flags=flags)
        ):
            replay.blame(7, where, "it is not the account that was created")
    for ledger, (pending, posted) in sums.items():
        if pending or posted:
            replay.blame(1, f"ledger {ledger}", f"off by {pending} pending, {posted} posted")
    if count != len(replay.accounts):
        replay.blame(7, "table of accounts", f"{count}, by the log {len(replay.accounts)}")
    return count


def _compare_pending(unit: Unit, replay: Replay) -> int:
    count = 0
    for pending in _pages(lambda after: lists.pendings_after(unit, after, PAGE), _id):
        count += 1
        told = replay.pending.get(pending.id)
        if told is None or told[1] != pending.state or told[0].amount != pending.amount:
            replay.blame(5, f"pending {pending.id:#x}", "it stands otherwise in the log")
    if count != len(replay.pending):
        replay.blame(5, "table of pending", f"{count}, by the log {len(replay.pending)}")
    return count


def _compare_burned(unit: Unit, replay: Replay) -> None:
    for burned in _pages(lambda after: lists.burned_after(unit, after, PAGE), _id):
        if store.transfers_by_id(unit, [burned.id]):
            replay.blame(4, f"id {burned.id:#x}", "it had failed, and there is a transfer")


def _all_segments(unit: Unit) -> Iterator[lists.Segment]:
    return _pages(lambda after: lists.segments_after(unit, after, SEGMENTS_PAGE), _number)


def _all_transfers(unit: Unit) -> Iterator[Transfer]:
    return _pages(lambda after: lists.transfers_after(unit, after, PAGE), _instant)


def _pages(page: Callable[[int], list[T]], key: Callable[[T], int]) -> Iterator[T]:
    after = 0
    while found := page(after):
        yield from found
        after = key(found[-1])


def _id(thing: Account | Pending | Burned) -> int:
    return thing.id


def _number(segment: lists.Segment) -> int:
    return segment.number


def _instant(transfer: Transfer) -> int:
    return transfer.at_ns
