"""Webhooks over HTTP: whose they are, what may be asked for, and that events go out while the network runs."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from eclosion.app.house import House
from eclosion.app.settings import Settings
from eclosion.network.service import operators
from eclosion.webhooks.model import Rules as WebhookRules
from tests.app.delivering.receiving import Receiver, read
from tests.feeds import found
from tests.house import Answer, Client
from tests.http.network.people import Pair
from tests.soon import soon

QUIET = ["network.frozen"]
"""What does not happen here."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    hooks = WebhookRules(allow_http=True, allow_private=["127.0.0.1/32"], timeout_ms=30_000)
    return replace(settings, webhooks=hooks)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        yield made


@pytest.fixture
def ada(client: Client, house: House) -> Pair:
    found(house, "general")
    return Pair(client, "ada")


@pytest.fixture
def operator(client: Client, house: House) -> Client:
    made = house.store.write_now(lambda unit: operators.make_operator(house.network, unit, "op"))
    used = client.told(Accept="application/json").post(f"//sign-in/{made.link}")
    return replace(client, key=used["session"])


def make(asker: Client, url: str, **body: object) -> Answer:
    return asker.post("/webhooks", {"url": url, **body})


def test_an_agent_is_told_of_a_post(ada: Pair, receiver: Receiver) -> None:
    made = make(ada.agent, receiver.url, types=["post.created"])
    assert made.status == 201, made.body
    webhook = made["webhook"]
    assert webhook["filter"]["types"] == ["post.created"]
    ada.agent.post("/posts", {"submolt": "general", "title": "Hello", "content": "x"})
    assert soon(lambda: receiver.got)
    assert read(webhook["secret"], receiver.got[0])["type"] == "post.created"
    path = f"/webhooks/{webhook['id']}"

    def arrived() -> bool:
        return bool(ada.agent.get(path + "/deliveries")["deliveries"][0]["state"] == "delivered")

    assert soon(arrived)
    (one,) = ada.agent.get(path + "/deliveries")["deliveries"]
    assert one["webhook_id_header"] == receiver.got[0].id
    assert (one["status"], one["attempts"], one["next_attempt_at"]) == (204, 1, None)
    assert "secret" not in ada.agent.get(path)["webhook"]
    assert "secret" not in ada.agent.get("/webhooks")["webhooks"][0]


def test_a_test_message_goes_out_now(ada: Pair, receiver: Receiver) -> None:
    webhook = make(ada.agent, receiver.url, types=QUIET)["webhook"]
    sent = ada.agent.post(f"/webhooks/{webhook['id']}/test")
    assert sent.status == 200
    assert soon(lambda: receiver.got)
    assert receiver.got[0].id == sent["delivery"]["webhook_id_header"]
    message = read(webhook["secret"], receiver.got[0])
    assert message["type"] == "webhook.test"


def test_webhooks_change_pause_and_end(ada: Pair, receiver: Receiver) -> None:
    id_ = make(ada.agent, receiver.url)["webhook"]["id"]
    path = f"/webhooks/{id_}"
    changed = ada.agent.patch(path, {"types": ["comment.*"], "state": "paused"})
    assert changed["webhook"]["state"] == "paused"
    assert changed["webhook"]["filter"]["types"] == ["comment.*"]
    assert changed["webhook"]["url"] == receiver.url
    refused = ada.agent.post(path + "/test")
    assert (refused.status, refused["code"]) == (409, "webhook_not_active")
    assert ada.agent.patch(path, {"state": "disabled"}).status == 400
    assert ada.agent.patch(path, {"state": "active"})["webhook"]["state"] == "active"
    assert ada.agent.patch(path, {"url": "http://10.0.0.1/"})["code"] == "address_refused"
    assert ada.agent.delete(path).status == 200
    assert ada.agent.get(path)["code"] == "webhook_not_found"
    assert ada.agent.get("/webhooks")["webhooks"] == []


def test_dead_letters_are_listed_and_sent_again(ada: Pair, receiver: Receiver) -> None:
    webhook = make(ada.agent, receiver.url, types=QUIET)["webhook"]
    path = f"/webhooks/{webhook['id']}"
    receiver.status = 410
    ada.agent.post(path + "/test")
    assert soon(lambda: ada.agent.get(path)["webhook"]["state"] == "disabled")
    (dead,) = ada.agent.get(path + "/dead")["deliveries"]
    assert (dead["state"], dead["status"], dead["error"]) == ("dead", 410, "answered 410")
    assert "webhook_disabled" in [
        one["action"] for one in ada.owner.get("/owner/actions")["actions"]
    ]
    assert ada.agent.post(path + "/dead/replay")["code"] == "webhook_not_active"
    receiver.status = 200
    ada.agent.patch(path, {"state": "active"})
    assert ada.agent.post(path + "/dead/replay", {"delivery_id": webhook["id"]}).status == 404
    again = ada.agent.post(path + "/dead/replay", {"delivery_id": dead["id"]})
    assert again["replayed"] == 1
    assert soon(lambda: len(receiver.got) == 2)
    assert len(set(receiver.ids())) == 1
    assert ada.agent.post(path + "/dead/replay")["replayed"] == 0


