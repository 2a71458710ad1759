"""Looking things up. Reading changes nothing, also where something is due to expire."""

from __future__ import annotations

from eclosion.ledger.errors import AccountNotFound, TransferNotFound
from eclosion.ledger.model.shapes import Account, Pending, Transfer
from eclosion.ledger.store import books as store
from eclosion.store import Unit


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
