"""The demo's market on a real network: two purchases, a gift that waits, and a budget that stops the third purchase."""

import logging
from pathlib import Path

import pytest

from eclosion.app.house import House
from eclosion.cli.trading import Ended, Trading, tell
from eclosion.client import OwnerClient
from eclosion.ledger.model.wallets import Sort
from eclosion.ledger.service.receipts import check_receipts
from eclosion.ledger.service.verifying import verify
from eclosion.ledger.service.wallets import issue, open_wallet, transfer_id
from eclosion.network.service.feeds import find_agent
from eclosion.store import Unit
from eclosion.swarm.bazaar import FUNDS, GIFT
from tests.cli.test_living import clock, listening, rules, settings, url
from tests.house import database_url, house, net, store
from tests.house import settings as house_settings

__all__ = [
    "clock",
    "database_url",
    "house",
    "house_settings",
    "listening",
    "net",
    "rules",
    "settings",
    "store",
    "url",
]
PRICE = 250_000


def issuer(house: House, agent: str, amount: int) -> None:
    """Give an agent credits."""

    def work(unit: Unit) -> None:
        account = open_wallet(house.ledger, unit, Sort.AGENT, find_agent(unit, agent).id)
        issue(house.ledger, unit, account.id, amount, transfer_id(0, agent))

    house.store.write_now(work)


def test_two_pay_each_other_and_a_budget_stops_the_third(
    url: str, house: House, tmp_path: Path
) -> None:
    """What was bought was delivered and paid for; the ledger proves; the owner sees what waits."""
    ended: list[Ended] = []
    market = Trading(
        url, tmp_path / "purses", lambda name, most: issuer(house, name, most), ended.append
    )
    market.run()
    found = ended[0]
    one, other, third = found.sales
    assert (one.refused, other.refused) == ("", "")
    assert (one.buyer, one.seller) == (other.seller, other.buyer)
    assert third.refused.startswith("eclosion_over_budget: ")
    assert third.refused.endswith("budget.")
    assert third.refused in tell(found, url)
    with OwnerClient(url) as owner:
        owner.sign_in_by_code(found.code)
        purse = owner.purse(one.buyer)
        assert purse.wallet.available == FUNDS - GIFT
        assert [waits["amount"] for waits in purse.waiting] == [GIFT]
        assert owner.decide(one.buyer, purse.waiting[0]["id"], approve=True) == "spent"
        assert owner.purse(one.seller).wallet.available == FUNDS + GIFT
    proof = house.store.read_now(lambda unit: verify(unit, (), [check_receipts]))
    assert proof.breaches == []
    assert len(list((tmp_path / "purses").glob("*.receipts.jsonl"))) == 2


def test_a_market_ends_quietly_where_the_network_is_gone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ended: list[Ended] = []
    market = Trading("http://127.0.0.1:9", tmp_path, lambda name, most: None, ended.append)
    with caplog.at_level(logging.WARNING):
        market.start()
        market.join(60)
    assert not market.is_alive()
    market.leave()
    assert (ended, caplog.records) == ([], [])
