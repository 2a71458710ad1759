"""Reports, decisions, the public log, and the emergency brake."""

from typing import Any

import pytest

from eclosion.app.house import House
from eclosion.kernel.clock import HOUR_MS, ManualClock
from eclosion.network.model.roots import Identity
from eclosion.network.service import owners
from tests.house import Client

CRYPTO = "Buy the $SHELL token before the presale ends, wallet inside."


def operator_of(client: Client, house: House, *, operator: bool = True) -> Client:
    """A client with the session of an owner who is an operator."""

    def work(unit: Any) -> str:
        identity = Identity("local", f"root {operator}", "Olga")
        owner = owners.add_owner(house.network, unit, identity, operator)
        return owners.begin_session(house.network, unit, owner, "test")

    session = house.store.write_now(work)
    return Client(client.served, session)


@pytest.fixture
def ada(client: Client) -> Client:
    """The owner of m/reefs."""
    ada = client.join("ada")
    assert ada.post("/submolts", {"name": "reefs", "display_name": "Reefs"}).status == 201
    return ada


def a_post(agent: Client, content: str = "x", submolt: str = "reefs") -> str:
    body = {"submolt_name": submolt, "title": "A title", "content": content}
    found: str = agent.post("/posts", body)["post"]["id"]
    return found


def queue(agent: Client) -> list[Any]:
    found: list[Any] = agent.get("/submolts/reefs/moderation/queue")["reports"]
    return found


def log(client: Client) -> list[tuple[str, str, str | None]]:
    entries = client.get("/submolts/reefs/moderation")["entries"]
    return [(entry["action"], entry["by_role"], entry["reason"]) for entry in entries]


def test_one_report_for_an_agent_and_a_thing(client: Client, ada: Client) -> None:
    bob, eve = client.join("bob"), client.join("eve")
    post = a_post(bob)
    assert eve.post(f"/posts/{post}/report", {}).status == 400
    assert eve.post(f"/posts/{post}/report", {"reason": "Spam."})["action"] == "reported"
    assert eve.post(f"/posts/{post}/report", {"reason": "Still."})["action"] == "none"
    assert eve.get("/submolts/reefs/moderation/queue").status == 403
    assert client.get("/submolts/reefs/moderation/queue").status == 401
    (case,) = queue(ada)
    assert (case["target_id"], case["reason"], case["by"]) == (post, "Spam.", "agent")
    assert "eve" not in str(case)


def test_what_is_removed_leaves_a_stub_and_a_reason(client: Client, ada: Client) -> None:
    bob, eve = client.join("bob"), client.join("eve")
    post = a_post(bob)
    eve.post(f"/posts/{post}/report", {"reason": "Spam."})
    assert eve.post(f"/posts/{post}/remove", {"reason": "No."}).status == 403
    assert ada.post(f"/posts/{post}/remove", {}).status == 400
    assert ada.post(f"/posts/{post}/remove", {"reason": "Rule 1."})["action"] == "removed"
    assert ada.post(f"/posts/{post}/remove", {"reason": "Rule 1."})["action"] == "none"
    shown = client.get(f"/posts/{post}")["post"]
    assert (shown["is_deleted"], shown["removed_reason"]) == (True, "Rule 1.")
    assert shown["content"] == ""
    assert queue(ada) == []
    assert client.get("/submolts/reefs")["submolt"]["post_count"] == 0
    assert ada.post(f"/posts/{post}/restore", {})["action"] == "restored"
    assert client.get(f"/posts/{post}")["post"]["content"] == "x"
    assert client.get("/submolts/reefs")["submolt"]["post_count"] == 1
    assert log(client) == [("restore", "moderator", None), ("remove", "moderator", "Rule 1.")]


def test_what_its_author_deleted_cannot_be_restored(client: Client, ada: Client) -> None:
    bob = client.join("bob")
    post = a_post(bob)
    bob.delete(f"/posts/{post}")
    assert ada.post(f"/posts/{post}/restore", {})["action"] == "none"
    assert client.get(f"/posts/{post}")["post"]["is_deleted"] is True


def test_comments_are_moderated_too(client: Client, ada: Client) -> None:
    bob = client.join("bob")
    post = a_post(bob)
    comment = bob.post(f"/posts/{post}/comments", {"content": "Rude."})["comment"]["id"]
    assert ada.post(f"/comments/{comment}/report", {"reason": "Rude."}).status == 200
    assert ada.post(f"/comments/{comment}/remove", {"reason": "Rule 2."})["action"] == "removed"
    page = client.get(f"/posts/{post}")
    assert page["post"]["comment_count"] == 0
    assert page["comments"] == [] or page["comments"][0]["content"] == "[deleted]"
    assert ada.post(f"/comments/{comment}/restore", {})["action"] == "restored"
    assert client.get(f"/posts/{post}")["post"]["comment_count"] == 1


def test_a_moderator_approves_what_is_held(client: Client, ada: Client) -> None:
    bob = client.join("bob")
    post = a_post(bob, CRYPTO)
    assert client.get(f"/posts/{post}").status == 404
    (case,) = queue(ada)
    assert (case["target_id"], case["by"], case["status"]) == (post, "network", "held")
    assert ada.get(f"/posts/{post}").status == 200
    assert bob.post(f"/posts/{post}/approve", {}).status in (403, 404)
    assert ada.post(f"/posts/{post}/approve", {"reason": "Irony."})["action"] == "approved"
    assert client.get(f"/posts/{post}")["post"]["verification_status"] == "verified"
    assert queue(ada) == []
    assert ada.post(f"/posts/{post}/approve", {})["action"] == "none"
    assert client.get("/agents/profile", name="bob")["agent"]["posts_count"] == 1


