"""What owners and operators do on their pages, and who may not."""

import re
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from eclosion.app.house import House
from eclosion.network.service.operators import make_operator
from eclosion.network.service.owners import begin_session
from eclosion.store import Unit
from tests.feeds import found, publish
from tests.house import Answer, Client
from tests.http.network.people import Pair
from tests.web.reading import Elements

FORM = "application/x-www-form-urlencoded"


class Browser:
    """A browser that carries an owner's cookie and sends forms as their pages made them."""

    def __init__(self, client: Client, session: str) -> None:
        self.client = replace(client, key="").told(Cookie=f"eclosion_owner={session}")

    def page(self, path: str) -> str:
        """A page of the owner's."""
        answer = self.client.get("/" + path)
        assert answer.status == 200, path
        assert answer.headers["cache-control"] == "no-store"
        return answer.body.decode()

    def send(
        self, path: str, page: str = "/owner", headers: dict[str, str] | None = None, **fields: str
    ) -> Answer:
        """Send a form with the token that stands on a page."""
        token = re.search(r'name="token" value="([0-9a-f]+)"', self.page(page))
        assert token is not None
        sent = {"token": token[1], **fields}
        given = {"Sec_Fetch_Site": "same-origin", **(headers or {})}
        told = self.client.told(Content_Type=FORM, **given)
        return told.request("POST", "/" + path, urlencode(sent).encode())


@pytest.fixture
def pair(client: Client) -> Pair:
    """An agent and its owner."""
    return Pair(client, "ada")


@pytest.fixture
def browser(client: Client, pair: Pair) -> Browser:
    """The owner's browser."""
    return Browser(client, pair.owner.key)


@pytest.fixture
def operator(client: Client, house: House) -> Browser:
    """An operator's browser."""
    net = house.network

    def work(unit: Unit) -> str:
        return begin_session(net, unit, make_operator(net, unit, "Olga").owner, "test")

    return Browser(client, house.store.write_now(work))


def test_a_stranger_is_asked_to_sign_in(client: Client, pair: Pair) -> None:
    """Nobody sees another's page, and the way in is one click away."""
    assert "/sign-in" in client.get("//owner").body.decode()
    for path in ("//owner/agents/ada", "//operator"):
        answer = client.get(path)
        assert (answer.status, answer.headers["location"]) == (303, "/sign-in")


def test_an_owner_pauses_and_resumes(browser: Browser, pair: Pair, house: House) -> None:
    """The stop works at once, and is told on the page."""
    found(house, "general")
    assert "ada" in Elements(browser.page("/owner")).text
    done = browser.send("/owner/agents/ada/pause")
    assert (done.status, done.headers["location"]) == (303, "/owner/agents/ada?done=paused")
    assert "It is paused" in browser.page("/owner/agents/ada?done=paused")
    post = {"submolt": "general", "title": "Hello", "content": "x"}
    assert pair.agent.post("/posts", post).status == 403
    browser.send("/owner/agents/ada/resume")
    assert pair.agent.post("/posts", post).status in (200, 201)


def test_an_owner_rotates_and_revokes_keys(browser: Browser, pair: Pair) -> None:
    """The new key is shown this once and works; the old one ends when it was told to."""
    made = browser.send("/owner/agents/ada/rotate", grace="none")
    key = re.search(r"moltbook_sk_[0-9a-f]+", made.body.decode())
    assert key is not None
    assert "content-encoding" not in made.headers
    assert pair.agent.get("/agents/me").status == 401
    fresh = replace(pair.agent, key=key[0])
    assert fresh.get("/agents/me").status == 200
    path = re.search(r"/owner/agents/ada/keys/[0-9a-f-]+/revoke", browser.page("/owner/agents/ada"))
    assert path is not None
    assert browser.send(path[0]).status == 303
    assert fresh.get("/agents/me").status == 401


def test_another_owner_may_nothing(client: Client, pair: Pair) -> None:
    """An owner neither sees nor changes the agents of others."""
    other = Browser(client, Pair(client, "bob").owner.key)
    assert other.client.get("//owner/agents/ada").status == 403
    assert other.send("/owner/agents/ada/pause").status == 403
    assert other.send("/owner/agents/ada/rotate").status == 403
    assert other.client.get("//operator").status == 403
    assert other.send("/operator/brake", scope="network", reason="x").status == 403


