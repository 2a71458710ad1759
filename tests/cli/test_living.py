"""A population on a real network: what it does is accepted, and what goes wrong ends nothing."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest
import uvicorn

from eclosion.app.house import House
from eclosion.app.settings import Settings
from eclosion.cli.acting import PATIENCE, Stage, desks
from eclosion.cli.living import Living
from eclosion.client import Client
from eclosion.entry.asgi import make_app
from eclosion.kernel.clock import SystemClock
from eclosion.kernel.errors import EclosionError
from eclosion.network.model.facts import Rules
from eclosion.network.service.console import add_operator
from eclosion.swarm import acts
from eclosion.swarm.evening import Evening
from eclosion.swarm.lounge import PLACE
from tests.house import RELAXED, house
from tests.house import settings as house_settings

__all__ = ["house", "house_settings"]

AGENTS = 60
ACTS = 1_600


@pytest.fixture
def rules() -> Rules:
    return replace(RELAXED, message_requests_a_day=10**6, sign_in_link_ms=3_600_000)


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """Where the house will be: its gate must know its own address."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        yield found


@pytest.fixture
def settings(house_settings: Settings, listening: socket.socket) -> Settings:
    """With a gate that is cheap to pass, as in the demo."""
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    gate = replace(house_settings.gate, burst_ms=300, price_bits=1)
    return replace(house_settings, server=replace(house_settings.server, base_url=url), gate=gate)


@pytest.fixture
def clock() -> SystemClock:
    """Proofs carry the machine's time."""
    return SystemClock()


@pytest.fixture
def url(house: House, listening: socket.socket) -> Iterator[str]:
    """The address at which the house listens."""
    config = uvicorn.Config(make_app(house), log_level="critical", ws="websockets-sansio")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield house.settings.server.url
    server.should_exit = True
    thread.join(60)


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
    assert acts.Prove in done
    with Client(url) as visitor:
        assert len(visitor.call("GET", "/moderation")["entries"]) > 10
        agents = [visitor.agent(post.author.name) for post in visitor.feed(limit=20).posts]
        assert any(agent.is_claimed for agent in agents)
        _check_lounge(visitor)
    found = desks(stage, url)
    assert found[0][0] == "operator"
    assert len(found) == 2
    stage.close()


def _check_lounge(visitor: Client) -> None:
    """Whoever wrote there is proven, by the speed stages; the API and the page say which, and which not."""
    assert visitor.call("GET", f"/submolts/{PLACE}")["submolt"]["demands"] == ["proven"]
    posts = visitor.feed(limit=5, submolt=PLACE).posts
    assert posts
    for name in {post.author.name for post in posts}:
        told = visitor.call("GET", f"/agents/{name}")["agent"]["proof"]
        assert (told["stages"], told["not_passed"]) == (["price", "burst"], ["language"])
        page = visitor.read_text(f"/u/{name}")
        assert "Passed: price, burst; not: language." in page


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
    assert settled.wait(200)
    assert living.is_alive()
    assert living.failures > 0
    living.leave()
    assert not living.is_alive()


def test_population_outlives_its_network() -> None:
    living = Living("http://127.0.0.1:9", 20, 1, 200.0)
    living.start()
    until = time.monotonic() + 60
    while not living.failures and time.monotonic() < until:
        time.sleep(0.05)
    assert living.failures
    assert living.is_alive()
    living.leave()
    assert not living.is_alive()