def test_a_rotated_secret_is_shown_once(ada: Pair, receiver: Receiver) -> None:
    webhook = make(ada.agent, receiver.url, types=QUIET)["webhook"]
    path = f"/webhooks/{webhook['id']}"
    fresh = ada.agent.post(path + "/rotate")["webhook"]["secret"]
    assert fresh != webhook["secret"]
    ada.agent.post(path + "/test")
    assert soon(lambda: receiver.got)
    assert read(fresh, receiver.got[0]) == read(webhook["secret"], receiver.got[0])


def test_an_address_that_is_not_public_is_refused(ada: Pair) -> None:
    for url in (
        "http://10.0.0.1/",
        "http://127.0.0.2/",
        "http://localhost.example.invalid/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2130706433/",
        "https://user:pass@example.org/",
        "ftp://example.org/",
        "nonsense",
        "",
    ):
        refused = make(ada.agent, url)
        assert (refused.status, refused["code"]) == (400, "address_refused"), url
        assert refused["hint"], url


def test_bad_wishes_are_told(ada: Pair) -> None:
    url = "http://127.0.0.1/"
    for body in (
        {},
        {"url": 7},
        {"url": url, "types": ["post.exploded"]},
        {"url": url, "posts": ["x"]},
        {"url": url, "submolts": ["../"]},
        {"url": url, "agents": ["a b"]},
    ):
        assert ada.agent.post("/webhooks", body).status == 400, body


def test_nobody_sees_anothers(client: Client, ada: Pair, receiver: Receiver) -> None:
    id_ = make(ada.agent, receiver.url)["webhook"]["id"]
    bob = Pair(client, "bob")
    asked = [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/rotate"),
        ("POST", "/test"),
        ("GET", "/deliveries"),
        ("GET", "/dead"),
        ("POST", "/dead/replay"),
    ]
    for asker, status in ((bob.agent, 404), (bob.owner, 404), (client, 401)):
        for method, rest in asked:
            answer = asker.request(method, f"/webhooks/{id_}{rest}", {})
            assert answer.status == status, (method, rest, answer.body)
    assert make(client, receiver.url).status == 401
    assert bob.owner.get("/webhooks?all=true").status == 403
    assert bob.agent.get("/webhooks")["webhooks"] == []
    assert ada.agent.get(f"/webhooks/{id_}").status == 200


def test_an_owner_keeps_its_agents_webhooks(client: Client, ada: Pair, receiver: Receiver) -> None:
    assert make(ada.owner, receiver.url).status == 400
    made = make(ada.owner, receiver.url, agent="ada")
    assert made.status == 201
    id_ = made["webhook"]["id"]
    Pair(client, "bob")
    assert make(ada.owner, receiver.url, agent="bob").status == 403
    assert [one["id"] for one in ada.owner.get("/webhooks")["webhooks"]] == [id_]
    assert ada.agent.get(f"/webhooks/{id_}").status == 200
    assert ada.owner.post(f"/webhooks/{id_}/test").status == 200
    assert ada.owner.delete(f"/webhooks/{id_}").status == 200
    actions = [one["action"] for one in ada.owner.get("/owner/actions")["actions"]]
    assert {"webhook_made", "webhook_removed"} <= set(actions)


def test_an_operator_keeps_everybodys(operator: Client, ada: Pair, receiver: Receiver) -> None:
    id_ = make(ada.agent, receiver.url)["webhook"]["id"]
    assert operator.get("/webhooks")["webhooks"] == []
    assert [one["id"] for one in operator.get("/webhooks?all=true")["webhooks"]] == [id_]
    assert operator.patch(f"/webhooks/{id_}", {"state": "paused"}).status == 200
    detail = ada.owner.get("/owner/actions")["actions"][0]["detail"]
    assert detail.endswith("by op")


def test_lists_go_by_pages(ada: Pair, receiver: Receiver) -> None:
    ids = [make(ada.agent, receiver.url)["webhook"]["id"] for _ in range(3)][::-1]
    for asker in (ada.agent, ada.owner):
        first = asker.get("/webhooks?limit=2")
        rest = asker.get(f"/webhooks?limit=2&cursor={first['next_cursor']}")
        assert [one["id"] for one in first["webhooks"] + rest["webhooks"]] == ids
        assert (first["has_more"], rest["has_more"]) == (True, False)


def test_a_repeated_request_makes_one(ada: Pair, receiver: Receiver) -> None:
    agent = ada.agent.told(Idempotency_Key="once")
    assert make(agent, receiver.url)["webhook"] == make(agent, receiver.url)["webhook"]
    assert len(ada.agent.get("/webhooks")["webhooks"]) == 1


def test_a_foreign_page_makes_nothing(client: Client, ada: Pair, receiver: Receiver) -> None:
    browser = client.told(Cookie=f"eclosion_owner={ada.owner.key}")
    foreign = make(browser.told(Origin="https://evil.example"), receiver.url, agent="ada")
    assert (foreign.status, foreign["code"]) == (403, "cross_site")
    own = make(browser.told(Origin="http://testserver"), receiver.url, agent="ada")
    assert own.status == 201
