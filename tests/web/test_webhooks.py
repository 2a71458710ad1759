"""An owner's webhooks on the pages of the desk."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from eclosion.app.house import House
from eclosion.app.settings import Settings
from eclosion.webhooks.model import Rules
from tests.app.delivering.receiving import Receiver, read
from tests.house import Client
from tests.http.network.people import Pair
from tests.soon import soon
from tests.web.reading import Elements
from tests.web.test_desk import Browser

AT = "/owner/webhooks"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    hooks = Rules(allow_http=True, allow_private=["127.0.0.1/32"], timeout_ms=30_000)
    return replace(settings, webhooks=hooks)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        yield made


@pytest.fixture
def browser(client: Client, house: House) -> Browser:
    return Browser(client, Pair(client, "ada").owner.key)


def make(browser: Browser, url: str, submolts: str = "") -> tuple[str, str]:
    """The path of a new webhook's page, and its secret."""
    made = browser.send(AT, AT, url=url, agent="ada", types="network.frozen", submolts=submolts)
    assert made.status == 200, made.body
    text = made.body.decode()
    secret, path = re.search(r"whsec_[\w+/=]+", text), re.search(rf"{AT}/[0-9a-f-]+", text)
    assert secret
    assert path
    return path[0], secret[0]


def test_an_owner_makes_tries_and_removes_one(
    browser: Browser, receiver: Receiver, client: Client
) -> None:
    """The secret is shown once; the test arrives and is good; the page tells so."""
    assert "No webhook yet" in browser.page(AT)
    path, secret = make(browser, receiver.url, submolts="general")
    assert AT in browser.page("/owner")
    listed = Elements(browser.page(AT)).text
    assert receiver.url in listed
    assert "network.frozen, in m/general" in listed
    assert secret not in browser.page(path)
    assert browser.send(path + "/test", path).headers["location"] == path + "?done=tested"
    assert soon(lambda: receiver.got)
    assert read(secret, receiver.got[0])["type"] == "webhook.test"
    assert soon(lambda: "arrived" in Elements(browser.page(path)).text)
    fresh = browser.send(path + "/rotate", path).body.decode()
    assert "whsec_" in fresh
    assert secret not in fresh
    assert browser.send(path + "/remove", path).status == 303
    assert "No webhook yet" in browser.page(AT)
    assert browser.client.get("/" + path).status == 404


def test_dead_letters_are_sent_again_by_a_button(browser: Browser, receiver: Receiver) -> None:
    path, _ = make(browser, receiver.url)
    receiver.status = 410
    browser.send(path + "/test", path)
    assert soon(lambda: "Disabled." in browser.page(path))
    page = browser.page(path)
    assert "Dead letters" in page
    assert "Send again" not in page
    receiver.status = 200
    browser.send(path + "/resume", path)
    delivery = re.search(r'name="delivery" value="([0-9a-f-]+)"', browser.page(path))
    assert delivery
    browser.send(path + "/replay", path, delivery=delivery[1])
    assert soon(lambda: len(receiver.got) == 2)
    assert browser.send(path + "/replay", path).headers["location"].endswith("done=nothing")
    browser.send(path + "/pause", path)
    assert "paused" in Elements(browser.page(path)).text


def test_a_private_address_is_refused_on_the_page(browser: Browser) -> None:
    refused = browser.send(AT, AT, url="http://10.0.0.1/", agent="ada")
    assert refused.status == 400
    assert "no public address" in refused.body.decode()


def test_nobody_sees_anothers(browser: Browser, client: Client, receiver: Receiver) -> None:
    path, _ = make(browser, receiver.url)
    other = Browser(client, Pair(client, "bob").owner.key)
    assert other.client.get("/" + path).status == 404
    for word in ("test", "pause", "resume", "rotate", "remove", "replay"):
        assert other.send(f"{path}/{word}", AT).status == 404, word
    assert other.send(AT, AT, url=receiver.url, agent="ada").status == 403
    assert other.client.get(f"/{AT}?all=yes").status == 403
    stranger = client.get("/" + AT)
    assert (stranger.status, stranger.headers["location"]) == (303, "/sign-in")


def test_a_made_up_session_has_no_name_looked_up(client: Client, house: House) -> None:
    """A form token can be made for any session; names are looked up for owners only."""
    asked: list[str] = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["8.8.8.8"]

    from eclosion.app.delivering.courier import Courier
    from eclosion.app.sessions import form_token

    house.courier = Courier(house.hooks.rules, house.clock, resolve)
    told = client.told(
        Cookie="eclosion_owner=made-up",
        Content_Type="application/x-www-form-urlencoded",
        Sec_Fetch_Site="same-origin",
    )
    body = f"token={form_token('made-up')}&url=http://probe.test/&agent=ada".encode()
    assert told.request("POST", "/" + AT, body).status == 303
    assert asked == []
