"""Flags of accounts and transfers: plain integers, because the rules look at them for every transfer.

The bits are those of TigerBeetle's public data model (docs/reference/account.md and transfer.md), without
``imported``: a ledger that gives its own time to everything has no use for the past of another.
"""

from __future__ import annotations

LINKED = 1
"""Succeeds or fails with the next event of the batch. Of accounts and transfers."""

DEBITS_MUST_NOT_EXCEED_CREDITS = 2
CREDITS_MUST_NOT_EXCEED_DEBITS = 4
HISTORY = 8
CLOSED = 32
ACCOUNT_FLAGS = {
    "linked": LINKED,
    "debits_must_not_exceed_credits": DEBITS_MUST_NOT_EXCEED_CREDITS,
    "credits_must_not_exceed_debits": CREDITS_MUST_NOT_EXCEED_DEBITS,
    "history": HISTORY,
    "closed": CLOSED,
}
"""An account's flags by their names on the wire."""

PENDING = 2
POST_PENDING = 4
VOID_PENDING = 8
BALANCING_DEBIT = 16
BALANCING_CREDIT = 32
CLOSING_DEBIT = 64
CLOSING_CREDIT = 128
TRANSFER_FLAGS = {
    "linked": LINKED,
    "pending": PENDING,
    "post_pending": POST_PENDING,
    "void_pending": VOID_PENDING,
    "balancing_debit": BALANCING_DEBIT,
    "balancing_credit": BALANCING_CREDIT,
    "closing_debit": CLOSING_DEBIT,
    "closing_credit": CLOSING_CREDIT,
}
"""A transfer's flags by their names on the wire."""

ACCOUNT_FLAGS_ALL = sum(ACCOUNT_FLAGS.values())
TRANSFER_FLAGS_ALL = sum(TRANSFER_FLAGS.values())
RESOLVING = POST_PENDING | VOID_PENDING
BALANCING = BALANCING_DEBIT | BALANCING_CREDIT
CLOSING = CLOSING_DEBIT | CLOSING_CREDIT


def flag_names(flags: int, known: dict[str, int]) -> list[str]:
    """The names of the bits that are set."""
    return [name for name, bit in known.items() if flags & bit]
