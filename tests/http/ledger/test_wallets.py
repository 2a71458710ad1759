"""Wallets over HTTP: an agent pays within its owner's terms, the owner decides, and nobody else does."""

from eclosion.app.house import House
from eclosion.ledger.model.wallets import Sort
from eclosion.ledger.service.verifying import verify
from eclosion.ledger.service.wallets import issue, open_wallet
from eclosion.network.store.agents import agent_by_name
from eclosion.store import Unit
from tests.http.network.people import Pair


def pay(who: Pair, key: str, amount: int = 10, **more: str) -> dict[str, object]:
    answer = who.agent.post("/wallet/payments", {"to": "bob", "amount": amount, "key": key, **more})
    told: dict[str, object] = answer.json
    return told


def test_an_agent_pays_once_and_sees_it(house: House, ada: Pair, bob: Pair) -> None:
    first, again = pay(ada, "k1", 30), pay(ada, "k1", 30)
    assert (first["state"], first["again"], again["again"]) == ("spent", False, True)
    assert first["id"] == again["id"]
    told = ada.agent.get("/wallet?limit=1").json
    assert (told["wallet"]["available"], told["transfers"][0]["amount"]) == (970, -30)
    before = ada.agent.get(f"/wallet?limit=1&before={told['next_before']}").json
    assert (before["transfers"][0]["amount"], before["next_before"]) == (1_000, 0)
    assert bob.agent.get("/wallet")["transfers"][0]["amount"] == 30
    assert house.store.read_now(verify).breaches == []


def test_bad_payments_are_named(ada: Pair, bob: Pair) -> None:
    for body, status, code in (
        ({"to": "bob", "amount": 0, "key": "a"}, 400, "invalid_request"),
        ({"to": "bob", "amount": -5, "key": "a"}, 400, "invalid_request"),
        ({"to": "bob", "amount": 2**70, "key": "a"}, 400, "invalid_request"),
        ({"to": "bob", "amount": 5, "key": ""}, 400, "invalid_request"),
        ({"to": "bob", "amount": 5, "key": "a" * 300}, 400, "invalid_request"),
        ({"to": "ada", "amount": 5, "key": "a"}, 409, "transfer_refused"),
        ({"to": "nobody", "amount": 5, "key": "a"}, 404, "agent_not_found"),
        ({"to": "bob", "amount": 1_001, "key": "a"}, 409, "insufficient_credits"),
    ):
        answer = ada.agent.post("/wallet/payments", body)
        assert (answer.status, answer["code"]) == (status, code), body
    assert ada.agent.get("/wallet?before=-1").status == 400
    assert ada.agent.get("/wallet")["wallet"]["available"] == 1_000
    assert bob.agent.get("/wallet").status == 404


def test_an_owners_terms_stop_the_third_payment(ada: Pair, bob: Pair) -> None:
    at = "/owner/agents/ada/wallet"
    bound = ada.owner.request("PUT", f"{at}/terms", {"budgets": [{"amount": 25}]})
    assert bound["terms"]["left"] == [25]
    assert [pay(ada, key)["state"] for key in ("a", "b")] == ["spent", "spent"]
    stopped = ada.agent.post("/wallet/payments", {"to": "bob", "amount": 10, "key": "c"})
    assert (stopped.status, stopped["code"], stopped["constraint"]) == (
        403,
        "mandate_refused",
        "budget",
    )
    assert ada.owner.get(at)["terms"]["left"] == [5]
    assert bob.owner.get(at).status == 403
    assert ada.agent.get(at).status == 401


def test_an_owner_approves_refuses_and_revokes(ada: Pair, bob: Pair) -> None:
    at = "/owner/agents/ada/wallet"
    ada.owner.request("PUT", f"{at}/terms", {"approval_above": 50})
    ids = [pay(ada, key, 100)["id"] for key in ("a", "b", "c")]
    waiting = ada.owner.get(at).json["waiting"]
    assert {one["id"] for one in waiting} == set(ids)
    assert ada.owner.get(at)["wallet"]["set_aside"] == 300
    assert ada.owner.post(f"{at}/payments/{ids[0]}/approve")["state"] == "spent"
    assert ada.owner.post(f"{at}/payments/{ids[1]}/refuse")["state"] == "refused"
    assert ada.owner.post(f"{at}/payments/{ids[1]}/approve").status == 404
    assert ada.owner.post(f"{at}/payments/zz/approve").status == 404
    assert ada.owner.post(f"{at}/revoke")["freed"] == 1
    refused = ada.agent.post("/wallet/payments", {"to": "bob", "amount": 1, "key": "d"})
    assert (refused.status, refused["constraint"]) == (403, "revoked")
    assert ada.owner.get(at)["wallet"]["available"] == 900
    bad = ada.owner.request("PUT", f"{at}/terms", {"amount_min": 5, "amount_max": 1})
    assert bad.status == 400


def test_an_owner_funds_an_agent_from_a_wallet_of_its_own(
    house: House, ada: Pair, bob: Pair
) -> None:
    assert ada.owner.get("/owner/wallet").status == 404
    at = "/owner/agents/ada/wallet/fund"
    empty = ada.owner.post(at, {"amount": 5, "key": "a"})
    assert (empty.status, empty["code"]) == (409, "insufficient_credits")

    def fill(unit: Unit) -> None:
        agent = agent_by_name(unit, "ada")
        assert agent is not None
        account = open_wallet(house.ledger, unit, Sort.OWNER, agent.owner_id)
        issue(house.ledger, unit, account.id, 300, 2)

    house.store.write_now(fill)
    for again in (False, True):
        done = ada.owner.post(at, {"amount": 100, "key": "b"})
        assert (done.status, done["again"]) == (201, again)
        assert (done["own"]["available"], done["wallet"]["available"]) == (200, 1_100)
    assert [one["amount"] for one in ada.owner.get("/owner/wallet")["transfers"]] == [-100, 300]
    assert ada.owner.post(at, {"amount": 201, "key": "c"}).status == 409
    for body in ({"amount": 0, "key": "d"}, {"amount": -1, "key": "e"}, {"amount": 1, "key": ""}):
        assert ada.owner.post(at, body).status == 400
    assert bob.owner.post(at, {"amount": 1, "key": "f"}).status == 403
    assert ada.agent.post(at, {"amount": 1, "key": "g"}).status == 401
    assert house.store.read_now(verify).breaches == []
