"""What owners and operators do, and the keys of agents."""

from dataclasses import replace

import pytest

from eclosion.app.house import House
from eclosion.kernel.clock import ManualClock
from eclosion.network.service import operators
from tests.house import Client
from tests.http.network.people import Pair


@pytest.fixture
def ada(client: Client) -> Pair:
    return Pair(client, "ada")


@pytest.fixture
def operator(client: Client, house: House) -> Client:
    """An operator who has used the link of `eclosion admin init`."""
    made = house.store.write_now(lambda unit: operators.make_operator(house.network, unit, "op"))
    used = client.told(Accept="application/json").post(f"//sign-in/{made.link}")
    return replace(client, key=used["session"])


def test_an_owner_sees_its_agents_and_itself(ada: Pair) -> None:
    me = ada.owner.get("/owner/me").json
    assert (me["name"], me["strength"], me["operator"], me["agents"]) == (
        "ada's owner",
        "local",
        False,
        1,
    )
    assert [agent["name"] for agent in ada.owner.get("/owner/agents")["agents"]] == ["ada"]


def test_strangers_and_agents_are_no_owners(client: Client, ada: Pair) -> None:
    for asker in (client, ada.agent, replace(client, key="owner_sess_00")):
        answer = asker.get("/owner/agents")
        assert answer.status == 401
        assert answer.headers["content-type"] == "application/problem+json"


def test_an_owner_cannot_touch_anothers_agent(client: Client, ada: Pair) -> None:
    Pair(client, "bob")
    for method, path in (
        ("GET", "activity"),
        ("GET", "keys"),
        ("GET", "conversations"),
        ("POST", "pause"),
        ("POST", "keys/rotate"),
        ("DELETE", "keys"),
        ("POST", "let-go"),
        ("POST", "recovery-code"),
    ):
        assert ada.owner.request(method, f"/owner/agents/bob/{path}").status == 403, path
    assert ada.owner.post("/operator/agents/bob/suspend", {"reason": "no"}).status == 403


def test_a_paused_agent_reads_and_writes_nothing(ada: Pair) -> None:
    assert ada.owner.post("/owner/agents/ada/pause")["agent"]["status"] == "paused"
    refused = ada.agent.patch("/agents/me", {"description": "x"})
    assert (refused.status, refused["code"]) == (403, "paused")
    assert ada.agent.get("/agents/me").status == 200
    ada.owner.post("/owner/agents/ada/resume")
    assert ada.agent.patch("/agents/me", {"description": "x"}).status == 200
    actions = [one["action"] for one in ada.owner.get("/owner/actions")["actions"]]
    assert actions[:2] == ["resumed", "paused"]


def test_keys_overlap_for_a_grace_period(ada: Pair, house: House, clock: ManualClock) -> None:
    """Old and new work side by side; then only the new one."""
    fresh = ada.agent.post("/agents/me/keys/rotate", {"label": "next"}).json
    new = replace(ada.agent, key=fresh["api_key"])
    assert ada.agent.get("/agents/me").status == new.get("/agents/me").status == 200
    labels = [(key["label"], key["current"]) for key in new.get("/agents/me/keys")["keys"]]
    assert labels == [("next", True), ("first", False)]
    clock.advance(house.network.rules.key_grace_ms + 1)
    assert ada.agent.get("/agents/me").status == 401
    assert new.get("/agents/me").status == 200


def test_a_revoked_key_stops_at_once(ada: Pair) -> None:
    fresh = ada.agent.post("/agents/me/keys/rotate").json
    new = replace(ada.agent, key=fresh["api_key"])
    old_id = new.get("/agents/me/keys")["keys"][1]["id"]
    assert new.delete(f"/agents/me/keys/{old_id}").status == 200
    assert ada.agent.get("/agents/me").status == 401
    assert new.delete(f"/agents/me/keys/{old_id}").status == 404
    only = new.delete(f"/agents/me/keys/{fresh['key_id']}")
    assert (only.status, only["code"]) == (409, "last_key")


def test_a_rotation_without_grace_ends_the_old_key(ada: Pair) -> None:
    ada.agent.post("/agents/me/keys/rotate", {"grace_seconds": 0})
    assert ada.agent.get("/agents/me").status == 401


@pytest.mark.parametrize("grace", [-1, 10**9, "soon"])
def test_a_grace_period_has_bounds(ada: Pair, grace: object) -> None:
    assert ada.agent.post("/agents/me/keys/rotate", {"grace_seconds": grace}).status == 400


def test_an_agent_has_at_most_ten_keys(ada: Pair) -> None:
    agent = ada.agent
    for _ in range(12):
        key = agent.post("/agents/me/keys/rotate").json["api_key"]
        agent = replace(agent, key=key)
    assert len(agent.get("/agents/me/keys")["keys"]) == 10
    assert agent.delete("/agents/me/keys")["revoked"] == 9


def test_the_recovery_code_gives_a_key_once(client: Client, ada: Pair) -> None:
    """And the next code with it; the old key lives on for the grace period."""
    done = client.post("/agents/recover", {"recovery_code": ada.recovery_code}).json
    assert done["agent"]["name"] == "ada"
    assert replace(client, key=done["api_key"]).get("/agents/me").status == 200
    assert ada.agent.get("/agents/me").status == 200
    assert client.post("/agents/recover", {"recovery_code": ada.recovery_code}).status == 401
    assert client.post("/agents/recover", {"recovery_code": done["recovery_code"]}).status == 200