def test_forms_of_other_sites_are_refused(browser: Browser, client: Client, pair: Pair) -> None:
    """Neither a foreign page, nor a form without the session's token, nor another session's token does anything."""
    assert (
        browser.send("/owner/agents/ada/pause", headers={"Sec_Fetch_Site": "cross-site"}).status
        == 403
    )
    bare = browser.client.told(Content_Type=FORM)
    assert bare.request("POST", "//owner/agents/ada/pause", b"").status == 403
    foreign = bare.told(Origin="http://evil.example")
    assert foreign.request("POST", "//owner/agents/ada/pause", b"").status == 403
    assert browser.send("/owner/agents/ada/pause", token="0" * 32).status == 403
    assert pair.agent.get("/agents/me")["agent"]["status"] != "paused"
    assert "Pause it" in browser.page("/owner/agents/ada")


def test_signing_out_ends_the_session(browser: Browser) -> None:
    """The cookie is taken away and would open nothing any more."""
    done = browser.send("/owner/sign-out")
    assert "Max-Age=0" in done.headers["set-cookie"]
    assert browser.client.get("//owner/agents/ada").status == 303


def test_large_and_broken_forms_are_refused(browser: Browser) -> None:
    """A form has a size, and is text."""
    told = browser.client.told(Content_Type=FORM, Sec_Fetch_Site="same-origin")
    assert told.request("POST", "//owner/sign-out", b"a=" + b"x" * 20_000).status == 413
    assert told.request("POST", "//owner/sign-out", b"\xff\xfe").status == 400
    assert told.request("POST", "//owner/sign-out", b"&".join([b"a=1"] * 100)).status == 400


def test_an_operator_decides_in_public(
    operator: Browser, pair: Pair, client: Client, house: House
) -> None:
    """A reported post is removed with a reason, which stands on the post and in the log."""
    found(house, "general")
    publish(house, "ada", "general", "Buy shells", "cheap shells")
    reporter = client.join("watcher")
    id_ = reporter.get("/posts", sort="new")["posts"][0]["id"]
    assert reporter.post(f"/posts/{id_}/report", {"reason": "an advertisement"}).status == 200
    page = operator.page("/operator")
    assert "an advertisement" in page
    decision = {"kind": "post", "target": id_, "action": "remove", "reason": "No advertising"}
    done = operator.send("/operator/decide", "/operator", **decision)
    assert done.headers["location"] == "/operator?done=decided"
    assert "No advertising" in client.get(f"//post/{id_}").body.decode()
    assert "No advertising" in client.get("//log").body.decode()


def test_an_operator_pulls_the_brake(
    operator: Browser, pair: Pair, client: Client, house: House
) -> None:
    """While it is pulled nobody writes and everybody can read why."""
    found(house, "general")
    operator.send("/operator/brake", "/operator", scope="network", reason="A drill")
    post = {"submolt": "general", "title": "Hello", "content": "x"}
    assert pair.agent.post("/posts", post).status == 503
    assert "A drill" in client.get("//log").body.decode()
    operator.send("/operator/release", "/operator", scope="network", what="")
    assert pair.agent.post("/posts", post).status in (200, 201)


def test_everybody_sees_that_the_network_is_read_only(client: Client, house: House) -> None:
    """The brake stands with its reason on every page, until it is released."""
    session = house.store.write_now(
        lambda unit: begin_session(
            house.network, unit, make_operator(house.network, unit, "Olga").owner, "test"
        )
    )
    olga = Browser(client, session)
    olga.send(
        "/operator/brake", page="/operator", scope="network", what="", reason="A <b>flood</b>."
    )
    house.clock.advance(2_000)  # type: ignore[attr-defined]  # a clock that tests turn
    for path in ("/", "/about", "/log"):
        page = client.get("/" + path).body.decode()
        assert "This network is read-only." in page
        assert "A &lt;b&gt;flood" in page
    olga.send("/operator/release", page="/operator", scope="network", what="")
    house.clock.advance(2_000)  # type: ignore[attr-defined]  # a clock that tests turn
    assert "read-only" not in client.get("//").body.decode()


def test_charts_are_for_operators(client: Client, pair: Pair, house: House) -> None:
    """An owner gets none; an operator gets lines over the same instants, and is told which ranges there are."""
    assert client.get("/operator/series").status == 401
    session = house.store.write_now(
        lambda unit: begin_session(
            house.network, unit, make_operator(house.network, unit, "Olga").owner, "test"
        )
    )
    olga = replace(client, key=session)
    for range_, count in (("1h", 60), ("24h", 144), ("7d", 168), ("30d", 120)):
        reply = olga.get("/operator/series", range=range_)
        assert len(reply["at"]) == count
        assert [one["key"] for one in reply["charts"]] == ["traffic", "latency", "growth", "order"]
        lines = [line for one in reply["charts"] for line in one["lines"]]
        assert {len(line["values"]) for line in lines} == {count}
    wrong = olga.get("/operator/series", range="9y")
    assert (wrong.status, "1h, 24h, 7d, 30d" in wrong.body.decode()) == (400, True)
