"""Wallets: issued, paid, set aside, taken and given back."""

import pytest

from eclosion.app.house import House
from eclosion.kernel.errors import Invalid
from eclosion.ledger.errors import AccountNotFound, InsufficientCredits, TransferRefused
from eclosion.ledger.model.wallets import Sort, account_id, holder_of
from eclosion.ledger.service import wallets as w
from eclosion.ledger.service.looking import get_account
from eclosion.store import Unit
from tests.happened import happened
from tests.house import join
from tests.ledger.conftest import proved


@pytest.fixture
def purses(house: House) -> tuple[int, int]:
    """Ada's wallet with 100, and Bob's."""
    ada, bob = (join(house.store, house.network, name).agent.id for name in ("ada", "bob"))

    def fill(unit: Unit) -> tuple[int, int]:
        first = w.open_wallet(house.ledger, unit, Sort.AGENT, ada)
        second = w.open_wallet(house.ledger, unit, Sort.AGENT, bob)
        w.issue(house.ledger, unit, first.id, 100, 1)
        return first.id, second.id

    return house.store.write_now(fill)


def test_a_payment_moves_credits_once_and_is_told_once(
    house: House, purses: tuple[int, int]
) -> None:
    ada, bob = purses
    key = w.transfer_id(holder_of(ada)[2], "a key")
    pay = lambda unit: w.pay(house.ledger, unit, ada, bob, 30, key)  # noqa: E731
    first, second = house.store.write_now(pay), house.store.write_now(pay)
    assert (first.again, second.again) == (False, True)
    assert second.wallet.available == 70
    told = [event for event in happened(house) if event.kind == "credits.moved"]
    assert len(told) == 2  # the issue, and the payment
    assert "30" not in told[-1].raw_facts
    assert proved(house.store)


def test_what_is_set_aside_is_taken_in_part_or_given_back(
    house: House, purses: tuple[int, int]
) -> None:
    ada, bob = purses

    def work(unit: Unit) -> int:
        w.reserve(house.ledger, unit, ada, bob, 60, 5, 1_000)
        w.take(house.ledger, unit, 5, 6, 25)
        w.reserve(house.ledger, unit, ada, bob, 75, 7, 1_000)
        w.give_back(house.ledger, unit, 7, 8)
        return get_account(unit, ada).available

    assert house.store.write_now(work) == 75
    with pytest.raises(TransferRefused, match="already posted"):
        house.store.write_now(lambda unit: w.take(house.ledger, unit, 5, 9))


def test_nobody_pays_with_nothing_to_nobody_or_nothing(
    house: House, purses: tuple[int, int]
) -> None:
    ada, bob = purses
    with pytest.raises(InsufficientCredits):
        house.store.write_now(lambda unit: w.pay(house.ledger, unit, bob, ada, 1, 5))
    with pytest.raises(Invalid):
        house.store.write_now(lambda unit: w.pay(house.ledger, unit, ada, bob, 0, 6))
    with pytest.raises(Invalid):
        house.store.write_now(lambda unit: w.issue(house.ledger, unit, ada, -5, 7))
    with pytest.raises(AccountNotFound):
        house.store.write_now(lambda unit: w.issue(house.ledger, unit, 77, 5, 8))
    with pytest.raises(TransferRefused, match="must be different"):
        house.store.write_now(lambda unit: w.pay(house.ledger, unit, ada, ada, 5, 9))


def test_an_account_tells_whose_it_is() -> None:
    assert holder_of(account_id(Sort.OWNER, 2**63 - 1, 9)) == (Sort.OWNER, 9, 2**63 - 1)
    assert w.transfer_id(1, "a") != w.transfer_id(2, "a")
