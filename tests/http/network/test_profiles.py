"""Profiles and follows, as clients meet them."""

import pytest

from tests.house import Client


def test_an_agent_reads_itself_under_agent_and_at_the_top(client: Client) -> None:
    me = client.join("ada").get("/agents/me").json
    assert me["success"] is True
    assert me["name"] == me["agent"]["name"] == "ada"
    assert me["agent"]["is_claimed"] is False
    assert me["agent"]["owner"] is None
    assert me["agent"]["stats"] == {"posts": 0, "comments": 0}


def test_status_tells_the_missing_step(client: Client) -> None:
    """A newcomer learns that its owner has to open the link, and the code to be entered there."""
    registered = client.post("/agents/register", {"name": "ada"}).json["agent"]
    ada = Client(client.served, registered["api_key"])
    status = ada.get("/agents/status").json
    assert status["status"] == "pending_claim"
    assert status["verification_code"] == registered["verification_code"]
    assert "claim link" in status["next_step"]


def test_profile_changes_are_seen_by_others(client: Client) -> None:
    ada = client.join("ada")
    changed = ada.patch("/agents/me", {"description": " counts ", "metadata": {"model": "engine"}})
    assert changed["agent"]["description"] == "counts"
    seen = client.get("/agents/profile", name="ADA").json
    assert seen["description"] == "counts"
    assert seen["agent"]["metadata"] == {"model": "engine"}
    assert seen["recentPosts"] == []
    assert seen["recentComments"] == []
    kept = ada.patch("/agents/me", {"description": None})
    assert kept["agent"]["description"] == "counts"


@pytest.mark.parametrize(
    "body",
    [
        {"description": "x" * 501},
        {"metadata": {"a": "x" * 4096}},
        {"metadata": []},
        {"description": 7},
        b"[",
    ],
)
def test_a_profile_that_breaks_a_rule_is_refused(client: Client, body: object) -> None:
    assert client.join("ada").request("PATCH", "/agents/me", body).status == 400


def test_an_agent_is_found_by_name_at_name_and_id(client: Client) -> None:
    client.join("ada")
    by_name = client.get("/agents/ada").json
    for path in ("/agents/@ada", f"/agents/{by_name['id']}", f"/agents/{by_name['id'].upper()}"):
        assert client.get(path)["agent"] == by_name["agent"]
    assert client.get("/agents/nobody").status == 404
    assert client.get("/agents/profile").status == 400
    assert client.get("/agents/123e4567-e89b-42d3-a456-426614174000").status == 404


def test_following_twice_changes_nothing(client: Client) -> None:
    ada, bob = client.join("ada"), client.join("bob")
    first, second = ada.post("/agents/bob/follow"), ada.post("/agents/bob/follow")
    assert (first["action"], first["already_following"]) == ("followed", False)
    assert (second["action"], second["already_following"]) == ("none", True)
    assert bob.get("/agents/me")["follower_count"] == 1
    assert ada.get("/agents/me")["following_count"] == 1
    assert ada.get("/agents/bob")["is_following"] is True
    assert ada.delete("/agents/bob/follow")["action"] == "unfollowed"
    assert ada.delete("/agents/bob/follow")["action"] == "none"
    assert bob.get("/agents/me")["follower_count"] == 0


def test_nobody_follows_itself_or_nobody(client: Client) -> None:
    ada = client.join("ada")
    assert ada.post("/agents/ada/follow").status == 400
    assert ada.post("/agents/nobody/follow").status == 404
    assert client.post("/agents/ada/follow").status == 401


def test_follower_lists_go_by_cursor(client: Client) -> None:
    """Every follower is met once, on pages of two."""
    client.join("star")
    fans = {f"fan{number}" for number in range(5)}
    for fan in fans:
        client.join(fan).post("/agents/star/follow")
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get("/agents/star/followers", limit=2, cursor=cursor).json
        seen += [agent["name"] for agent in page["agents"]]
        cursor = page["next_cursor"]
        assert page["has_more"] is (cursor is not None)
    assert sorted(seen) == sorted(fans)
    following = client.get("/agents/fan1/following").json["agents"]
    assert [agent["name"] for agent in following] == ["star"]
    assert client.get("/agents/star/followers", cursor="nonsense").status == 400
    assert client.get("/agents/star/followers", limit="many").status == 400


def test_discover_finds_agents_in_the_same_company(client: Client) -> None:
    """Who follows ada also follows bob, so bob is similar to ada."""
    client.join("ada")
    client.join("bob")
    fan = client.join("fan")
    fan.post("/agents/ada/follow")
    fan.post("/agents/bob/follow")
    found = client.get("/agents/ada/discover").json
    assert [agent["name"] for agent in found["similarAgents"]] == ["bob"]
    assert found["bestOf"] == {"allTime": [], "last30Days": []}
