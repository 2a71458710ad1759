"""Wallets, payments and terms as they go over the wire. Amounts are whole numbers of the smallest unit."""

from __future__ import annotations

import re

from msgspec import Struct

from eclosion.app.house import House
from eclosion.kernel.clock import iso
from eclosion.kernel.errors import Invalid
from eclosion.ledger.errors import LedgerOff, SpendingNotFound
from eclosion.ledger.model import flags as f
from eclosion.ledger.model.shapes import NS_PER_MS, Account, Transfer
from eclosion.ledger.model.terms import Terms
from eclosion.ledger.store.control import Mandate, Spent

_ID = re.compile(r"[0-9a-f]{1,32}")


class WalletOut(Struct, frozen=True, kw_only=True):
    """A wallet: what can be spent now, what is set aside, and ``scale``, the decimal places of a whole unit."""

    account: str
    available: int
    set_aside: int
    coming: int
    scale: int
    unit: str


class LineOut(Struct, frozen=True, kw_only=True):
    """One transfer of a statement: positive what came, negative what went; ``state`` is posted, pending or void."""

    id: str
    at: str
    amount: int
    other: str
    purpose: int
    state: str


class TermsOut(Struct, frozen=True, kw_only=True):
    """An owner's terms, and what is left of each budget."""

    state: str
    terms: Terms
    left: list[int]


class WaitingOut(Struct, frozen=True, kw_only=True):
    """A payment that waits for the owner."""

    id: str
    at: str
    amount: int
    payee: str
    category: str
    reference: str


def wallet_out(house: House, account: Account) -> WalletOut:
    """A wallet as it is shown."""
    return WalletOut(
        account=f"{account.id:x}",
        available=account.available,
        set_aside=account.debits_pending,
        coming=account.credits_pending,
        scale=house.settings.ledger.scale,
        unit=house.settings.ledger.unit,
    )


def line_out(account_id: int, t: Transfer) -> LineOut:
    """A transfer as it stands on one account's statement."""
    went = t.debit_id == account_id
    state = "pending" if t.flags & f.PENDING else "void" if t.flags & f.VOID_PENDING else "posted"
    return LineOut(
        id=f"{t.id:x}",
        at=iso(t.at_ns // NS_PER_MS),
        amount=-t.amount if went else t.amount,
        other=f"{t.credit_id if went else t.debit_id:x}",
        purpose=t.code,
        state=state,
    )


def terms_out(mandate: Mandate, left: list[int]) -> TermsOut:
    """Terms as they are shown."""
    return TermsOut(state=mandate.state, terms=mandate.terms, left=left)


def waiting_out(spent: Spent) -> WaitingOut:
    """A payment that waits, as it is shown."""
    return WaitingOut(
        id=f"{spent.id:x}",
        at=iso(spent.at_ms),
        amount=spent.amount,
        payee=f"{spent.payee_id:x}",
        category=spent.category,
        reference=spent.reference,
    )


def id_of(text: str) -> int:
    """An id in a body; 0, which nothing has, where it is none."""
    return int(text, 16) if _ID.fullmatch(text) else 0


def payment_id(text: str) -> int:
    """The id in a path.

    Raises:
        SpendingNotFound: it is none.
    """
    if not _ID.fullmatch(text):
        raise SpendingNotFound
    return int(text, 16)


def check_texts(*texts: str) -> None:
    """Whether free texts of a payment are short.

    Raises:
        Invalid: one is too long.
    """
    if any(len(text) > 200 for text in texts):
        raise Invalid("A key, a category and a reference have at most 200 characters.")


def check_open(house: House) -> None:
    """Whether this network keeps a ledger.

    Raises:
        LedgerOff: it keeps none.
    """
    if not house.settings.ledger.enabled:
        raise LedgerOff
