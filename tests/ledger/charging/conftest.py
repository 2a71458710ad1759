"""A ledger with a few wallets, an application that has a price, and somebody who can sign."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from eclosion.kernel.clock import ManualClock
from eclosion.ledger import SOURCE, Ledger
from eclosion.ledger.charging import LedgerTill
from eclosion.ledger.model.payments import Payer
from eclosion.ledger.model.shapes import Account, Transfer
from eclosion.ledger.model.wallets import CREDITS, Purpose, Sort, account_id, wallet
from eclosion.ledger.service.looking import get_account
from eclosion.ledger.service.posting import create_accounts, create_transfers
from eclosion.ledger.store.payments import bind_payer
from eclosion.ledger.wire.authorization import (
    Coin,
    Order,
    SignedOrder,
    address_of_account,
    coin_of,
    sign_order,
)
from eclosion.ledger.wire.ethereum import address_of_key
from eclosion.ledger.wire.x402 import Terms
from eclosion.store import Store, Unit, open_store

ALICE, BOB = 1_001, 1_002
KEY = bytes(31) + b"\x07"
FUNDS = 10_000
KEY_OF_INVOICES = b"i" * 32


@dataclass(frozen=True)
class Shop:
    """Alice pays (with ``KEY``), Bob is paid."""

    store: Store
    ledger: Ledger
    clock: ManualClock
    coin: Coin
    till: LedgerTill

    @property
    def payee(self) -> bytes:
        return address_of_account(account_id(Sort.AGENT, BOB))

    def account(self, holder: int) -> Account:
        return self.store.read_now(lambda unit: get_account(unit, account_id(Sort.AGENT, holder)))

    def balances(self) -> tuple[int, int, int]:
        """What Alice may still spend, what of hers is reserved, and what Bob has."""
        alice, bob = self.account(ALICE), self.account(BOB)
        return alice.available, alice.debits_pending, bob.credits_posted

    def terms(self, amount: int = 100) -> Terms:
        return Terms(self.coin, self.payee, amount, 60)

    def sign(self, nonce: int, amount: int = 100, key: bytes = KEY, **changes: Any) -> SignedOrder:
        now_s = self.clock.now_ms() // 1000
        order = Order(
            address_of_key(key), self.payee, amount, 0, now_s + 60, nonce.to_bytes(32, "big")
        )
        return sign_order(order._replace(**changes), self.coin, key)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url, [SOURCE])
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture
def shop(store: Store) -> Shop:
    clock = ManualClock()
    ledger = Ledger(clock)
    coin = coin_of("https://shop.example")
    issuer = wallet(Sort.ISSUER, 0)
    alice, bob = wallet(Sort.AGENT, ALICE), wallet(Sort.AGENT, BOB)
    first = Transfer(1, issuer.id, alice.id, FUNDS, CREDITS, Purpose.ISSUE)

    def open_shop(unit: Unit) -> None:
        create_accounts(ledger, unit, [issuer, alice, bob])
        create_transfers(ledger, unit, [first])
        bind_payer(unit, Payer(address_of_key(KEY), alice.id, ALICE, clock.now_ms()))

    store.write_now(open_shop)
    till = LedgerTill(store, ledger, coin, KEY_OF_INVOICES, address_of_account(bob.id))
    return Shop(store, ledger, clock, coin, till)
