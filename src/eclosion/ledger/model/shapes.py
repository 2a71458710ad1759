"""Accounts, transfers and what the rules look at: numbers, and nothing of where they are kept.

Ids are whole numbers of up to 128 bits that whoever asks has made; 0 means none. Amounts are whole numbers of the
smallest unit of a ledger. Instants are nanoseconds since the Unix epoch, given by the ledger: each account, transfer
and expiry has one of its own, and they only grow, so that they order everything that ever happened.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from eclosion.ledger.model.statuses import DONE, Status

ID_MAX = (1 << 128) - 1
AMOUNT_MAX = (1 << 63) - 1
INSTANT_MAX_NS = (1 << 63) - 1
WHOLE = AMOUNT_MAX
"""As the amount of a post: all that is pending."""

NS_PER_MS = 1_000_000


class Account(NamedTuple):
    """The sum of all transfers from and to a holder, in one ledger.

    To create one, leave balances and ``at_ns`` at zero. ``code`` says what sort of account it is (see
    ``model/wallets.py`` for ours); ``user_data_*`` are the caller's own.
    """

    id: int
    ledger: int
    code: int
    flags: int = 0
    debits_pending: int = 0
    debits_posted: int = 0
    credits_pending: int = 0
    credits_posted: int = 0
    user_data_128: int = 0
    user_data_64: int = 0
    user_data_32: int = 0
    at_ns: int = 0

    @property
    def available(self) -> int:
        """What could be debited now from an account that lives on credit."""
        return self.credits_posted - self.debits_posted - self.debits_pending


class Transfer(NamedTuple):
    """An amount moved, or reserved, from one account to another; never changed once it is there.

    ``timeout_ms`` is how long a pending transfer stays, 0 for ever; ``pending_id`` is the transfer that a post or void
    resolves. A post may leave accounts, ledger and code at zero: they are those of the pending one.
    """

    id: int
    debit_id: int = 0
    credit_id: int = 0
    amount: int = 0
    ledger: int = 0
    code: int = 0
    flags: int = 0
    pending_id: int = 0
    timeout_ms: int = 0
    user_data_128: int = 0
    user_data_64: int = 0
    user_data_32: int = 0
    at_ns: int = 0


class PendingState(IntEnum):
    """How a pending transfer stands."""

    OPEN = 0
    POSTED = 1
    VOIDED = 2
    EXPIRED = 3


class Pending(NamedTuple):
    """What has to be known of a pending transfer to resolve it. ``expires_ns`` is 0 where it never does."""

    id: int
    debit_id: int
    credit_id: int
    amount: int
    flags: int
    expires_ns: int
    state: int = PendingState.OPEN


class Result(NamedTuple):
    """What became of one event; ``at_ns`` is when the thing was created, for ``exists`` the first time."""

    status: Status
    at_ns: int

    @property
    def done(self) -> bool:
        """Whether it is there now, by this attempt or an earlier one."""
        return self.status in DONE


class Burned(NamedTuple):
    """A transfer's id that a transient failure has used up."""

    id: int
    status: Status
    at_ns: int


class Limits(NamedTuple):
    """How wide numbers may grow. Ours fit a signed 64-bit column, so that the database can add them up too."""

    amount_max: int = AMOUNT_MAX
    instant_max_ns: int = INSTANT_MAX_NS
    timeout_max_ms: int = ((1 << 32) - 1) * 1000
