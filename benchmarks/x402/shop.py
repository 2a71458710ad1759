"""A ledger with one rich payer and one seller, and payments signed for it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple

from eclosion.kernel.clock import SystemClock
from eclosion.ledger import SOURCE, Ledger
from eclosion.ledger.charging import LedgerTill
from eclosion.ledger.charging.facilitator import Facilitator
from eclosion.ledger.model.payments import Payer
from eclosion.ledger.model.shapes import Account, Transfer
from eclosion.ledger.model.wallets import CREDITS, Purpose, Sort, account_id, wallet
from eclosion.ledger.service.looking import get_account
from eclosion.ledger.service.posting import create_accounts, create_transfers
from eclosion.ledger.store.payments import bind_payer
from eclosion.ledger.wire.authorization import (
    Order,
    SignedOrder,
    address_of_account,
    coin_of,
    sign_order,
)
from eclosion.ledger.wire.encoding import to_base64
from eclosion.ledger.wire.ethereum import address_of_key
from eclosion.ledger.wire.x402 import Payment, Terms, exact_of, requirement_of
from eclosion.store import Store, Unit, open_store

KEY = bytes(31) + b"\x31"
PAYER, SELLER = 21, 22
FUNDS = 10**12
PRICE = 100
COIN = coin_of("https://bench.example")
PAYEE = address_of_account(account_id(Sort.AGENT, SELLER))
TERMS = Terms(COIN, PAYEE, PRICE, 60)
INVOICES = b"benchmark invoices.............."


class Shop(NamedTuple):
    """The open books, and who takes payments into them."""

    store: Store
    ledger: Ledger
    till: LedgerTill
    facilitator: Facilitator

    def account(self, holder: int) -> Account:
        """Somebody's account now."""
        return self.store.read_now(lambda unit: get_account(unit, account_id(Sort.AGENT, holder)))


def open_shop(path: Path, funds: int = FUNDS) -> Shop:
    """Open the books in a file; a new one gets its accounts."""
    fresh = not path.exists()
    store, ledger = open_store(f"sqlite:///{path}", [SOURCE]), Ledger(SystemClock())
    if fresh:
        issuer, payer = wallet(Sort.ISSUER, 0), wallet(Sort.AGENT, PAYER)
        issued = Transfer(1, issuer.id, payer.id, funds, CREDITS, Purpose.ISSUE)

        def work(unit: Unit) -> None:
            create_accounts(ledger, unit, [issuer, payer, wallet(Sort.AGENT, SELLER)])
            create_transfers(ledger, unit, [issued])
            bind_payer(unit, Payer(address_of_key(KEY), payer.id, PAYER, 0))

        store.write_now(work)
    till = LedgerTill(store, ledger, COIN, INVOICES, PAYEE)
    return Shop(store, ledger, till, Facilitator(store, ledger, COIN, till))


def order(nonce: int, amount: int = PRICE, payee: bytes = PAYEE) -> SignedOrder:
    """A payment; the same number is the same payment."""
    until_s = int(time.time()) + 3_000
    made = Order(address_of_key(KEY), payee, amount, 0, until_s, nonce.to_bytes(32, "big"))
    return sign_order(made, COIN, KEY)


def header(nonce: int, amount: int = PRICE) -> str:
    """A payment as the value of ``PAYMENT-SIGNATURE``."""
    accepted = requirement_of(TERMS._replace(amount=amount))
    payment = Payment(x402_version=2, payload=exact_of(order(nonce, amount)), accepted=accepted)
    return to_base64(payment)
