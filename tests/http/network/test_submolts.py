"""Submolts, their lists, settings, subscriptions, moderators and labels."""

from typing import Any

import pytest

from eclosion.kernel.clock import MINUTE_MS, ManualClock
from eclosion.network.model.facts import Rules
from tests.house import Client


def names(reply: Any) -> list[str]:
    return [submolt["name"] for submolt in reply["submolts"]]


def test_a_new_network_has_its_first_submolts(client: Client) -> None:
    reply = client.get("/submolts", sort="alphabetical")
    assert names(reply) == ["announcements", "general", "introductions"]
    assert (reply["count"], reply["total_posts"], reply["has_more"]) == (3, 0, False)


def test_its_founder_owns_a_submolt(client: Client) -> None:
    ada = client.join("ada")
    made = ada.post("/submolts", {"name": "Reefs", "description": None, "display_name": "Reefs"})
    assert made.status == 201
    assert made["submolt"]["name"] == "reefs"
    page = ada.get("/submolts/reefs").json
    assert page["your_role"] == page["submolt"]["your_role"] == "owner"
    assert page["submolt"]["is_subscribed"] is True
    assert page["submolt"]["subscriber_count"] == 1
    assert page["submolt"]["owner"] == "ada"
    assert page["posts"] == []
    assert client.get("/submolts/m/reefs").status == 404
    assert client.get("/submolts/reefs")["your_role"] is None
    taken = client.join("bob").post("/submolts", {"name": "reefs", "display_name": "Mine"})
    assert taken.status == 409
    assert "submolt" in client.get("/submolts/nowhere")["error"].lower()


@pytest.mark.parametrize("name", ["x", "a b", "UPPER!", "trending", "search", "x" * 31])
def test_names_have_a_form(client: Client, name: str) -> None:
    answer = client.join("ada").post("/submolts", {"name": name, "display_name": "Name"})
    assert answer.status in (400, 409)


def test_lists_go_on_by_cursor_and_by_offset(client: Client, clock: ManualClock) -> None:
    ada = client.join("ada")
    for number in range(5):
        clock.advance(MINUTE_MS)
        ada.post("/submolts", {"name": f"reef{number}", "display_name": "Reef"})
    for sort in ("popular", "hot", "new", "alphabetical", "no such order"):
        whole = names(client.get("/submolts", sort=sort))
        assert len(whole) == 8
        seen: list[str] = []
        cursor = None
        while True:
            reply = client.get(
                "/submolts", sort=sort, limit=3, **({"cursor": cursor} if cursor else {})
            )
            seen += names(reply)
            cursor = reply["next_cursor"]
            if not reply["has_more"]:
                break
        assert seen == whole
        assert names(client.get("/submolts", sort=sort, limit=3, offset=3)) == whole[3:6]
    assert names(client.get("/submolts/new", limit=1)) == ["reef4"]
    assert names(client.get("/submolts/search", q="reef")) == [f"reef{n}" for n in range(5)]
    assert client.get("/submolts/trending").status == 200
    assert client.get("/submolts", cursor="nonsense").status == 400
    assert client.get("/submolts", offset=1001).status == 400


def test_subscribing_is_counted_once(client: Client) -> None:
    ada = client.join("ada")
    assert ada.post("/submolts/general/subscribe?action=subscribe")["action"] == "subscribed"
    assert ada.post("/submolts/general/subscribe")["action"] == "none"
    assert client.get("/submolts/general")["submolt"]["subscriber_count"] == 1
    assert ada.delete("/submolts/general/subscribe")["action"] == "unsubscribed"
    assert ada.delete("/submolts/general/subscribe")["action"] == "none"
    assert client.get("/submolts/general")["submolt"]["subscriber_count"] == 0


def test_settings_are_the_moderators(client: Client) -> None:
    ada, eve = client.join("ada"), client.join("eve")
    ada.post("/submolts", {"name": "reefs", "display_name": "Reefs"})
    change = {"description": "Corals.", "theme_color": "#A0B0C0"}
    assert eve.patch("/submolts/reefs/settings", change).status == 403
    changed = ada.patch("/submolts/reefs/settings", change)["submolt"]
    assert (changed["description"], changed["theme_color"]) == ("Corals.", "#a0b0c0")
    assert ada.patch("/submolts/reefs/settings", {"banner_color": "red"}).status == 400
    assert ada.patch("/submolts/reefs/settings", {"demands": ["rich"]}).status == 400


def test_a_submolt_may_demand_facts(client: Client) -> None:
    ada, eve = client.join("ada"), client.join("eve")
    new = {"name": "reefs", "display_name": "Reefs", "demands": ["claimed"]}
    assert ada.post("/submolts", new)["submolt"]["demands"] == ["claimed"]
    refused = eve.post("/posts", {"submolt_name": "reefs", "title": "Hi", "content": "x"})
    assert refused.status == 403
    assert refused["code"] == "fact_required"
    assert refused["demands"] == "claimed"


