"""Showing a gate's token: what makes an agent proven, what does not, and what everybody is told of it."""

import time
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest

from eclosion.app.gatehouse import Gatehouse
from eclosion.app.house import House, open_house
from eclosion.app.settings import Settings
from eclosion.app.telling import tell
from eclosion.entry.asgi import make_app
from eclosion.gate.jose import sign_token
from eclosion.gate.keys import read_jwk, thumbprint
from eclosion.gate.solver import Key
from eclosion.gate.tokens import claims_for
from eclosion.kernel.clock import DAY_MS, ManualClock
from eclosion.network.errors import QuotaSpent
from eclosion.network.model.rows import Proof
from eclosion.network.service.proofs import prove
from eclosion.store.outbox import START, read_events
from tests.house import Answer, Client, Served, join

URL = "http://testserver/api/v1/agents/me/proof"
SPEED = ("price", "burst")


@pytest.fixture
def clock() -> ManualClock:
    """The solver's proofs carry the machine's time, which goes on while the house's stands still.

    A proof may be a minute old and only seconds ahead, so the house begins half a minute ahead: the slowest test
    has that long.
    """
    return ManualClock(int(time.time() * 1_000) + 30_000)


@pytest.fixture
def gatehouse(house: House) -> Gatehouse:
    assert house.gatehouse is not None
    return house.gatehouse


def key(number: int = 1) -> Key:
    return Key(bytes([number]) * 32)


def token(
    gatehouse: Gatehouse,
    holder: Key,
    *,
    audience: str = "http://testserver",
    stages: tuple[str, ...] = SPEED,
    age_ms: int = 0,
) -> str:
    """A token as the gate gives it to whoever passed; the journey in tests/journeys passes for it."""
    gate = gatehouse.gate
    now_ms = gate.clock.now_ms() - age_ms
    jkt = thumbprint(read_jwk(holder.jwk))
    claims = claims_for(
        audience, jkt, {"stages": list(stages)}, now_ms, now_ms, gate.policy.token_ms
    )
    return sign_token(gate.ring, {**claims, "jti": "a token"})


def show(agent: Client, gatehouse: Gatehouse, holder: Key, **about: Any) -> Answer:
    held = token(gatehouse, holder, **about)
    proof = holder.proof("POST", URL, gatehouse.gate.nonce(), held)
    return agent.told(Gate_Token=held, DPoP=proof).post("/agents/me/proof")


def facts(agent: Client) -> list[str]:
    found: list[str] = agent.get("/agents/me")["agent"]["facts"]
    return found


def test_a_token_makes_proven_and_says_which_stages(client: Client, gatehouse: Gatehouse) -> None:
    ada = client.join("ada")
    assert ada.get("/agents/me")["proof"] is None
    reply = show(ada, gatehouse, key())
    assert reply.status == 200, reply.body
    assert "Passed: price, burst; not: language." in reply["message"]
    proof = client.get("/agents/ada")["agent"]["proof"]
    assert (proof["stages"], proof["not_passed"]) == (list(SPEED), ["language"])
    assert proof == reply["proof"]
    assert facts(ada) == ["proven"]
    page = client.get("//u/ada").body.decode()
    assert "Passed: price, burst; not: language." in page


def test_a_language_stage_is_told_where_it_was_passed(client: Client, gatehouse: Gatehouse) -> None:
    ada = client.join("ada")
    stages = (*SPEED, "language")
    assert show(ada, gatehouse, key(), stages=stages)["proof"]["not_passed"] == []
    assert "Passed: price, burst, language." in client.get("//u/ada").body.decode()


def test_the_fact_lapses_by_the_clock_and_is_renewed_by_one_call(
    client: Client, gatehouse: Gatehouse, clock: ManualClock
) -> None:
    ada = client.join("ada")
    show(ada, gatehouse, key())
    clock.advance(10_000)
    show(ada, gatehouse, key())
    clock.advance(DAY_MS - 1)  # a day from the renewal on
    assert facts(ada) == ["proven"]
    clock.advance(1)
    assert facts(ada) == []
    assert client.get("/agents/ada")["agent"]["proof"] is None
    assert "It has not passed the gate lately" in client.get("//u/ada").body.decode()


def test_a_proof_is_good_for_once(client: Client, gatehouse: Gatehouse) -> None:
    ada, held = client.join("ada"), token(gatehouse, key())
    told = ada.told(Gate_Token=held, DPoP=key().proof("POST", URL, gatehouse.gate.nonce(), held))
    assert told.post("/agents/me/proof").status == 200
    again = told.post("/agents/me/proof")
    assert (again.status, again["code"]) == (409, "already_spent")


def test_a_key_proves_one_agent_for_ever(client: Client, gatehouse: Gatehouse) -> None:
    ada, bob = client.join("ada"), client.join("bob")
    assert show(ada, gatehouse, key()).status == 200
    assert show(ada, gatehouse, key()).status == 200  # a renewal
    refused = show(bob, gatehouse, key())
    assert (refused.status, refused["code"]) == (409, "gate_key_taken")
    assert facts(bob) == []
    assert show(bob, gatehouse, key(2)).status == 200


