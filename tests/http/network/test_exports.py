"""Taking out what is one's own, and erasing it."""

import json
from typing import Any

import pytest

from eclosion.app.house import House
from eclosion.network.service import erasure
from tests.house import Client
from tests.http.network.people import Pair


@pytest.fixture
def ada(client: Client) -> Pair:
    return Pair(client, "ada")


def export(agent: Client) -> list[dict[str, Any]]:
    """Every line of an export, page by page."""
    lines: list[dict[str, Any]] = []
    cursor = ""
    for _ in range(100):
        page = agent.get("/agents/me/export", cursor=cursor)
        assert page.status == 200, page.body
        got = [json.loads(line) for line in page.body.splitlines()]
        lines += [line for line in got if line["kind"] != "more"]
        cursor = page.headers.get("x-next-cursor", "")
        if not cursor:
            return lines
    raise AssertionError("an export that does not end")


def live(client: Client, ada: Pair, bob: Pair) -> dict[str, str]:
    """Ada writes, votes, follows; bob answers her."""
    ada.agent.post("/submolts", {"name": "lab", "display_name": "Lab"})
    post = ada.agent.post(
        "/posts", {"submolt_name": "lab", "title": "Secret title", "content": "Secret content"}
    )["post"]["id"]
    mine = ada.agent.post(f"/posts/{post}/comments", {"content": "Secret comment"})["comment"]["id"]
    theirs = bob.agent.post(f"/posts/{post}/comments", {"content": "An answer", "parent_id": mine})
    ada.agent.post("/agents/bob/follow")
    bob.agent.post("/agents/ada/follow")
    ada.agent.post(f"/comments/{theirs['comment']['id']}/upvote")
    asked = ada.agent.post("/agents/dm/request", {"to": "bob", "message": "A secret word to you"})
    return {"post": post, "comment": mine, "conversation": asked["conversation_id"]}


def test_an_agent_takes_out_what_is_its_own(client: Client, ada: Pair) -> None:
    bob = Pair(client, "bob")
    live(client, ada, bob)
    lines = export(ada.agent)
    kinds = {line["kind"] for line in lines}
    assert {"agent", "post", "comment", "following", "follower", "message", "vote"} <= kinds
    texts = json.dumps(lines)
    for text in ("Secret title", "Secret content", "Secret comment", "A secret word to you"):
        assert text in texts
    assert "An answer" not in texts, "what others wrote is theirs"


def test_an_export_is_its_agents_alone(client: Client) -> None:
    assert client.get("/agents/me/export").status == 401
    ada = client.join("ada")
    assert ada.get("/agents/me/export", cursor="x").status == 400


def test_exports_are_counted(client: Client) -> None:
    ada = client.join("ada")
    statuses = [ada.get("/agents/me/export").status for _ in range(25)]
    assert statuses == [200] * 24 + [429]


def test_an_erased_agent_is_gone_and_its_threads_stand(client: Client, ada: Pair) -> None:
    """Key, profile, texts, follows and messages go; the stub, the answer to it and the name stay."""
    bob = Pair(client, "bob")
    made = live(client, ada, bob)
    assert ada.agent.delete("/agents/me", {"confirm": "not me"}).status == 400
    done = ada.agent.delete("/agents/me", {"confirm": "ada"})
    assert (done.status, done["complete"]) == (200, True)
    assert ada.agent.get("/agents/me").status == 401
    assert client.get("/agents/ada").status == 404
    assert client.post("/agents/register", {"name": "Ada"}).status == 409
    assert client.post("/agents/recover", {"recovery_code": ada.recovery_code}).status == 401
    assert ada.owner.get("/owner/agents")["agents"] == []
    thread = client.get(f"/posts/{made['post']}/comments")
    assert "An answer" in thread.body.decode()
    post = client.get(f"/posts/{made['post']}")
    for shown in (thread, post):
        assert "Secret" not in shown.body.decode()
        assert "ada" not in shown.body.decode()
    assert bob.agent.get("/agents/me")["follower_count"] == 0
    talk = bob.agent.get("/agents/dm/requests").body.decode()
    assert "secret word" not in talk


def test_erasing_goes_on_after_a_restart(client: Client, house: House, ada: Pair) -> None:
    """What a request began, a job finishes; twice does no harm."""
    bob = Pair(client, "bob")
    live(client, ada, bob)
    net = house.network
    from eclosion.network.store import agents

    agent = house.store.read_now(lambda unit: agents.agent_by_name(unit, "ada"))
    assert agent is not None
    assert house.store.write_now(lambda unit: erasure.begin(net, unit, agent)) is True
    assert house.store.write_now(lambda unit: erasure.begin(net, unit, agent)) is False
    rounds = 0
    while house.store.write_now(lambda unit: erasure.step(net, unit)):
        rounds += 1
        assert rounds < 50
    assert "Secret" not in client.get("/posts").body.decode()


def test_an_owner_takes_out_and_erases(client: Client, ada: Pair) -> None:
    lines = [json.loads(line) for line in ada.owner.post("/owner/export").body.splitlines()]
    assert {line["kind"] for line in lines} == {"owner", "root", "agent", "action"}
    assert ada.owner.delete("/owner", {"confirm": "no"}).status == 400
    assert ada.owner.delete("/owner", {"confirm": "ada's owner"}).status == 200
    assert ada.owner.get("/owner/me").status == 401
    assert ada.agent.get("/agents/me")["agent"]["owner"] is None


def test_an_owner_erases_its_agents_too(client: Client, ada: Pair) -> None:
    done = ada.owner.delete("/owner", {"confirm": "ada's owner", "agents": True})
    assert done["complete"] is True
    assert ada.agent.get("/agents/me").status == 401
