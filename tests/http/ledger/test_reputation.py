"""Rings and reputation with the real service: payments, a look at them, and what the marks are worth."""

from collections.abc import Sequence

import pytest

from eclosion.app.house import House
from eclosion.app.ringing import look_now
from eclosion.ledger.model.shapes import Transfer
from eclosion.ledger.model.wallets import CREDITS, Purpose, Sort, account_id, wallet
from eclosion.ledger.service.posting import create_accounts, create_transfers
from eclosion.ledger.service.reputation import (
    MarkGiven,
    OwnMark,
    PaymentNotSettled,
    Rater,
    give_mark,
    look_up_standing,
    rated_by,
)
from eclosion.ledger.service.rings import decide_ring, evidence_of
from eclosion.ledger.service.wallets import issue, open_wallet
from eclosion.ledger.store.rings import list_rings, members_of
from eclosion.network.store.agents import agent_by_name
from eclosion.store import Unit
from tests.house import Client
from tests.http.network.people import Pair

SELLER = 1_000_000
FLEET = range(2_000_000, 2_001_000)
HONEST = range(3_000_000, 3_000_010)


@pytest.fixture
def ada(client: Client, house: House) -> Pair:
    pair = Pair(client, "ada")
    pair.agent.post("/wallet/open")
    fill(house, [id_of(house, "ada")], 10_000)
    return pair


@pytest.fixture
def bob(client: Client) -> Pair:
    return Pair(client, "bob")


def id_of(house: House, name: str) -> int:
    agent = house.store.read_now(lambda unit: agent_by_name(unit, name))
    assert agent is not None
    return agent.id


def fill(house: House, agents: Sequence[int], amount: int) -> None:
    """Open wallets, and issue so much to each."""

    def work(unit: Unit) -> None:
        open_wallet(house.ledger, unit, Sort.ISSUER, 0)
        accounts = [wallet(Sort.AGENT, id_) for id_ in agents]
        create_accounts(house.ledger, unit, accounts)
        for number, account in enumerate(accounts):
            issue(house.ledger, unit, account.id, amount, (amount << 64) + agents[number])

    house.store.write_now(work)


def move(house: House, first: int, paid: Sequence[tuple[int, int, int]]) -> list[int]:
    """Purchases as (payer, payee, amount), in one batch; their ids."""
    wanted = [
        Transfer(
            first + n,
            account_id(Sort.AGENT, a),
            account_id(Sort.AGENT, b),
            much,
            CREDITS,
            Purpose.PURCHASE,
        )
        for n, (a, b, much) in enumerate(paid)
    ]
    results = house.store.write_now(lambda unit: create_transfers(house.ledger, unit, wanted))
    assert all(result.done for result in results)
    return [one.id for one in wanted]


def look(house: House) -> int:
    return look_now(house.store, house.ledger, lambda: house.network.ids.make(0))


def mark(house: House, *given: tuple[int, Rater, int]) -> None:
    """Marks as (payment, rater, mark), in one unit of work; the seller's owner is 1."""

    def work(unit: Unit) -> None:
        for payment, rater, value in given:
            give_mark(house.ledger, unit, rated_by(unit, payment, rater.agent_id), rater, 1, value)

    house.store.write_now(work)


def score(house: House) -> float | None:
    return house.store.read_now(lambda unit: look_up_standing(unit, SELLER, 1)).score


def market(house: House) -> float:
    """A seller whom ten honest owners gave a 4; its score."""
    fill(house, [SELLER, *FLEET[:1]], 1_000_000)
    fill(house, [*HONEST], 1_000)
    paid = move(house, 1 << 70, [(one, SELLER, 100) for one in HONEST])
    marks = [(one, Rater(HONEST[n], 100 + n, strong=True), 4) for n, one in enumerate(paid)]
    mark(house, *marks)
    before = score(house)
    assert before is not None
    return before


