"""Wallets: opened when they are first needed, filled by the issuer, and paid from and to.

A payment's id follows from whoever asks (``transfer_id``), so that two agents who choose the same key do not meet.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from eclosion.kernel.errors import Invalid
from eclosion.ledger.context import Ledger
from eclosion.ledger.model import flags as f
from eclosion.ledger.model.shapes import AMOUNT_MAX, WHOLE, Account, Result, Transfer
from eclosion.ledger.model.wallets import CREDITS, Purpose, Sort, account_id, holder_of, wallet
from eclosion.ledger.service.looking import find_account, get_account
from eclosion.ledger.service.posting import create_accounts, transfer
from eclosion.store import Unit, emit


class Paid(NamedTuple):
    """A payment: its transfer's id, whether it was there before, and the payer's wallet afterwards."""

    id: int
    again: bool
    wallet: Account


def transfer_id(holder_id: int, key: str) -> int:
    """A 128-bit id from a holder and the key that it chose: the same each time, nobody else's."""
    digest = hashlib.sha256(f"{holder_id} {key}".encode()).digest()
    return int.from_bytes(digest[:16], "big") % ((1 << 128) - 2) + 1


def open_wallet(
    ledger: Ledger, unit: Unit, sort: Sort, holder_id: int, number: int = CREDITS
) -> Account:
    """A holder's account in a ledger, made if it is not there."""
    id_ = account_id(sort, holder_id, number)
    found = find_account(unit, id_)
    if found is None:
        create_accounts(ledger, unit, [wallet(sort, holder_id, number)])
        found = get_account(unit, id_)
    return found


def issue(ledger: Ledger, unit: Unit, to_id: int, amount: int, id_: int) -> Result:
    """Make new credits and give them to an account. Only an operator should be able to ask for this.

    Raises:
        Invalid: the amount is not positive, or too large.
        AccountNotFound: there is no such account.
        TransferRefused: the ledger says why.
    """
    check_amount(amount)
    account = get_account(unit, to_id)
    source = open_wallet(ledger, unit, Sort.ISSUER, 0, account.ledger)
    wanted = Transfer(id_, source.id, to_id, amount, account.ledger, Purpose.ISSUE)
    result = transfer(ledger, unit, wanted)
    _tell(ledger, unit, wanted, result)
    return result


def pay(
    ledger: Ledger,
    unit: Unit,
    payer_id: int,
    payee_id: int,
    amount: int,
    id_: int,
    purpose: Purpose = Purpose.PAYMENT,
) -> Paid:
    """Move credits from one account to another.

    Raises:
        Invalid: the amount is not positive, or too large; or nobody pays themselves.
        InsufficientCredits: the payer has not got so much.
        TransferRefused: the ledger says why.
    """
    check_amount(amount)
    payer = get_account(unit, payer_id)
    wanted = Transfer(id_, payer_id, payee_id, amount, payer.ledger, purpose)
    result = transfer(ledger, unit, wanted)
    _tell(ledger, unit, wanted, result)
    return Paid(id_, result.status.value == "exists", get_account(unit, payer_id))


def reserve(
    ledger: Ledger,
    unit: Unit,
    payer_id: int,
    payee_id: int,
    amount: int,
    id_: int,
    timeout_ms: int,
    purpose: Purpose = Purpose.PURCHASE,
) -> Result:
    """Set credits aside for somebody, until they are taken, given back, or the time is over.

    Raises:
        Invalid: the amount is not positive, or too large.
        InsufficientCredits: the payer has not got so much.
        TransferRefused: the ledger says why.
    """
    check_amount(amount)
    payer = get_account(unit, payer_id)
    wanted = Transfer(
        id_, payer_id, payee_id, amount, payer.ledger, purpose, f.PENDING, 0, timeout_ms
    )
    return transfer(ledger, unit, wanted)


def take(ledger: Ledger, unit: Unit, pending_id: int, id_: int, amount: int = WHOLE) -> Result:
    """Take what was set aside, or a part of it; the rest is free.

    Raises:
        TransferRefused: the ledger says why, such as ``pending_transfer_expired``.
    """
    wanted = Transfer(id_, amount=amount, flags=f.POST_PENDING, pending_id=pending_id)
    return transfer(ledger, unit, wanted)


def give_back(ledger: Ledger, unit: Unit, pending_id: int, id_: int) -> Result:
    """Free what was set aside.

    Raises:
        TransferRefused: the ledger says why, such as ``pending_transfer_already_posted``.
    """
    return transfer(ledger, unit, Transfer(id_, flags=f.VOID_PENDING, pending_id=pending_id))


def check_amount(amount: int) -> None:
    """Whether an amount can be paid.

    Raises:
        Invalid: it is not positive, or too large.
    """
    if not 0 < amount < AMOUNT_MAX:
        raise Invalid("An amount is a whole number of the smallest unit, at least 1.")


def _tell(ledger: Ledger, unit: Unit, t: Transfer, result: Result) -> None:
    """Tell of a payment that was made now: who, whom and for what; never how much."""
    if result.status.value != "created":
        return
    emit(
        unit,
        ledger.clock.now_ms(),
        "credits.moved",
        holder_of(t.credit_id)[2],
        holder_of(t.debit_id)[2],
        purpose=t.code,
        payee_sort=holder_of(t.credit_id)[0],
        payer_sort=holder_of(t.debit_id)[0],
    )
