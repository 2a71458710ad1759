"""What is wrong with an account or a transfer whatever the books say."""

from __future__ import annotations

from eclosion.ledger.model import flags as f
from eclosion.ledger.model.shapes import ID_MAX, Account, Limits, Transfer
from eclosion.ledger.model.statuses import Status

_U16, _U32, _I63 = (1 << 16) - 1, (1 << 32) - 1, (1 << 63) - 1


def form_of_transfer(t: Transfer) -> Status | None:
    """What is wrong with a transfer whatever the books say."""
    if t.debit_id == 0:
        return Status.DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
    if t.debit_id == ID_MAX:
        return Status.DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX
    if t.credit_id == 0:
        return Status.CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
    if t.credit_id == ID_MAX:
        return Status.CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX
    if t.credit_id == t.debit_id:
        return Status.ACCOUNTS_MUST_BE_DIFFERENT
    if t.pending_id:
        return Status.PENDING_ID_MUST_BE_ZERO
    if not t.flags & f.PENDING:
        if t.timeout_ms:
            return Status.TIMEOUT_RESERVED_FOR_PENDING_TRANSFER
        if t.flags & f.CLOSING:
            return Status.CLOSING_TRANSFER_MUST_BE_PENDING
    if t.ledger == 0:
        return Status.LEDGER_MUST_NOT_BE_ZERO
    if t.code == 0:
        return Status.CODE_MUST_NOT_BE_ZERO
    return None


def form_of_resolving(t: Transfer) -> Status | None:
    """What is wrong with a post or void whatever the books say."""
    if t.flags & f.RESOLVING == f.RESOLVING or t.flags & (f.PENDING | f.BALANCING | f.CLOSING):
        return Status.FLAGS_ARE_MUTUALLY_EXCLUSIVE
    if t.pending_id == 0:
        return Status.PENDING_ID_MUST_NOT_BE_ZERO
    if t.pending_id == ID_MAX:
        return Status.PENDING_ID_MUST_NOT_BE_INT_MAX
    if t.pending_id == t.id:
        return Status.PENDING_ID_MUST_BE_DIFFERENT
    if t.timeout_ms:
        return Status.TIMEOUT_RESERVED_FOR_PENDING_TRANSFER
    return None


def fits_account(a: Account) -> bool:
    """Whether every number of an account has the width of its field."""
    return (
        0 <= a.id <= ID_MAX
        and 0 <= a.ledger <= _U32
        and 0 <= a.code <= _U16
        and 0 <= a.flags <= _U16
        and min(a[4:8]) >= 0
        and 0 <= a.user_data_128 <= ID_MAX
        and 0 <= a.user_data_64 <= _I63
        and 0 <= a.user_data_32 <= _U32
        and a.at_ns == 0
    )


def fits_transfer(t: Transfer, limits: Limits) -> bool:
    """Whether every number of a transfer has the width of its field."""
    return (
        0 <= t.id <= ID_MAX
        and 0 <= t.debit_id <= ID_MAX
        and 0 <= t.credit_id <= ID_MAX
        and 0 <= t.amount <= limits.amount_max
        and 0 <= t.ledger <= _U32
        and 0 <= t.code <= _U16
        and 0 <= t.flags <= _U16
        and 0 <= t.pending_id <= ID_MAX
        and 0 <= t.timeout_ms <= limits.timeout_max_ms
        and 0 <= t.user_data_128 <= ID_MAX
        and 0 <= t.user_data_64 <= _I63
        and 0 <= t.user_data_32 <= _U32
        and t.at_ns == 0
    )
