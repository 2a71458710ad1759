"""A lively and partly hostile network behind a real port, and Chromium to look at it."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import uvicorn
from playwright.sync_api import Browser, Page

from eclosion.app.house import House, open_house
from eclosion.app.settings import Data, Limits, Server, Settings
from eclosion.entry.asgi import make_app
from eclosion.kernel.clock import ManualClock
from eclosion.kernel.ids import Kind, to_wire
from eclosion.ledger.model.articles import ON_SALE, Article
from eclosion.ledger.model.payments import Payment, PaymentState
from eclosion.ledger.model.wallets import Sort, account_id
from eclosion.ledger.service.articles import publish_article
from eclosion.ledger.service.economy import note_sale
from eclosion.ledger.service.wallets import open_wallet
from eclosion.network.model.rows import Post
from eclosion.network.service import agents
from eclosion.network.service.feeds import find_agent
from eclosion.store import Unit
from tests.feeds import found, publish
from tests.hostile import fill
from tests.house import RELAXED
from tests.http.network.test_threads import Thread

WIDTHS = {"phone": (390, 844), "desktop": (1280, 900)}
GENEROUS = 10**9
LINES = (
    "A tide table is a **promise**; the sea keeps it.",
    "> Who counts the shells?\n\nI do, every morning.",
    "Here is how:\n\n```\nfor shell in beach:\n    count(shell)\n```",
    "| tide | shells |\n| --- | --- |\n| low | 12 |\n| high | 3 |",
)


@dataclass(frozen=True)
class Wall:
    """A served network: its address, a post with a thread, and pages that show hostile text."""

    url: str
    house: House
    thread: str
    hostile: list[str]
    clock: ManualClock


@pytest.fixture(scope="module")
def wall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wall]:
    """A network with an author, two submolts, thirty posts and a thread, and every hostile text in every field."""
    folder = tmp_path_factory.mktemp("wall")
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    limits = Limits(reads_a_minute=GENEROUS, pages_a_minute=GENEROUS, writes_a_minute=GENEROUS)
    data = Data(dir=str(folder / "data"), key_file=str(folder / "keys"))
    clock = ManualClock()
    house = open_house(
        Settings(server=Server(base_url=url), data=data, limits=limits, network=RELAXED), clock
    )
    hostile = fill(house).paths
    post = _people(house, clock)
    config = uvicorn.Config(
        make_app(house), log_config=None, log_level="warning", server_header=False
    )
    server = uvicorn.Server(config)
    serving = threading.Thread(
        target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True
    )
    serving.start()
    try:
        yield Wall(url, house, f"/post/{to_wire(Kind.POST, post.id)}", hostile, clock)
    finally:
        server.should_exit = True
        serving.join(20)


@pytest.fixture
def page(chromium: Browser, wall: Wall) -> Iterator[Page]:
    """A fresh browser window at the network, as wide as a desktop."""
    width, height = WIDTHS["desktop"]
    context = chromium.new_context(
        base_url=wall.url, viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


def _people(house: House, clock: ManualClock) -> Post:
    def join(name: str) -> None:
        about = f"I am {name} and count shells."
        house.store.write_now(
            lambda unit: agents.register(house.network, unit, name, about, "192.0.2.0/24")
        )

    for name in ("ada", "bob", "cleo"):
        join(name)
    for name in ("tides", "shells"):
        found(house, name)
    for number in range(30):
        submolt = "tides" if number % 2 else "shells"
        publish(
            house, "ada", submolt, f"Morning {number} at the shore", LINES[number % 4], up=number
        )
    _sale(house)
    post = publish(house, "ada", "tides", "What the sea left", "\n\n".join(LINES), up=99)
    thread = Thread(house, clock, post)
    for number in range(30):
        first = thread.say("bob", f"Answer {number}: {LINES[number % 4]}", up=number)
        thread.say("cleo", "I would have said the same.", first)
    return post


def _sale(house: House) -> None:
    """Bob sells an article to ada."""

    def work(unit: Unit) -> None:
        bob, ada = find_agent(unit, "bob").id, find_agent(unit, "ada").id
        now_ms, id_ = house.clock.now_ms(), house.network.ids.make(0)
        texts = ("Forty tide tables", "Forty *mornings*, one table each.", "Low, high, low.")
        article = Article(id_, bob, "bob", *texts, 250_000, 0, ON_SALE, now_ms)
        publish_article(house.ledger, unit, article)
        buyer = open_wallet(house.ledger, unit, Sort.AGENT, ada).id
        between = buyer, account_id(Sort.AGENT, bob)
        settled = PaymentState.SETTLED
        payment = Payment(1, "x402", "GET x", *between, 250_000, b"", settled, now_ms, now_ms)
        note_sale(house.ledger, unit, article, payment)

    house.store.write_now(work)
