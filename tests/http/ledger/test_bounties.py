"""Bounties over HTTP, on both engines: from opening one to its payout, and what is refused on the way."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from eclosion.app.house import House
from eclosion.kernel.clock import DAY_MS, iso
from eclosion.kernel.ids import Kind, to_wire
from eclosion.ledger.model.bounties import draw
from eclosion.ledger.model.evidence import Report, seal_report
from eclosion.ledger.model.wallets import Sort, account_id
from eclosion.ledger.service.bounties.ending import sweep
from eclosion.ledger.service.bounties.proving import check_bounties
from eclosion.ledger.service.verifying import verify
from eclosion.ledger.service.wallets import issue, open_wallet, pay
from eclosion.network.store.agents import agent_by_name
from eclosion.network.store.owners import strengthen
from eclosion.store import Unit
from tests.house import Answer, Client
from tests.http.network.people import Pair

ARTEFACT = hashlib.sha256(b"patch").hexdigest()
KEY = bytes(range(32))
RUNNER = seal_report(Report(0, "", (), 1, 0, 0, sealed=True), KEY)[1]
REVIEWERS = tuple(f"reviewer{n}" for n in range(7))  # two, and five after a dispute
PEOPLE = ("ada", "bob", "mender", *REVIEWERS)


@dataclass
class Town:
    """Agents of distinct, strongly proven owners, with credits and a little history."""

    house: House
    pairs: dict[str, Pair]
    ids: dict[str, int] = field(default_factory=dict)
    bounty: str = ""
    number: int = 0

    def post(self, who: str, what: str, body: object = None) -> Answer:
        """Something that an agent does to the bounty."""
        return self.pairs[who].agent.post(f"/bounties/{self.bounty}/{what}", body)

    def wanted(self, **changed: object) -> dict[str, object]:
        """What a bounty is opened with: two of two reviewers, and a day for disputes."""
        deadline = iso(self.house.clock.now_ms() + 10 * DAY_MS)
        made = {
            "title": "Mend it",
            "text": "It is red.",
            "target": 100,
            "deadline": deadline,
            "runners": [RUNNER],
            "quorum": 2,
            "panel": 2,
            "stake": 7,
        }
        return made | changed

    def open(self) -> dict[str, object]:
        """Open one."""
        told = self.pairs["ada"].agent.post("/bounties", self.wanted())
        assert told.status == 201, told.body
        self.bounty, self.number = told["bounty"]["id"], int(told["bounty"]["number"])
        shown: dict[str, object] = told["bounty"]
        return shown

    def fund(self, reviewers: Sequence[str] = REVIEWERS) -> None:
        """Let reviewers offer, and two pledge all of it."""
        for name in reviewers:
            told = self.post(name, "volunteers", {"stake": 7})
            assert told.status == 201, told.body
        assert self.post("ada", "pledges", {"amount": 60})["bounty"]["pledged"] == 60
        assert self.post("bob", "pledges", {"amount": 40})["bounty"]["state"] == "funded"

    def report(self, key: bytes = KEY, **changed: object) -> dict[str, str]:
        """What the runner hands in, or another one."""
        said: dict[str, object] = {
            "bounty": self.number,
            "artefact": ARTEFACT,
            "command": ("make", "test"),
            "before": 1,
            "after": 0,
            "began_ms": self.house.clock.now_ms(),
            "sealed": True,
        }
        names = ("report", "runner", "signature")
        return dict(zip(names, seal_report(Report(**(said | changed)), key), strict=True))  # type: ignore[arg-type]

    def available(self, who: str) -> int:
        """What an agent can spend."""
        left: int = self.pairs[who].agent.get("/wallet")["wallet"]["available"]
        return left

    def proved(self) -> None:
        """The whole ledger holds, bounties too."""
        check = self.house.store.read_now(lambda unit: verify(unit, (), [check_bounties]))
        assert check.breaches == []


@pytest.fixture
def town(client: Client, house: House) -> Town:
    made = Town(house, {name: Pair(client, name) for name in PEOPLE})

    def furnish(unit: Unit) -> None:
        open_wallet(house.ledger, unit, Sort.ISSUER, 0)
        for n, name in enumerate(PEOPLE):
            agent = agent_by_name(unit, name)
            assert agent is not None
            made.ids[name] = agent.id
            strengthen(unit, agent.id, agent.owner_id, strong=True)
            wallet = open_wallet(house.ledger, unit, Sort.AGENT, agent.id).id
            issue(house.ledger, unit, wallet, 1_000, 1_000 + n)
        payee = account_id(Sort.AGENT, made.ids["mender"])
        for n, name in enumerate((*REVIEWERS, "bob")):
            for turn in range(3):
                payer = account_id(Sort.AGENT, made.ids[name])
                pay(house.ledger, unit, payer, payee, 1, 10_000 + 3 * n + turn)

    house.store.write_now(furnish)
    return made


def test_a_bounty_lives_from_opening_to_payout(town: Town, house: House, client: Client) -> None:
    assert town.open()["volunteers_needed"] == 7
    town.fund()
    told = town.post("mender", "work", {"artefact": ARTEFACT})
    assert (told.status, told["bounty"]["state"]) == (201, "submitted")
    assert town.post("ada", "reports", town.report())["works"][0]["evidence"]["runner"] == RUNNER
    work = client.get(f"/bounties/{town.bounty}")["works"][0]
    panel = [seat["name"] for seat in work["panel"]]
    assert [seat["vote"] for seat in work["panel"]] == ["none", "none"]
    before = town.available("mender")
    vote = {"artefact": ARTEFACT, "approve": True}
    assert town.post(panel[0], "reviews", vote)["bounty"]["state"] == "submitted"
    voted = town.post(panel[1], "reviews", vote)
    assert voted["bounty"]["state"] == "accepted"
    assert voted["works"][0]["payout_state"] == "open"
    town.proved()
    house.clock.advance(DAY_MS)  # type: ignore[attr-defined]
    house.store.write_now(lambda unit: sweep(house.ledger, unit))
    seen = client.get(f"/bounties/{town.bounty}")
    assert (seen["bounty"]["state"], seen["bounty"]["ends_at"]) == ("paid", None)
    assert seen["works"][0]["payout_state"] == "posted"
    assert town.available("mender") == before + 100
    assert (town.available("ada"), town.available("bob")) == (940, 957)
    assert {town.available(name) for name in REVIEWERS} == {997}
    town.proved()
    owners = {one["owner"]: one["name"] for one in seen["draw"]["volunteers"] if not one["barred"]}
    drawn = draw(bytes.fromhex(work["seed"]), 1, map(int, owners), 2)
    assert sorted(owners[str(owner)] for owner in drawn) == sorted(panel)


def test_what_is_out_of_order_is_refused_and_says_why(town: Town, client: Client) -> None:
    town.open()
    ada = town.pairs["ada"].agent
    wrong: list[dict[str, object]] = [
        {"deadline": "soon"},
        {"runners": []},
        {"quorum": 1},
        {"target": 0},
        {"title": " "},
    ]
    for changed in wrong:
        assert ada.post("/bounties", town.wanted(**changed)).status == 400, changed
    assert client.post("/bounties", town.wanted()).status == 401
    assert town.post("bob", "pledges", {"amount": 101}).status == 400
    assert town.post("mender", "work", {"artefact": ARTEFACT})["code"] == "bounty_not_so"
    assert town.post("bob", "pledges", {"amount": 30}).status == 201
    assert town.post("bob", "volunteers")["code"] == "not_eligible"
    assert town.pairs["bob"].agent.delete(f"/bounties/{town.bounty}/pledges")["returned"] == 30
    assert town.available("bob") == 997
    assert town.post(REVIEWERS[0], "volunteers", {"stake": 8}).status == 400
    rich = ada.post("/bounties", town.wanted(target=5_000))["bounty"]["id"]
    poor = town.pairs["bob"].agent.post(f"/bounties/{rich}/pledges", {"amount": 5_000})
    assert poor["code"] == "insufficient_credits"
    for nobody in ("x", to_wire(Kind.BOUNTY, 1), to_wire(Kind.ARTICLE, town.number)):
        assert client.get(f"/bounties/{nobody}")["code"] == "bounty_not_found"
        assert ada.post(f"/bounties/{nobody}/pledges", {"amount": 1}).status == 404
    assert client.get("/bounties", state="asleep").status == 400
    assert client.get("/bounties", state="funded")["bounties"] == []
    first = client.get("/bounties", state="open", limit=1)
    then = client.get("/bounties", state="open", limit=1, cursor=first["next_cursor"])
    shown = [one["bounties"][0]["id"] for one in (first, then)]
    assert (shown, then["has_more"]) == ([rich, town.bounty], False)


def test_neither_forged_evidence_nor_a_stranger_or_another_hash_counts(town: Town) -> None:
    town.open()
    town.fund()
    assert town.post("ada", "pledges", {"amount": 1})["code"] == "bounty_not_so"
    assert town.post("mender", "work", {"artefact": ARTEFACT.upper()}).status == 400
    panel = [
        one["name"]
        for one in town.post("mender", "work", {"artefact": ARTEFACT})["works"][0]["panel"]
    ]
    vote = {"artefact": ARTEFACT, "approve": True}
    idle = next(name for name in REVIEWERS if name not in panel)
    for name in ("ada", "mender", idle):
        assert town.post(name, "reviews", vote)["code"] == "not_eligible"
    assert town.post(panel[0], "reviews", vote | {"artefact": "00" * 32}).status == 400
    assert town.post("ada", "reports", town.report(key=bytes(32)))["code"] == "not_eligible"
    good = town.report()
    for forged in (
        good | {"report": good["report"].replace("make", "fake")},
        good | {"signature": "00" * 64},
        town.report(after=1),
        town.report(bounty=town.number + 1),
        town.report(artefact="00" * 32),
    ):
        assert town.post("ada", "reports", forged).status == 400
    assert town.post("ada", "disputes")["code"] == "bounty_not_so"
    assert town.post(panel[0], "reviews", vote).status == 201
    assert town.post(panel[0], "reviews", vote)["code"] == "bounty_not_so"
    against = town.post(panel[1], "reviews", vote | {"approve": False})
    assert (against["bounty"]["state"], against["works"][0]["payout"]) == ("declined", None)
    assert town.post(idle, "disputes")["code"] == "not_eligible"
    disputed = town.post("ada", "disputes")
    assert (disputed["bounty"]["state"], disputed["works"][0]["disputed_by"]) == ("disputed", "ada")
    assert sum(seat["round"] == 2 for seat in disputed["works"][0]["panel"]) == 5
    town.proved()


def test_who_has_no_strong_owner_neither_reviews_nor_hands_in(
    town: Town, house: House, client: Client
) -> None:
    town.open()
    weak = client.join("weak")
    told = weak.post(f"/bounties/{town.bounty}/volunteers")
    assert (told.status, told["code"]) == (403, "not_eligible")
    town.fund()
    told = weak.post(f"/bounties/{town.bounty}/work", {"artefact": ARTEFACT})
    assert (told.status, told["code"]) == (403, "not_eligible")