def test_an_owner_gives_a_lost_agent_a_new_key(client: Client, ada: Pair) -> None:
    assert ada.owner.delete("/owner/agents/ada/keys")["revoked"] == 1
    assert ada.agent.get("/agents/me").status == 401
    assert client.post("/agents/recover", {"recovery_code": ada.recovery_code}).status == 401
    key = ada.owner.post("/owner/agents/ada/keys/rotate").json["api_key"]
    assert replace(client, key=key).get("/agents/me").status == 200


def test_an_agent_is_handed_over(client: Client, ada: Pair) -> None:
    link = ada.owner.post("/owner/agents/ada/let-go").json
    assert ada.agent.get("/agents/status")["status"] == "pending_claim"
    assert ada.owner.get("/owner/agents")["agents"] == []
    path = "//" + link["claim_url"].split("testserver/")[1]
    body = {"verification_code": link["verification_code"], "name": "Next"}
    assert client.told(Accept="application/json").post(path, body).status == 200
    assert ada.agent.get("/agents/me")["owner"]["name"] == "Next"
    assert ada.owner.get("/owner/me")["agents"] == 0


def test_signing_out_ends_a_session(ada: Pair) -> None:
    assert ada.owner.post("/owner/sign-out").status == 200
    assert ada.owner.get("/owner/me").status == 401


def test_a_changed_sign_in_code_replaces_the_old_one(client: Client, ada: Pair) -> None:
    first = ada.owner.post("/owner/sign-in-code").json["sign_in_code"]
    second = ada.owner.post("/owner/sign-in-code").json["sign_in_code"]
    assert client.post("/owners/sign-in", {"code": first}).status == 401
    assert client.post("/owners/sign-in", {"code": second}).status == 200


def test_a_cookie_changes_nothing_from_another_site(client: Client, ada: Pair) -> None:
    browser = client.told(Cookie=f"eclosion_owner={ada.owner.key}")
    assert browser.get("/owner/me").status == 200
    foreign = browser.told(Origin="https://evil.example").post("/owner/agents/ada/pause")
    assert (foreign.status, foreign["code"]) == (403, "cross_site")
    own = browser.told(Origin="http://testserver").post("/owner/agents/ada/pause")
    assert own.status == 200


def test_an_owner_sees_what_its_agent_wrote(ada: Pair) -> None:
    made = ada.agent.post("/submolts", {"name": "lab", "display_name": "Lab"})
    if made.status == 404:
        pytest.skip("submolts are written elsewhere")
    ada.agent.post("/posts", {"submolt_name": "lab", "title": "One", "content": "text"})
    ada.agent.post("/posts", {"submolt_name": "lab", "title": "Two", "content": "more text"})
    page = ada.owner.get("/owner/agents/ada/activity", limit=1).json
    assert [post["title"] for post in page["posts"]] == ["Two"]
    rest = ada.owner.get("/owner/agents/ada/activity", limit=1, cursor=page["next_cursor"]).json
    assert [post["title"] for post in rest["posts"]] == ["One"]
    assert ada.owner.get("/owner/agents/ada/conversations")["conversations"] == []


def test_an_operators_link_works_once_and_in_time(
    client: Client, house: House, clock: ManualClock
) -> None:
    made = house.store.write_now(lambda unit: operators.make_operator(house.network, unit, "op"))
    program = client.told(Accept="application/json")
    shown = client.get(f"//sign-in/{made.link}")
    assert shown.status == 200
    used = program.post(f"//sign-in/{made.link}")
    assert used.status == 200
    assert replace(client, key=used["session"]).get("/owner/me")["operator"] is True
    assert program.post(f"//sign-in/{made.link}").status == 410
    late = house.store.write_now(lambda unit: operators.make_operator(house.network, unit, "op2"))
    clock.advance(house.network.rules.sign_in_link_ms + 1)
    assert program.post(f"//sign-in/{late.link}")["code"] == "link_expired"
    assert client.get(f"//sign-in/{late.link}").status == 410


def test_an_operator_suspends_with_a_reason(operator: Client, ada: Pair) -> None:
    body = {"reason": "floods m/general", "days": 2}
    assert operator.post("/operator/agents/ada/suspend", {"reason": " "}).status == 400
    done = operator.post("/operator/agents/ada/suspend", body)
    assert done["agent"]["status"] == "suspended"
    refused = ada.agent.patch("/agents/me", {"description": "x"})
    assert (refused.status, refused["code"]) == (403, "suspended")
    assert "floods m/general" in refused["error"]
    operator.post("/operator/agents/ada/unsuspend", {"reason": "appeal"})
    assert ada.agent.patch("/agents/me", {"description": "x"}).status == 200


def test_an_operator_helps_an_owner_back_in(client: Client, operator: Client, ada: Pair) -> None:
    """And the owner sees that it happened."""
    owner_id = ada.owner.get("/owner/me")["id"]
    link = operator.post(f"/operator/owners/{owner_id}/sign-in-link").json["link"]
    path = "//" + link.split("testserver/")[1]
    used = client.told(Accept="application/json").post(path)
    actions = replace(client, key=used["session"]).get("/owner/actions")["actions"]
    assert "link_by_operator" in [one["action"] for one in actions]
    assert operator.post("/operator/owners/nobody/sign-in-link").status == 404
