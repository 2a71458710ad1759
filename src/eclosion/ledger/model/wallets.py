"""Which account is whose: ids of accounts follow from who holds them, so nobody has to look them up.

``kind (16 bits) | ledger (32) | holder (63)``: the same holder has one account of a kind in each ledger.
"""

from __future__ import annotations

from enum import IntEnum

from eclosion.ledger.model import flags as f
from eclosion.ledger.model.shapes import Account

CREDITS = 1
"""The ledger of Eclosion's own credits. Others are free for whoever runs the network."""


class Sort(IntEnum):
    """What sort of account it is: an account's ``code``. Stored: never renumber."""

    ISSUER = 1
    """Where credits come from: its debits are all that was ever issued. One in each ledger."""

    AGENT = 2
    """An agent's wallet."""

    OWNER = 3
    """An owner's wallet."""

    POOL = 4
    """A pot that several pay into, for a bounty."""

    FEES = 5
    """What the network itself takes in."""


class Purpose(IntEnum):
    """What a transfer is for: its ``code``. Stored: never renumber."""

    ISSUE = 1
    PAYMENT = 2
    FUNDING = 3
    PURCHASE = 4
    PLEDGE = 5
    REWARD = 6
    TIP = 7
    REFUND = 8
    STAKE = 9
    MARK = 10
    """Of no amount: it puts work that was handed in into the log."""


def account_id(sort: Sort, holder_id: int, ledger: int = CREDITS) -> int:
    """The id of a holder's account."""
    return sort << 96 | ledger << 64 | holder_id


def holder_of(id_: int) -> tuple[int, int, int]:
    """Sort, ledger and holder of an account id."""
    return id_ >> 96, id_ >> 64 & 0xFFFFFFFF, id_ & (1 << 64) - 1


def wallet(sort: Sort, holder_id: int, ledger: int = CREDITS) -> Account:
    """An account as it is opened: nobody but the issuer spends what it has not got."""
    limit = 0 if sort is Sort.ISSUER else f.DEBITS_MUST_NOT_EXCEED_CREDITS
    return Account(account_id(sort, holder_id, ledger), ledger, sort, limit | f.HISTORY)