def wash(house: House) -> list[int]:
    """The fleet's first agent funds all others, each buys from the seller, and the money goes back, twice."""
    house.store.write_now(
        lambda unit: create_accounts(
            house.ledger, unit, [wallet(Sort.AGENT, id_) for id_ in FLEET[1:]]
        )
    )
    funder, rest, bought = FLEET[0], FLEET[1:], []
    for turn in range(2):
        at = (2 + turn) << 80
        move(house, at, [(funder, one, 500) for one in rest])
        bought += move(house, at + 5_000, [(one, SELLER, 500) for one in rest])
        move(house, at + 10_000, [(SELLER, funder, 500 * len(rest))])
    return bought


def test_a_payment_is_marked_once_by_its_payer(house: House, ada: Pair, bob: Pair) -> None:
    paid = ada.agent.post("/wallet/payments", {"to": "bob", "amount": 10, "key": "k"}).json["id"]
    body = {"payment": paid, "mark": 5}
    assert bob.agent.post("/ledger/feedback", body).status == 404
    assert ada.agent.post("/ledger/feedback", {"payment": paid, "mark": 6}).status == 400
    told = ada.agent.post("/ledger/feedback", body)
    assert (told.status, told.json["name"], told.json["marks"]) == (201, "bob", 1)
    again = ada.agent.post("/ledger/feedback", {"payment": paid, "mark": 1})
    assert (again.status, again.json["code"]) == (409, "mark_given")
    public = bob.agent.get("/ledger/reputation/bob").json
    assert (public["score"], public["owners"], public["left_out"]) == (None, 0, 1)
    assert ada.agent.get("/ledger/reputation/nobody").status == 404


def test_nobody_marks_an_agent_of_the_same_owner_or_without_one(house: House) -> None:
    market(house)
    first, second = move(house, 9 << 70, [(HONEST[0], SELLER, 10), (HONEST[1], SELLER, 10)])
    for payment, rater in (
        (first, Rater(HONEST[0], 1, True)),
        (second, Rater(HONEST[1], 0, False)),
    ):
        with pytest.raises(OwnMark):
            mark(house, (payment, rater, 5))
    with pytest.raises(PaymentNotSettled):
        mark(house, (12345, Rater(HONEST[0], 100, True), 5))
    with pytest.raises(MarkGiven):
        mark(house, (1 << 70, Rater(HONEST[0], 100, True), 5))


def test_a_thousand_sybils_move_a_reputation_by_one_percent_at_most(house: House) -> None:
    """Of owners with weak roots they count nothing; of one strong owner nothing once their money was seen to return."""
    before = market(house)
    bought = wash(house)
    half = len(bought) // 2
    weak = [Rater(one, 9_000 + one, strong=False) for one in FLEET[1:]]
    mark(house, *[(one, weak[n], 5) for n, one in enumerate(bought[:half])])
    assert score(house) == before
    of_one = [Rater(one, 7, strong=True) for one in FLEET[1:]]
    mark(house, *[(one, of_one[n], 5) for n, one in enumerate(bought[half:])])
    unseen = score(house)
    assert unseen is not None
    assert unseen == pytest.approx(before * 51 / 46 * 12 / 13)
    assert look(house) == 1
    after = score(house)
    assert after is not None
    assert abs(after - before) <= 0.01 * before


def test_a_look_keeps_rings_and_a_decision_stays(house: House) -> None:
    fill(house, [SELLER, *HONEST], 1_000_000)
    for turn in range(12):
        way = (SELLER, HONEST[0], HONEST[1])
        hops = zip(way, (*way[1:], way[0]), strict=True)
        move(house, (50 + turn) << 80, [(a, b, 9_000) for a, b in hops])
    assert look(house) == 1
    ring = house.store.read_now(lambda unit: list_rings(unit, 5))[0]
    assert house.store.read_now(lambda unit: members_of(unit, ring.id)) == [SELLER, *HONEST[:2]]
    assert evidence_of(ring).returned == 1.0
    house.store.write_now(
        lambda unit: decide_ring(house.ledger, unit, ring.id, accept=False, reason="They are mine.")
    )
    assert look(house) == 0
    kept = house.store.read_now(lambda unit: list_rings(unit, 5))
    assert [(one.id, one.state, one.reason) for one in kept] == [(ring.id, 2, "They are mine.")]
