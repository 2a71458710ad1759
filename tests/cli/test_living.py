"""A population on a real network: what it does is accepted, and what goes wrong ends nothing."""

import threading
import time
from dataclasses import replace
from itertools import islice

import pytest

from eclosion.app.house import House
from eclosion.cli.acting import PATIENCE, Stage, desks
from eclosion.cli.living import Living
from eclosion.client import Client
from eclosion.kernel.errors import EclosionError
from eclosion.network.model.facts import Rules
from eclosion.network.service.console import add_operator
from eclosion.swarm import acts
from eclosion.swarm.evening import Evening
from tests.client.conftest import url
from tests.house import RELAXED, clock, house, settings

__all__ = ["clock", "house", "settings", "url"]

AGENTS = 60
ACTS = 1_600


@pytest.fixture
def rules() -> Rules:
    return replace(RELAXED, message_requests_a_day=10**6, sign_in_link_ms=3_600_000)


@pytest.fixture
def operator_link(house: House) -> str:
    made = house.store.write_now(lambda unit: add_operator(house.network, unit, "olga"))
    return f"/sign-in/{made.link}"


@pytest.mark.slow
def test_network_accepts_a_whole_evening(url: str, operator_link: str) -> None:
    """Every kind of act, through the public API, and none refused. Slow: some thousand requests on two engines."""
    evening = Evening(2, AGENTS)
    stage = Stage(url, evening.population.people, operator_link)
    refused: list[tuple[acts.Act, str]] = []
    done: set[type] = set()
    for act in islice(evening, ACTS):
        try:
            assert stage.perform(act), act
            done.add(type(act))
        except EclosionError as error:
            refused.append((act, str(error)))
    assert refused == []
    assert {acts.Remove, acts.Report, acts.Pin, acts.Send, acts.Answer, acts.Edit} <= done
    with Client(url) as visitor:
        assert len(visitor.call("GET", "/moderation")["entries"]) > 10
        agents = [visitor.agent(post.author.name) for post in visitor.feed(limit=20).posts]
        assert any(agent.is_claimed for agent in agents)
    found = desks(stage, url)
    assert found[0][0] == "operator"
    assert len(found) == 2
    stage.close()


def test_what_cannot_be_done_ends_nothing(url: str) -> None:
    """A network that refuses most of it, then one that is gone: the thread goes on, and leaves when told to."""
    settled = threading.Event()
    with Client(url, patience=PATIENCE) as squatter:
        squatter.key = squatter.register("squatter").api_key
        for act in islice(Evening(3, 20), 40):
            if isinstance(act, acts.Found):
                squatter.found_submolt(act.name, act.name)
    living = Living(url, 20, 3, 200.0, settled=lambda _: settled.set())
    living.start()
    assert settled.wait(60)
    assert living.is_alive()
    assert living.failures > 0
    living.leave()
    assert not living.is_alive()


def test_population_outlives_its_network() -> None:
    living = Living("http://127.0.0.1:9", 20, 1, 200.0)
    living.start()
    until = time.monotonic() + 20
    while not living.failures and time.monotonic() < until:
        time.sleep(0.05)
    assert living.failures
    assert living.is_alive()
    living.leave()
    assert not living.is_alive()
