"""Many payments in one call: a status for each, chains, the owner's terms, and the same call again."""

from typing import Any

import pytest

from eclosion.app.house import House
from eclosion.app.settings import Settings
from eclosion.ledger.service.verifying import verify
from tests.house import Answer, Client
from tests.http.network.people import Pair

HOUR_MS = 3_600_000


def send(who: Pair, *transfers: dict[str, Any]) -> Answer:
    return who.agent.post("/wallet/transfers", {"transfers": list(transfers)})


def told(answer: Answer) -> list[str]:
    return [one.get("constraint") or one["status"] for one in answer["results"]]


def one(key: str, amount: int = 10, **more: Any) -> dict[str, Any]:
    return {"key": key, "to": "bob", "amount": amount, **more}


def test_each_of_many_has_a_status_and_a_repeat_makes_nothing_twice(
    house: House, ada: Pair, bob: Pair
) -> None:
    batch = [
        one("a", 100),
        one("b", 2_000),
        {"key": "c", "to": "nobody", "amount": 1},
        {"key": "d", "to": "ada", "amount": 1},
        one("e", 0),
        one("f", -5),
        one("g", 2**80),
        {"key": "h", "account": "1", "amount": 1},
        {"key": "i", "account": "no id", "amount": 1},
        {"key": "j", "take": "zz"},
        {"key": "k", "free": "ff"},
        one("a", 100),
        one("a", 99),
        one("l", 1, hold_ms=-1),
        one("m", 1, hold_ms=2**62),
        {"key": "n", "account": f"{1 << 96 | 1 << 64:x}", "amount": 1},
        one("z", 900),
        one("y", 1),
    ]
    answer = send(ada, *batch)
    assert told(answer) == [
        "created",
        "exceeds_credits",
        "credit_account_not_found",
        "accounts_must_be_different",
        "value_out_of_range",
        "value_out_of_range",
        "value_out_of_range",
        "credit_account_not_found",
        "credit_account_not_found",
        "pending_transfer_not_found",
        "pending_transfer_not_found",
        "exists",
        "exists_with_different_amount",
        "value_out_of_range",
        "value_out_of_range",
        "credit_account_not_found",
        "created",
        "exceeds_credits",
    ]
    assert (answer["done"], answer["available"]) == (3, 0)
    again = send(ada, *batch)
    assert [told(again)[at] for at in (0, 1, 11, 12, 16)] == [
        "exists",
        "id_already_failed",
        "exists",
        "exists_with_different_amount",
        "exists",
    ]
    assert again["available"] == 0
    assert bob.agent.get("/wallet")["wallet"]["available"] == 1_000
    assert house.store.read_now(verify).breaches == []


def test_a_chain_happens_as_a_whole_and_may_be_sent_again(ada: Pair, bob: Pair) -> None:
    whole = [one("a", 10, linked=True), one("b", 20)]
    broken = [one("c", 10, linked=True), one("d", 5_000, linked=True), one("e", 1)]
    unheard = [one("f", 10, linked=True), one("g", 0)]
    left_open = [one("h", 1, linked=True)]
    answer = send(ada, *whole, *broken, *unheard, *left_open)
    assert told(answer) == [
        *["created"] * 2,
        *["linked_event_failed", "exceeds_credits", "linked_event_failed"],
        *["linked_event_failed", "value_out_of_range"],
        "linked_event_chain_open",
    ]
    assert answer["available"] == 970
    assert told(send(ada, *whole)) == ["exists", "exists"]
    assert bob.agent.get("/wallet")["wallet"]["available"] == 30


def test_what_is_set_aside_is_taken_or_freed_by_whom_it_concerns(
    house: House, client: Client, ada: Pair, bob: Pair
) -> None:
    held = send(ada, *(one(key, 100, hold_ms=HOUR_MS) for key in "abcd"))
    ids = [result["id"] for result in held["results"]]
    assert held["available"] == 600
    eve = Pair(client, "eve")
    eve.agent.post("/wallet/open")
    assert told(send(eve, {"key": "x", "free": ids[0]})) == ["pending_transfer_not_found"]
    assert told(send(bob, {"key": "x", "take": ids[0]})) == ["pending_transfer_not_found"]
    assert told(send(bob, {"key": "y", "free": ids[0]})) == ["created"]
    ends = [
        {"key": "p", "take": ids[1]},
        {"key": "q", "take": ids[2], "amount": 40},
        {"key": "r", "take": ids[3], "amount": 101},
        {"key": "s", "take": ids[0]},
    ]
    assert told(send(ada, *ends)) == [
        "created",
        "created",
        "exceeds_pending_transfer_amount",
        "pending_transfer_already_voided",
    ]
    assert told(send(ada, *ends[:2])) == ["exists", "exists"]
    assert ada.agent.get("/wallet")["wallet"]["available"] == 760
    assert bob.agent.get("/wallet")["wallet"]["available"] == 140
    assert house.store.read_now(verify).breaches == []


