"""Looking things up. Reading changes nothing, also where something is due to expire."""

from __future__ import annotations

from eclosion.ledger.context import Ledger
from eclosion.ledger.errors import AccountNotFound, TransferNotFound
from eclosion.ledger.model.shapes import NS_PER_MS, Account, Pending, Transfer
from eclosion.ledger.store import books as store
from eclosion.store import Unit

DUE_MOST = 2_000
"""How many due transfers are looked at. They are swept often; more of them are a storm that the next write settles."""


def find_account(unit: Unit, id_: int) -> Account | None:
    """An account, or None."""
    return next(iter(store.accounts_by_id(unit, [id_])), None)


def get_account(unit: Unit, id_: int) -> Account:
    """An account.

    Raises:
        AccountNotFound: there is none.
    """
    found = find_account(unit, id_)
    if found is None:
        raise AccountNotFound
    return found


def account_now(ledger: Ledger, unit: Unit, id_: int) -> Account:
    """An account as a transfer would find it now: without what is due to expire and nobody has written down yet.

    Raises:
        AccountNotFound: there is none.
    """
    found = get_account(unit, id_)
    due = store.due_pendings(unit, ledger.clock.now_ms() * NS_PER_MS, DUE_MOST)
    debits = sum(p.amount for p in due if p.debit_id == id_)
    credits_ = sum(p.amount for p in due if p.credit_id == id_)
    return found._replace(
        debits_pending=found.debits_pending - debits,
        credits_pending=found.credits_pending - credits_,
    )


def find_transfer(unit: Unit, id_: int) -> Transfer | None:
    """A transfer, or None."""
    return next(iter(store.transfers_by_id(unit, [id_])), None)


def get_transfer(unit: Unit, id_: int) -> Transfer:
    """A transfer.

    Raises:
        TransferNotFound: there is none.
    """
    found = find_transfer(unit, id_)
    if found is None:
        raise TransferNotFound
    return found


def find_pending(unit: Unit, id_: int) -> Pending | None:
    """How a transfer stands that was pending once, or None."""
    return next(iter(store.pendings_by_id(unit, [id_])), None)
