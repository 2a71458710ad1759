"""Reading the ledger page by page: statements, histories, and everything in order for whoever checks it."""

from __future__ import annotations

from typing import NamedTuple

from eclosion.ledger.model.shapes import INSTANT_MAX_NS, Account, Burned, Pending, Transfer
from eclosion.ledger.store.rows import account_of, blob, burned_of, pending_of, transfer_of
from eclosion.store import Unit, Value


class Balance(NamedTuple):
    """An account's balances after a transfer at ``at_ns``."""

    at_ns: int
    debits_pending: int
    debits_posted: int
    credits_pending: int
    credits_posted: int


class Segment(NamedTuple):
    """One batch of the log."""

    number: int
    entries: int
    last_ns: int
    records: bytes
    hash: bytes


def transfers_of_account(
    unit: Unit, account_id: int, limit: int, before_ns: int = INSTANT_MAX_NS
) -> list[Transfer]:
    """Transfers from and to an account, the latest first."""
    where: dict[str, Value] = {
        "account_id": blob(account_id),
        "before_ns": before_ns,
        "limit": limit,
    }
    rows = unit.rows("ledger.debits_of_account", **where)
    rows += unit.rows("ledger.credits_of_account", **where)
    found = sorted(map(transfer_of, rows), key=lambda t: -t.at_ns)
    return found[:limit]


def transfers_of_account_after(
    unit: Unit, account_id: int, limit: int, after_ns: int
) -> list[Transfer]:
    """The next transfers from and to an account after an instant, the latest of them first."""
    where: dict[str, Value] = {"account_id": blob(account_id), "after_ns": after_ns, "limit": limit}
    rows = unit.rows("ledger.debits_of_account_after", **where)
    rows += unit.rows("ledger.credits_of_account_after", **where)
    found = sorted(map(transfer_of, rows), key=lambda t: t.at_ns)
    return found[:limit][::-1]


class Page(NamedTuple):
    """A page of a statement, the latest first; the two instants are 0 where there is nothing more."""

    transfers: list[Transfer]
    older_before_ns: int
    newer_after_ns: int


def page_of_account(
    unit: Unit, account_id: int, limit: int, *, before_ns: int = 0, after_ns: int = 0
) -> Page:
    """The latest transfers of an account; the latest before an instant; or the next after one."""
    if after_ns:
        found = transfers_of_account_after(unit, account_id, limit + 1, after_ns)
        more, found = len(found) > limit, found[-limit:]
        newer = found[0].at_ns if found and more else 0
        return Page(found, found[-1].at_ns if found else after_ns + 1, newer)
    found = transfers_of_account(unit, account_id, limit + 1, before_ns or INSTANT_MAX_NS)
    older = found[limit - 1].at_ns if len(found) > limit else 0
    newer = (found[0].at_ns if found else before_ns - 1) if before_ns else 0
    return Page(found[:limit], older, newer)


def balances_of_account(
    unit: Unit, account_id: int, limit: int, before_ns: int = INSTANT_MAX_NS
) -> list[Balance]:
    """Balances after each transfer, the latest first, of an account that keeps a history."""
    where: dict[str, Value] = {
        "account_id": blob(account_id),
        "before_ns": before_ns,
        "limit": limit,
    }
    return list(map(Balance._make, unit.rows("ledger.history_of_account", **where)))


def open_pendings_of(unit: Unit, account_id: int, limit: int, after: int = 0) -> list[Pending]:
    """Open pending transfers that would debit an account, in order of id."""
    where: dict[str, Value] = {"account_id": blob(account_id), "after": blob(after), "limit": limit}
    return list(map(pending_of, unit.rows("ledger.open_pendings_of_debit", **where)))


def accounts_after(unit: Unit, after: int, limit: int) -> list[Account]:
    """Accounts in order of id."""
    rows = unit.rows("ledger.list_accounts", after=blob(after), limit=limit)
    return list(map(account_of, rows))


def transfers_after(unit: Unit, after_ns: int, limit: int) -> list[Transfer]:
    """Transfers in order of time."""
    return list(
        map(transfer_of, unit.rows("ledger.list_transfers", after_ns=after_ns, limit=limit))
    )


def pendings_after(unit: Unit, after: int, limit: int) -> list[Pending]:
    """Pending transfers, whatever became of them, in order of id."""
    return list(map(pending_of, unit.rows("ledger.list_pendings", after=blob(after), limit=limit)))


def burned_after(unit: Unit, after: int, limit: int) -> list[Burned]:
    """Used up ids in order."""
    return list(map(burned_of, unit.rows("ledger.list_burned", after=blob(after), limit=limit)))


def segments_after(unit: Unit, after: int, limit: int) -> list[Segment]:
    """Segments of the log in order."""
    return list(map(Segment._make, unit.rows("ledger.list_segments", after=after, limit=limit)))