def test_the_owners_terms_hold_for_each(house: House, ada: Pair, bob: Pair) -> None:
    terms = {"budgets": [{"amount": 25}], "amount_max": 20, "approval_above": 15}
    ada.owner.request("PUT", "/owner/agents/ada/wallet/terms", terms)
    batch = [one("a"), one("b", 30), one("c", 16), one("d"), one("e"), one("f", 5)]
    assert told(send(ada, *batch)) == [
        "created",
        "amount_range",
        "approval",
        "created",
        "budget",
        "created",
    ]
    assert told(send(ada, batch[0], batch[3])) == ["exists", "exists"]
    chain = [one("g", 1, linked=True), one("h", 1)]
    assert told(send(ada, *chain)) == ["budget", "linked_event_failed"]
    waits = ada.agent.post("/wallet/payments", {"to": "bob", "amount": 16, "key": "w"}).json
    assert waits["constraint"] == "budget"
    assert ada.owner.post("/owner/agents/ada/wallet/revoke")["freed"] == 0
    assert told(send(ada, one("i", 1))) == ["revoked"]
    assert bob.agent.get("/wallet")["wallet"]["available"] == 25
    assert house.store.read_now(verify).breaches == []


def test_what_waits_for_the_owner_is_not_the_agents_to_take(ada: Pair, bob: Pair) -> None:
    ada.owner.request("PUT", "/owner/agents/ada/wallet/terms", {"approval_above": 15})
    waits = ada.agent.post("/wallet/payments", {"to": "bob", "amount": 16, "key": "w"})["id"]
    assert (
        told(send(ada, {"key": "t", "take": waits}, {"key": "u", "free": waits}))
        == ["pending_transfer_not_found"] * 2
    )
    assert ada.owner.post(f"/owner/agents/ada/wallet/payments/{waits}/approve").status == 200


def test_many_are_looked_up_by_whom_they_concern(client: Client, ada: Pair, bob: Pair) -> None:
    made = send(ada, *(one(f"k{n}", 1) for n in range(100)))
    ids = [result["id"] for result in made["results"]]
    for who, sign in ((ada, -1), (bob, 1)):
        asked = {"ids": [*ids, "ff", "no id", ids[0]]}
        found = who.agent.post("/wallet/transfers/lookup", asked)["transfers"]
        assert [entry and entry["amount"] for entry in found] == [sign] * 100 + [None, None, sign]
    eve = Pair(client, "eve")
    assert eve.agent.post("/wallet/transfers/lookup", {"ids": ids})["transfers"] == [None] * 100


def test_a_statement_is_paged_both_ways(ada: Pair, bob: Pair) -> None:
    send(ada, *(one(f"k{n}", n + 1) for n in range(7)))
    amounts = [-7, -6, -5, -4, -3, -2, -1, 1_000]
    first = ada.agent.get("/wallet?limit=3").json
    assert ([t["amount"] for t in first["transfers"]], first["next_after"]) == (amounts[:3], 0)
    second = ada.agent.get(f"/wallet?limit=3&before={first['next_before']}").json
    third = ada.agent.get(f"/wallet?limit=3&before={second['next_before']}").json
    assert [t["amount"] for t in third["transfers"]] == amounts[6:]
    assert third["next_before"] == 0
    back = ada.agent.get(f"/wallet?limit=3&after={third['next_after']}").json
    assert [t["amount"] for t in back["transfers"]] == amounts[3:6]
    begin = ada.agent.get(f"/wallet?limit=3&after={back['next_after']}").json
    assert [t["amount"] for t in begin["transfers"]] == amounts[:3]
    assert (begin["next_after"], begin["next_before"]) == (0, first["next_before"])
    assert ada.agent.get("/wallet?after=1&before=2").status == 400
    assert ada.agent.get(f"/wallet?after={2**70}").status == 400


def test_bad_batches_are_refused_as_a_whole(house: House, ada: Pair, bob: Pair) -> None:
    for body, status in (
        ({"transfers": [{"key": "", "to": "bob", "amount": 1}]}, 400),
        ({"transfers": [{"key": "a", "amount": 1}]}, 400),
        ({"transfers": [{"key": "a", "to": "bob", "free": "1"}]}, 400),
        ({"transfers": [{"key": "a", "to": "bob", "amount": 1, "from": "eve"}]}, 400),
        ({"transfers": [{"key": "a" * 201, "to": "bob", "amount": 1}]}, 400),
        ({"transfers": [{"key": "a", "to": "bob", "amount": 1.5}]}, 400),
        ({"transfers": [{"key": "a", "to": "bob", "amount": "1"}]}, 400),
        ({"transfers": {}}, 400),
        ({"transfers": [one(str(n)) for n in range(8_191)]}, 413),
        ({"transfers": [one("a", reference="x" * 10_000_000)]}, 413),
    ):
        assert ada.agent.post("/wallet/transfers", body).status == status
    assert ada.agent.post("/wallet/transfers/lookup", {"ids": ["1"] * 8_191}).status == 413
    assert bob.agent.post("/wallet/transfers", {"transfers": []}).status == 404  # no wallet
    assert send(ada).json["results"] == []
    assert ada.agent.get("/wallet")["wallet"]["available"] == 1_000


class TestLimits:
    """A house in which an agent may send five in a minute."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        from dataclasses import replace

        return replace(settings, ledger=replace(settings.ledger, transfers_a_minute=5))

    def test_batches_count_by_what_is_in_them(self, ada: Pair, bob: Pair) -> None:
        assert send(ada, *(one(f"a{n}") for n in range(4))).status == 200
        refused = send(ada, *(one(f"b{n}") for n in range(2)))
        assert (refused.status, refused["code"]) == (429, "rate_limited")
        assert send(ada, one("c")).status == 200
        assert send(ada, one("d")).status == 429
        assert ada.agent.get("/wallet")["wallet"]["available"] == 950