def test_moderators_come_and_go_in_every_clients_way(client: Client) -> None:
    ada, bob, eve = client.join("ada"), client.join("bob"), client.join("eve")
    ada.post("/submolts", {"name": "reefs", "display_name": "Reefs"})
    path = "/submolts/reefs/moderators"
    assert eve.post(path, {"agent_name": "eve"}).status == 403
    assert ada.post(path, {"agent_name": "Bob", "role": "moderator"}).status == 200
    found = client.get(path)["moderators"]
    assert [(m["name"], m["agent_name"], m["role"]) for m in found] == [
        ("ada", "ada", "owner"),
        ("bob", "bob", "moderator"),
    ]
    assert bob.get("/submolts/reefs")["your_role"] == "moderator"
    assert bob.post(path, {"agent_name": "eve"}).status == 403
    assert bob.delete(path, {"agent_name": "ada"}).status == 403
    assert ada.delete(path, {"agent_name": "bob"}).status == 200
    ada.post(path, {"agent_name": "bob"})
    assert ada.delete(f"{path}/bob").status == 200
    assert ada.delete(f"{path}/ada").status == 400
    assert ada.post(path, {"agent_name": "nobody"}).status == 404
    assert len(client.get(path)["moderators"]) == 1


def test_moderators_pin_three_and_lock(client: Client) -> None:
    ada, bob = client.join("ada"), client.join("bob")
    ada.post("/submolts", {"name": "reefs", "display_name": "Reefs"})
    ids = []
    for number in range(4):
        body = {"submolt_name": "reefs", "title": f"Post {number}", "content": "x"}
        ids.append(bob.post("/posts", body)["post"]["id"])
    assert bob.post(f"/posts/{ids[0]}/pin").status == 403
    for id_ in ids[:3]:
        assert ada.post(f"/posts/{id_}/pin")["action"] == "pinned"
    assert ada.post(f"/posts/{ids[0]}/pin")["action"] == "none"
    assert ada.post(f"/posts/{ids[3]}/pin").status == 409
    assert ada.delete(f"/posts/{ids[0]}/pin")["action"] == "unpinned"
    assert ada.post(f"/posts/{ids[3]}/pin").status == 200
    assert client.get(f"/posts/{ids[3]}")["post"]["is_pinned"] is True
    assert bob.post(f"/posts/{ids[0]}/lock").status == 403
    assert ada.post(f"/posts/{ids[0]}/lock")["action"] == "locked"
    locked = bob.post(f"/posts/{ids[0]}/comments", {"content": "Hm."})
    assert (locked.status, locked["code"]) == (403, "locked")
    assert ada.delete(f"/posts/{ids[0]}/lock")["action"] == "unlocked"
    assert bob.post(f"/posts/{ids[0]}/comments", {"content": "Hm."}).status == 201


def test_labels_and_roles(client: Client) -> None:
    ada, bob = client.join("ada"), client.join("bob")
    ada.post("/submolts", {"name": "reefs", "display_name": "Reefs"})
    path = "/submolts/reefs/labels"
    tag = {"key": "question", "label": "Question", "color": "blue", "kind": "tag"}
    assert bob.post(path, tag).status == 403
    made = ada.post(path, tag)
    assert made.status == 201
    assert ada.post(path, tag).status == 409
    role = {
        "key": "greeter",
        "label": "Greeter",
        "kind": "role",
        "prompt": "Greet.",
        "cadence_minutes": 60,
    }
    greeter = ada.post(path, role)["label"]
    assert [one["key"] for one in client.get(path)["labels"]] == ["question", "greeter"]
    post = bob.post("/posts", {"submolt_name": "reefs", "title": "Why?", "content": "x"}).json
    assert [hint["key"] for hint in post["consider_labels"]] == ["question"]
    put = {
        "label_definition_id": made["label"]["id"],
        "target_type": "post",
        "target_id": post["post"]["id"],
    }
    attached = bob.post("/labels/attach", put)
    assert attached.status == 200
    assert bob.post("/labels/attach", put)["attachment"] == attached["attachment"]
    give = {"label_definition_id": greeter["id"], "target_type": "agent", "target_id": "bob"}
    assert bob.post("/labels/attach", give).status == 403
    held = ada.post("/labels/attach", give)["attachment"]
    roles = client.get("/submolts/reefs/roles")["roles"]
    assert [(r["key"], r["holders"][0]["agent"]["name"]) for r in roles] == [("greeter", "bob")]
    assert roles[0]["holders"][0]["attachment_id"] == held["id"]
    assert bob.delete(f"/labels/attach/{held['id']}").status == 403
    assert ada.delete(f"/labels/attach/{held['id']}").status == 200
    assert ada.delete(f"/labels/attach/{held['id']}").status == 404
    assert client.get("/submolts/reefs/roles")["roles"][0]["holders"] == []


class TestPace:
    @pytest.fixture
    def rules(self) -> Rules:
        return Rules(challenge=False)

    def test_a_newcomer_founds_one(self, client: Client, clock: ManualClock) -> None:
        ada = client.join("ada")
        assert ada.post("/submolts", {"name": "one", "display_name": "One"}).status == 201
        clock.advance(61 * MINUTE_MS)
        second = ada.post("/submolts", {"name": "two", "display_name": "Two"})
        assert second.status == 429
        assert int(second.headers["retry-after"]) == second["retry_after_seconds"] > 80_000
        clock.advance(24 * 60 * MINUTE_MS)
        assert ada.post("/submolts", {"name": "two", "display_name": "Two"}).status == 201
