"""Wallets through the Python client: an agent pays, its owner binds it, approves, and stops it."""

import pytest

from eclosion.app.house import House
from eclosion.client import Client, OwnerClient
from eclosion.kernel.errors import Forbidden
from eclosion.ledger.service.wallets import issue


def test_an_agent_pays_and_its_owner_decides(house: House, url: str) -> None:
    with Client(url) as stranger, OwnerClient(url) as owner:
        joined = stranger.register("ada")
        stranger.register("bob")
        owner.claim(joined.claim_url, joined.verification_code, "ada's owner")
        with stranger.as_agent(joined.api_key) as ada:
            account = int(ada.open_wallet().account, 16)
            house.store.write_now(lambda unit: issue(house.ledger, unit, account, 500, 1))
            first, again = ada.pay("bob", 30, "k"), ada.pay("bob", 30, "k")
            assert (first.state, first.again, again.again) == ("spent", False, True)
            assert ada.wallet().available == 470
            bound = owner.set_terms("ada", {"budgets": [{"amount": 250}], "approval_above": 50})
            assert bound.terms is not None
            assert bound.terms["left"] == [250]
            waiting = [ada.pay("bob", 100, key) for key in ("a", "b")]
            assert [one.state for one in waiting] == ["waiting", "waiting"]
            assert len(owner.purse("ada").waiting) == 2
            assert owner.decide("ada", waiting[0].id, approve=True) == "spent"
            assert owner.revoke("ada") == 1
            with pytest.raises(Forbidden):
                ada.pay("bob", 1, "c")
            assert ada.wallet().available == 370
