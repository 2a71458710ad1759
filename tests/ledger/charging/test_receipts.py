"""Invariant 9 is looked at: a receipt without its one posted transfer is named, and a right one is not."""

import asyncio

import pytest

from eclosion.ledger.model.payments import PaymentState
from eclosion.ledger.service import receipts
from eclosion.ledger.service.receipts import check_receipts
from eclosion.ledger.service.verifying import verify
from tests.ledger.charging.conftest import Shop
from tests.ledger.test_verifying import tamper

HELD, SETTLED, RELEASED = PaymentState.HELD, PaymentState.SETTLED, PaymentState.RELEASED


@pytest.fixture
def trade(shop: Shop) -> Shop:
    """One payment is settled, one is released, one is held and one runs out."""

    async def run() -> None:
        for nonce in range(1, 5):
            held = await shop.till.reserve(
                shop.sign(nonce, amount=100 + nonce), shop.terms(100 + nonce), "GET x", "x402"
            )
            if nonce == 1:
                await shop.till.settle(held)
            elif nonce == 2:
                await shop.till.release(held)

    asyncio.run(run())
    return shop


def broken(shop: Shop) -> list[str]:
    """What invariant 9 is said to be broken by."""
    proof = shop.store.read_now(lambda unit: verify(unit, (), [check_receipts]))
    assert {breach.invariant for breach in proof.breaches} <= {9}
    return [breach.what for breach in proof.breaches]


def test_right_receipts_are_proved(trade: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also page by page, and after time has run out."""
    monkeypatch.setattr(receipts, "PAGE", 2)
    assert broken(trade) == []
    trade.clock.advance(120_000)
    asyncio.run(trade.till.reserve(trade.sign(9), trade.terms(), "GET x", "x402"))
    assert broken(trade) == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            f"UPDATE ledger_payments SET state = {SETTLED} WHERE state = {HELD}",
            "settled, and its transfer open",
        ),
        (
            f"UPDATE ledger_payments SET state = {SETTLED} WHERE state = {RELEASED}",
            "settled, and its transfer voided",
        ),
        (
            f"UPDATE ledger_payments SET state = {RELEASED} WHERE state = {SETTLED}",
            "released, and its transfer posted",
        ),
        (
            f"UPDATE ledger_payments SET state = {HELD} WHERE state = {SETTLED}",
            "held, and its transfer posted",
        ),
        ("UPDATE ledger_payments SET amount = amount + 1 WHERE state = 1", "another amount"),
        ("UPDATE ledger_payments SET credit_id = debit_id WHERE state = 1", "between others"),
    ],
    ids=["not-posted", "voided", "released", "held", "amount", "payee"],
)
def test_a_receipt_that_is_not_so_is_named(trade: Shop, statement: str, told: str) -> None:
    trade.store.write_now(lambda unit: tamper(unit, statement))
    found = broken(trade)
    assert found
    assert all(told in what for what in found)


def test_a_receipt_of_nothing_is_named(trade: Shop) -> None:
    """Its transfer was never made."""
    number = "UPDATE ledger_payments SET id = debit_id WHERE state = 1"
    trade.store.write_now(lambda unit: tamper(unit, number))
    assert broken(trade) == ["nothing was ever reserved for it"]
