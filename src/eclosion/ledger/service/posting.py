"""Creating accounts and transfers, one or many at a time.

Everything goes one way: hold the end of the log, look up what the batch may touch, let what is due expire, work through
the batch by the rules, write it down with one segment of the log. Because every change holds the end of the
log, changes stand in a line on PostgreSQL as they do with SQLite's one writer. It is held before the lock on the
accounts at hand, never after: who posts twice in one unit of work holds it still, and would wait for whoever
waits for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from eclosion.ledger.context import Ledger
from eclosion.ledger.errors import BatchTooLarge, InsufficientCredits, TransferRefused
from eclosion.ledger.model import flags as f
from eclosion.ledger.model.batch import Batch
from eclosion.ledger.model.books import Books
from eclosion.ledger.model.shapes import NS_PER_MS, Account, Pending, Result, Transfer
from eclosion.ledger.model.statuses import Status
from eclosion.ledger.store import books as store
from eclosion.store import Unit

E = TypeVar("E", Account, Transfer)
EXPIRED_AT_ONCE = 2_000


def create_accounts(ledger: Ledger, unit: Unit, accounts: Sequence[Account]) -> list[Result]:
    """Create accounts; one result for each, in order.

    Raises:
        BatchTooLarge: there are more than ``batch_most``.
    """
    check_size(ledger, accounts)
    head = store.hold_head(unit)
    with ledger.hot.lock:
        now_ns = _start(ledger, head)
        books = _open(ledger, unit, head, [a.id for a in accounts], [], [])
        batch = Batch(ledger.rules, books, now_ns)
        results = batch.create_accounts(accounts)
        _close(ledger, unit, head, batch, books)
    return results


def create_transfers(ledger: Ledger, unit: Unit, transfers: Sequence[Transfer]) -> list[Result]:
    """Create transfers; one result for each, in order. A refused one changes nothing but, perhaps, its own id's fate.

    Raises:
        BatchTooLarge: there are more than ``batch_most``.
    """
    check_size(ledger, transfers)
    return create_apart(ledger, unit, [transfers])[0]


def create_apart(
    ledger: Ledger, unit: Unit, slices: Sequence[Sequence[Transfer]]
) -> list[list[Result]]:
    """Create the transfers of several callers, at most ``batch_most`` in all, as one batch; no chain crosses over."""
    transfers = [t for some in slices for t in some]
    head = store.hold_head(unit)
    with ledger.hot.lock:
        head, due = _due_within(ledger, unit, head, len(transfers))
        now_ns = _start(ledger, head)
        ids = [t.id for t in transfers]
        firsts = [t.pending_id for t in transfers if t.pending_id]
        parties = [id_ for t in transfers for id_ in (t.debit_id, t.credit_id) if id_]
        books = _open(ledger, unit, head, parties, ids, firsts, due)
        batch = Batch(ledger.rules, books, now_ns)
        results = [batch.create_transfers(some) for some in slices]
        _close(ledger, unit, head, batch, books)
    return results


def transfer(ledger: Ledger, unit: Unit, wanted: Transfer) -> Result:
    """Create one transfer, or find that it is there already.

    Raises:
        InsufficientCredits: the account that pays may not be debited so much.
        TransferRefused: any other status than ``created`` and ``exists``; the error has it. An error raised through
            ``store.write`` takes the whole unit of work back, so the id is not used up.
    """
    result = create_transfers(ledger, unit, [wanted])[0]
    if result.done:
        return result
    if result.status is Status.EXCEEDS_CREDITS:
        raise InsufficientCredits(result.status, "There are not enough credits for this.")
    raise TransferRefused(result.status)


def expire_due(ledger: Ledger, unit: Unit, limit: int = EXPIRED_AT_ONCE) -> bool:
    """Let pending transfers go whose time is over; whether there may be more.

    Transfers do this by themselves before anything else; this is for a ledger in which nothing happens.
    """
    if not store.due_pendings(unit, _start(ledger, store.get_head(unit)), 1):
        return False
    head = store.hold_head(unit)
    with ledger.hot.lock:
        due = store.due_pendings(unit, _start(ledger, head), limit)
        if due:
            _expire_some(ledger, unit, head, due)
    return len(due) == limit


def check_size(ledger: Ledger, events: Sequence[E]) -> None:
    """Whether a batch is small enough.

    Raises:
        BatchTooLarge: it is not.
    """
    most = ledger.settings.batch_most
    if len(events) > most:
        raise BatchTooLarge(f"A batch has at most {most:,} events.", "Send it in parts.")


def _start(ledger: Ledger, head: store.Head) -> int:
    """The first instant to give away: now, but always after the last one."""
    now_ns = ledger.clock.now_ms() * NS_PER_MS
    return now_ns if now_ns > head.last_ns else head.last_ns + 1


def _due_within(
    ledger: Ledger, unit: Unit, head: store.Head, events: int
) -> tuple[store.Head, list[Pending]]:
    """What falls due before or within a batch; where it is very much, that is let go in segments of its own first."""
    while True:
        # Each event and each expiry takes an instant, so the batch may last this long.
        until_ns = _start(ledger, head) + events + EXPIRED_AT_ONCE
        due = store.due_pendings(unit, until_ns, EXPIRED_AT_ONCE)
        if len(due) < EXPIRED_AT_ONCE or due[-1].expires_ns > _start(ledger, head):
            return head, due
        head = _expire_some(ledger, unit, head, due)


def _expire_some(ledger: Ledger, unit: Unit, head: store.Head, due: list[Pending]) -> store.Head:
    books = _open(ledger, unit, head, [], [], [], due)
    batch = Batch(ledger.rules, books, _start(ledger, head))
    batch.expire()
    return _close(ledger, unit, head, batch, books)


def _open(
    ledger: Ledger,
    unit: Unit,
    head: store.Head,
    parties: Iterable[int],
    ids: Iterable[int],
    firsts: Iterable[int],
    due: Iterable[Pending] = (),
) -> Books:
    """Look up everything that a batch may touch."""
    wanted = [id_ for id_ in dict.fromkeys([*ids, *firsts]) if _can_be(id_)]
    transfers = {t.id: t for t in store.transfers_by_id(unit, wanted)} if wanted else {}
    unknown = [id_ for id_ in wanted if id_ not in transfers]
    burned = {b.id: b for b in store.burned_by_id(unit, unknown)} if unknown else {}
    seconds = [t.id for t in transfers.values() if t.flags & f.PENDING]
    pending = {p.id: p for p in store.pendings_by_id(unit, seconds)} if seconds else {}
    pending.update((p.id, p) for p in due)
    needed = set(filter(_can_be, parties))
    for one in pending.values():
        needed.add(one.debit_id)
        needed.add(one.credit_id)
    hot = ledger.hot.at(head.hash)
    accounts = {id_: hot[id_] for id_ in needed if id_ in hot}
    cold = sorted(needed - accounts.keys())
    accounts.update((a.id, a) for a in store.accounts_by_id(unit, cold))
    return Books(accounts, transfers, burned, pending)


def _close(ledger: Ledger, unit: Unit, head: store.Head, batch: Batch, books: Books) -> store.Head:
    """Write down what happened, and keep the accounts at hand."""
    new = store.write_down(unit, head, batch, books)
    ledger.hot.keep(new.hash, books.accounts.values())
    return new


def _can_be(id_: int) -> bool:
    return 0 < id_ < 1 << 128