def test_crypto_is_welcome_where_it_is_allowed(client: Client, ada: Client) -> None:
    ada.patch("/submolts/reefs/settings", {"allow_crypto": True})
    assert client.get(f"/posts/{a_post(client.join('bob'), CRYPTO)}").status == 200


def test_a_moderator_mutes_for_a_while(client: Client, ada: Client, clock: ManualClock) -> None:
    bob = client.join("bob")
    post = a_post(bob)
    mute = {"agent_name": "bob", "reason": "Calm down.", "hours": 2}
    assert bob.post("/submolts/reefs/mutes", mute).status == 403
    assert ada.post("/submolts/reefs/mutes", {**mute, "agent_name": "ada"}).status == 400
    assert ada.post("/submolts/reefs/mutes", mute)["action"] == "muted"
    answer = bob.post(f"/posts/{post}/comments", {"content": "But!"})
    assert (answer.status, answer["code"]) == (403, "muted")
    clock.advance(2 * HOUR_MS)
    assert bob.post(f"/posts/{post}/comments", {"content": "But!"}).status == 201


class TestOperators:
    def test_only_operators_come_in(self, client: Client, house: House, ada: Client) -> None:
        owner = operator_of(client, house, operator=False)
        brake = {"scope": "network", "reason": "Why not?"}
        assert client.post("//api/v1/operator/brakes", brake).status == 401
        assert ada.post("//api/v1/operator/brakes", brake).status == 401
        assert owner.post("//api/v1/operator/brakes", brake).status == 403
        assert owner.get("//api/v1/operator/queue").status == 403
        assert owner.get("//api/v1/operator/brakes").status == 403

    def test_the_brake_on_everything(self, client: Client, house: House, ada: Client) -> None:
        olga = operator_of(client, house)
        post = a_post(ada)
        bob = client.join("bob")
        assert olga.post("/operator/brakes", {"scope": "network"}).status == 400
        pulled = olga.post("/operator/brakes", {"scope": "network", "reason": "Flood."})
        assert pulled["action"] == "frozen"
        for answer in (
            bob.post(f"/posts/{post}/upvote"),
            ada.delete(f"/posts/{post}"),
            client.post("/agents/register", {"name": "eve"}),
        ):
            assert (answer.status, answer["code"]) == (503, "frozen")
            assert "Flood." in answer["error"]
            assert answer.headers["retry-after"].isdigit()
        assert client.get(f"/posts/{post}").status == 200
        assert olga.get("/operator/brakes")["brakes"][0]["reason"] == "Flood."
        assert olga.delete("/operator/brakes", {"scope": "network"})["action"] == "released"
        assert olga.delete("/operator/brakes", {"scope": "network"})["action"] == "none"
        assert bob.post(f"/posts/{post}/upvote").status == 200
        actions = [entry["action"] for entry in client.get("/moderation")["entries"]]
        assert actions == ["release", "freeze"]

    def test_the_brake_on_one_submolt(self, client: Client, house: House, ada: Client) -> None:
        olga, bob = operator_of(client, house), client.join("bob")
        post, elsewhere = a_post(ada), a_post(ada, "y", "general")
        brake = {"scope": "submolt", "what": "reefs", "reason": "Storm."}
        assert olga.post("/operator/brakes", {**brake, "what": "nowhere"}).status == 404
        assert olga.post("/operator/brakes", brake).status == 200
        for answer in (
            bob.post(f"/posts/{post}/upvote"),
            bob.post(f"/posts/{post}/comments", {"content": "x"}),
            bob.post("/posts", {"submolt_name": "reefs", "title": "x", "content": "x"}),
            ada.post(f"/posts/{post}/pin"),
            ada.patch("/submolts/reefs/settings", {"description": "x"}),
        ):
            assert (answer.status, answer["code"]) == (503, "frozen")
        assert bob.post(f"/posts/{elsewhere}/upvote").status == 200
        assert client.get("/submolts/reefs")["submolt"]["frozen_reason"] == "Storm."
        assert olga.delete("/operator/brakes", brake).status == 200
        assert bob.post(f"/posts/{post}/upvote").status == 200

    def test_decisions_and_suspensions(
        self, client: Client, house: House, ada: Client, clock: ManualClock
    ) -> None:
        olga, bob = operator_of(client, house), client.join("bob")
        post = a_post(bob, CRYPTO, "general")
        assert [one["target_id"] for one in olga.get("/operator/queue")["reports"]] == [post]
        decision = {"action": "approve", "target_type": "post", "target_id": post}
        assert olga.post("/operator/decisions", decision)["action"] == "approved"
        clock.advance(1)
        suspended = olga.post("/operator/agents/bob/suspension", {"hours": 3, "reason": "Floods."})
        assert suspended["action"] == "suspended"
        answer = bob.post(f"/posts/{post}/comments", {"content": "x"})
        assert (answer.status, answer["code"]) == (403, "suspended")
        clock.advance(3 * HOUR_MS)
        assert bob.post(f"/posts/{post}/comments", {"content": "x"}).status == 201
        log = client.get("/moderation")["entries"]
        assert [entry["action"] for entry in log] == ["suspend", "approve"]
        assert {entry["by_role"] for entry in log} == {"operator"}
