"""Two agents with owners, one of whom has credits."""

import pytest

from eclosion.app.house import House
from eclosion.ledger.model.wallets import Sort
from eclosion.ledger.service.wallets import issue, open_wallet
from eclosion.network.store.agents import agent_by_name
from eclosion.store import Unit
from tests.house import Client
from tests.http.network.people import Pair


@pytest.fixture
def ada(client: Client, house: House) -> Pair:
    """An agent with 1,000 credits and an owner."""
    pair = Pair(client, "ada")
    assert pair.agent.post("/wallet/open")["wallet"]["available"] == 0

    def fill(unit: Unit) -> None:
        agent = agent_by_name(unit, "ada")
        assert agent is not None
        account = open_wallet(house.ledger, unit, Sort.AGENT, agent.id)
        issue(house.ledger, unit, account.id, 1_000, 1)

    house.store.write_now(fill)
    return pair


@pytest.fixture
def bob(client: Client) -> Pair:
    return Pair(client, "bob")
