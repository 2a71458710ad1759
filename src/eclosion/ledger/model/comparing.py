"""Whether something that was created before is what is wanted now: a retry, or another thing under a used id."""

from __future__ import annotations

from eclosion.ledger.model import flags as f
from eclosion.ledger.model.shapes import Account, Limits, Transfer
from eclosion.ledger.model.statuses import Status


def differs_account(a: Account, known: Account) -> Status:
    """The first field in which an account differs from the one that has its id. That one may have been closed since."""
    if a.flags != known.flags:
        return Status.EXISTS_WITH_DIFFERENT_FLAGS
    if a.user_data_128 != known.user_data_128:
        return Status.EXISTS_WITH_DIFFERENT_USER_DATA_128
    if a.user_data_64 != known.user_data_64:
        return Status.EXISTS_WITH_DIFFERENT_USER_DATA_64
    if a.user_data_32 != known.user_data_32:
        return Status.EXISTS_WITH_DIFFERENT_USER_DATA_32
    if a.ledger != known.ledger:
        return Status.EXISTS_WITH_DIFFERENT_LEDGER
    if a.code != known.code:
        return Status.EXISTS_WITH_DIFFERENT_CODE
    return Status.EXISTS


def differs_transfer(t: Transfer, known: Transfer) -> Status:
    """The first field in which a transfer differs from the one that has its id.

    The amount of a balancing transfer is the most that it may move, so it is the same as long as it allows what moved.
    """
    if t.flags != known.flags:
        return Status.EXISTS_WITH_DIFFERENT_FLAGS
    if t.pending_id != known.pending_id:
        return Status.EXISTS_WITH_DIFFERENT_PENDING_ID
    if t.timeout_ms != known.timeout_ms:
        return Status.EXISTS_WITH_DIFFERENT_TIMEOUT
    if t.debit_id != known.debit_id:
        return Status.EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID
    if t.credit_id != known.credit_id:
        return Status.EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID
    if t.amount < known.amount or (t.amount > known.amount and not t.flags & f.BALANCING):
        return Status.EXISTS_WITH_DIFFERENT_AMOUNT
    return (
        _differs_user_data(t, (known.user_data_128, known.user_data_64, known.user_data_32))
        or _differs_place(t, known)
        or Status.EXISTS
    )


def differs_resolving(t: Transfer, known: Transfer, first: Transfer, limits: Limits) -> Status:
    """As above for a post or void of ``first`` under the same id: what it leaves at zero is that of the pending one."""
    if t.timeout_ms != known.timeout_ms:
        return Status.EXISTS_WITH_DIFFERENT_TIMEOUT
    if t.debit_id and t.debit_id != known.debit_id:
        return Status.EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID
    if t.credit_id and t.credit_id != known.credit_id:
        return Status.EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID
    whole = limits.amount_max if t.flags & f.POST_PENDING else 0
    if known.amount != (first.amount if t.amount == whole else t.amount):
        return Status.EXISTS_WITH_DIFFERENT_AMOUNT
    wanted = t._replace(
        user_data_128=t.user_data_128 or first.user_data_128,
        user_data_64=t.user_data_64 or first.user_data_64,
        user_data_32=t.user_data_32 or first.user_data_32,
        ledger=t.ledger or known.ledger,
        code=t.code or known.code,
    )
    return (
        _differs_user_data(wanted, (known.user_data_128, known.user_data_64, known.user_data_32))
        or _differs_place(wanted, known)
        or Status.EXISTS
    )


def _differs_user_data(t: Transfer, known: tuple[int, int, int]) -> Status | None:
    if t.user_data_128 != known[0]:
        return Status.EXISTS_WITH_DIFFERENT_USER_DATA_128
    if t.user_data_64 != known[1]:
        return Status.EXISTS_WITH_DIFFERENT_USER_DATA_64
    if t.user_data_32 != known[2]:
        return Status.EXISTS_WITH_DIFFERENT_USER_DATA_32
    return None


def _differs_place(t: Transfer, known: Transfer) -> Status | None:
    if t.ledger != known.ledger:
        return Status.EXISTS_WITH_DIFFERENT_LEDGER
    if t.code != known.code:
        return Status.EXISTS_WITH_DIFFERENT_CODE
    return None