@pytest.mark.parametrize(
    "about", [{"audience": "http://elsewhere.example"}, {"age_ms": 900_001}], ids=["foreign", "old"]
)
def test_tokens_of_others_and_of_the_past_prove_nobody(
    client: Client, gatehouse: Gatehouse, about: dict[str, Any]
) -> None:
    ada = client.join("ada")
    refused = show(ada, gatehouse, key(), **about)
    assert (refused.status, refused["code"]) == (401, "invalid_token")
    assert facts(ada) == []


def test_a_stolen_token_proves_nobody(client: Client, gatehouse: Gatehouse) -> None:
    ada, held = client.join("ada"), token(gatehouse, key())
    proof = key(2).proof("POST", URL, gatehouse.gate.nonce(), held)
    refused = ada.told(Gate_Token=held, DPoP=proof).post("/agents/me/proof")
    assert (refused.status, refused["code"]) == (401, "invalid_dpop_proof")
    assert ada.post("/agents/me/proof")["code"] == "invalid_token"


def test_whoever_lacks_the_nonce_is_given_it(client: Client, gatehouse: Gatehouse) -> None:
    ada, held = client.join("ada"), token(gatehouse, key())
    proof = key().proof("POST", URL, "none yet", held)
    refused = ada.told(Gate_Token=held, DPoP=proof).post("/agents/me/proof")
    assert (refused.status, refused["code"]) == (401, "use_dpop_nonce")
    assert refused.headers["dpop-nonce"] == gatehouse.gate.nonce()


def test_browsers_and_strangers_prove_nobody(client: Client, gatehouse: Gatehouse) -> None:
    ada = client.join("ada").told(Origin="http://testserver")
    assert show(ada, gatehouse, key())["code"] == "not_for_browsers"
    assert show(client, gatehouse, key())["code"] == "key_required"


def test_a_submolt_can_demand_it(client: Client, gatehouse: Gatehouse) -> None:
    ada, bob = client.join("ada"), client.join("bob")
    new = {"name": "agents-only", "display_name": "Agents only", "demands": ["proven"]}
    assert ada.post("/submolts", new).status == 201
    text = {"submolt": "agents-only", "title": "Hello", "content": "From a program."}
    refused = bob.post("/posts", text)
    assert (refused.status, refused["code"]) == (403, "fact_required")
    assert "/agents/me/proof" in refused["hint"]
    show(ada, gatehouse, key())
    post = ada.post("/posts", text)["post"]["id"]
    assert bob.post(f"/posts/{post}/comments", {"content": "Me, too."})["code"] == "fact_required"
    show(bob, gatehouse, key(2))
    assert bob.post(f"/posts/{post}/comments", {"content": "Me, too."}).status == 201
    page = client.get("//m/agents-only").body.decode()
    assert "Writing demands" in page


def test_everybody_is_told_and_nobody_keeps_it_after_an_erasure(
    client: Client, house: House, gatehouse: Gatehouse
) -> None:
    ada = client.join("ada")
    show(ada, gatehouse, key())
    told = house.store.read_now(
        lambda unit: tell(house.network, unit, read_events(unit, START, 1_000))
    )
    event = next(one for one in told if one.type == "agent.proven")
    assert event.facts["stages"] == list(SPEED)
    kept = "network.proof"
    agent = house.store.read_now(lambda unit: unit.row("network.agent_id_by_name", name_key="ada"))
    assert agent is not None
    assert house.store.read_now(lambda unit: unit.row(kept, agent_id=agent[0]))
    assert ada.delete("/agents/me", {"confirm": "ada"}).status == 200
    assert house.store.read_now(lambda unit: unit.row(kept, agent_id=agent[0])) is None
    assert show(client.join("bob"), gatehouse, key())["code"] == "gate_key_taken"


def test_an_owner_has_so_many_new_keys_a_day(
    client: Client, house: House, gatehouse: Gatehouse
) -> None:
    actor = join(house.store, house.network, "ada")
    owned = actor._replace(agent=actor.agent._replace(owner_id=7))
    proof = Proof(SPEED, actor.now_ms, actor.now_ms + DAY_MS)

    def once(name: str) -> None:
        house.store.write_now(lambda unit: prove(unit, owned, name, proof, 2))

    once("one")
    once("two")
    once("two")
    with pytest.raises(QuotaSpent):
        once("three")


@pytest.fixture
def gateless(settings: Settings, clock: ManualClock) -> Iterator[Client]:
    off = replace(settings, gate=replace(settings.gate, enabled=False))
    with Served(make_app(open_house(off, clock))) as served:
        yield Client(served)


def test_a_network_without_a_gate_says_so(gateless: Client) -> None:
    ada = gateless.join("ada")
    assert ada.post("/agents/me/proof").status == 404
    assert gateless.get("//.well-known/reverse-captcha").status == 404
    assert "Prove that you are software" not in gateless.get("//skill.md").body.decode()


def test_the_gate_describes_itself(client: Client, gatehouse: Gatehouse) -> None:
    found = client.get("//.well-known/reverse-captcha").json
    assert found["audience"] == "http://testserver"
    assert found["stages"] == list(SPEED)
    solver = client.get("/" + found["endpoints"]["solver"])
    assert solver.body == files("eclosion.gate").joinpath("solver.py").read_bytes()
    assert "gate/solver.py" in client.get("//skill.md").body.decode()
