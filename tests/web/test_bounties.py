"""Pages of bounties, on both engines: what is public is told, and who pledged is not."""

import hashlib
from dataclasses import dataclass, field

import pytest

from eclosion.app.house import House
from eclosion.kernel.clock import DAY_MS, ManualClock
from eclosion.kernel.ids import Kind, to_wire
from eclosion.ledger.model.bounties import Bounty, Root, Vote
from eclosion.ledger.model.evidence import Report, seal_report
from eclosion.ledger.model.wallets import Sort
from eclosion.ledger.service.bounties import ending, judging, opening
from eclosion.ledger.service.bounties.pots import purse
from eclosion.ledger.service.wallets import issue, open_wallet, pay
from eclosion.ledger.store import bounties as rows
from eclosion.network.service.feeds import find_agent
from eclosion.store import Unit
from eclosion.web.text import span
from tests.house import Client
from tests.http.network.people import Pair
from tests.web.reading import Elements
from tests.web.test_hostile import check

KEY = bytes(range(32))
RUNNER = seal_report(Report(0, "", (), 1, 0, 0, sealed=True), KEY)[1]
ARTEFACT = hashlib.sha256(b"patch").digest()
TITLE = "Mend <b>the</b> tides"
BODY = "It is *red*.<script>x</script>"
CREDIT = 1_000_000
NAMES = ("opener", "ada", "bob", "payee", "rey", "roy", "ria", "ron")
COMMAND = ("make", "<i>test</i>")


@dataclass
class Town:
    """A bounty of one credit with one reviewer of one, in a house whose agents have owners with strong roots."""

    house: House
    clock: ManualClock
    id: int = 0
    agents: dict[str, int] = field(default_factory=dict)
    fresh: int = 1 << 64

    def next_id(self) -> int:
        """An id that was not there before."""
        self.fresh += 1
        return self.fresh

    def begin(self, title: str = TITLE, body: str = BODY) -> None:
        """Everybody has credits and a history; the bounty is open."""

        def work(unit: Unit) -> None:
            ledger = self.house.ledger
            for name in NAMES:
                self.agents[name] = find_agent(unit, name).id
                open_wallet(ledger, unit, Sort.AGENT, self.agents[name])
                issue(ledger, unit, purse(self.agents[name]), 2 * CREDIT, self.next_id())
            for name in NAMES[4:]:
                for _ in range(3):
                    there = purse(self.agents["opener"])
                    pay(ledger, unit, purse(self.agents[name]), there, 1, self.next_id())
            self.id = self.house.network.ids.make(0)
            deadline_ms = self.clock.now_ms() + 10 * DAY_MS
            row = Bounty(
                self.id, self.agents["opener"], title, body, CREDIT, deadline_ms, 1, 1, stake=7
            )
            opening.open_bounty(ledger, unit, row._replace(runners=RUNNER))

        self.house.store.write_now(work)

    def pledge(self, name: str, amount: int) -> None:
        """Pledge."""
        ledger, id_ = self.house.ledger, self.next_id()
        self.house.store.write_now(
            lambda unit: opening.pledge(ledger, unit, self.id, self.agents[name], amount, id_)
        )

    def submit(self) -> None:
        """Reviewers offer, the pot is full, and work is handed in."""

        def work(unit: Unit) -> None:
            ledger = self.house.ledger
            for name in NAMES[4:]:
                opening.volunteer(ledger, unit, self.id, self.agents[name], self.next_id(), strong)
            opening.pledge(ledger, unit, self.id, self.agents["ada"], 600_000, self.next_id())
            opening.pledge(ledger, unit, self.id, self.agents["bob"], 400_000, self.next_id())
            judging.submit(ledger, unit, self.id, self.agents["payee"], ARTEFACT, 5, strong)

        self.house.store.write_now(work)

    def judge(self) -> None:
        """The runner reports, and the panel says yes."""
        report = Report(self.id, ARTEFACT.hex(), COMMAND, 2, 0, self.clock.now_ms(), sealed=True)

        def work(unit: Unit) -> None:
            ledger = self.house.ledger
            judging.hand_in_report(ledger, unit, self.id, *seal_report(report, KEY))
            for seat in rows.seats_of(unit, self.id, 1):
                judging.review(ledger, unit, self.id, seat.agent_id, ARTEFACT, Vote.FOR, strong)

        self.house.store.write_now(work)

    def dispute(self) -> None:
        """Ada, who pledged, disputes."""
        ledger, id_ = self.house.ledger, self.next_id()
        self.house.store.write_now(
            lambda unit: judging.dispute(ledger, unit, self.id, self.agents["ada"], id_, strong)
        )

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"/bounties/{to_wire(Kind.BOUNTY, self.id)}"


def strong(agent_id: int) -> Root:
    """Everybody has a strong owner of their own."""
    return Root(agent_id + 1, strong=True)


@pytest.fixture
def town(client: Client, house: House, clock: ManualClock) -> Town:
    for name in NAMES:
        Pair(client, name)
    made = Town(house, clock)
    made.begin()
    return made


def look(client: Client, path: str) -> Elements:
    answer = client.get("/" + path)
    assert answer.status == 200, path
    check(answer.body.decode())
    return Elements(answer.body.decode())


def test_a_house_without_bounties_says_what_one_is(client: Client) -> None:
    page = look(client, "/bounties")
    assert "There is no bounty yet. A bounty is a pot" in page.text
    assert client.get("//bounties.md").status == 200
    for unknown in ("nonsense", to_wire(Kind.BOUNTY, 5)):
        assert client.get(f"//bounties/{unknown}").status == 404
    for path in ("/economy", "/articles"):
        assert "/bounties" in [one.get("href") for one in look(client, path).all("a")]


def test_a_pot_that_fills_tells_sums_and_names_no_pledger(client: Client, town: Town) -> None:
    town.pledge("ada", 250_000)
    listed, one = look(client, "/bounties"), look(client, town.path)
    for page in (listed, one):
        assert "0.25 credits of 1 credit pledged" in page.text
        assert TITLE in page.text
        assert [(bar["value"], bar["max"]) for bar in page.all("progress")] == [
            ("250000", "1000000")
        ]
        assert "/u/opener" in [link.get("href") for link in page.all("a")]
        assert "/u/ada" not in [link.get("href") for link in page.all("a")]
    assert "1 of 1 reviewers release it" in listed.text
    assert "in 10 days" in one.text
    assert "No work was handed in yet" in one.text
    told = client.get(f"/{town.path}.md").body.decode()
    assert "0.25 credits of 1 credit pledged" in told
    assert "ada" not in told


def test_a_judged_work_shows_votes_evidence_and_the_seed(client: Client, town: Town) -> None:
    town.submit()
    before = look(client, town.path).text
    assert "Panel: 0 for, 0 against" in before
    assert "Votes alone release nothing" in before
    town.clock.advance(2_000)
    town.judge()
    town.clock.advance(2_000)
    page = look(client, town.path)
    seed = town.house.store.read_now(lambda unit: rows.works_of(unit, town.id))[0].seed
    for told in (
        "accepted",
        "Panel: 1 for, 0 against",
        "make <i>test</i>",
        "exit status 2",
        "exit status 0",
        ARTEFACT.hex(),
        RUNNER,
        seed.hex(),
        "The runner's signature holds",
        "pending until the decision is final",
        "This state ends by itself",
    ):
        assert told in page.text, told
    links = {one.get("href") for one in page.all("a")}
    assert "/u/payee" in links
    assert not {"/u/ada", "/u/bob"} & links
    town.clock.advance(DAY_MS)
    town.house.store.write_now(lambda unit: ending.sweep(town.house.ledger, unit))
    assert "1 credit went to" in look(client, town.path).text


def test_a_dispute_names_no_pledger_and_counts_its_own_panel(client: Client, town: Town) -> None:
    town.submit()
    town.judge()
    town.dispute()
    page = look(client, town.path)
    assert "This was disputed." in page.text
    assert "Panel after the dispute: 0 for, 0 against" in page.text
    assert "2 votes of 3 must be for it" in page.text
    assert "/u/ada" not in {one.get("href") for one in page.all("a")}


def test_a_report_that_was_changed_is_not_shown_as_evidence(client: Client, town: Town) -> None:
    town.submit()
    town.judge()

    def tamper(unit: Unit) -> None:
        work = rows.works_of(unit, town.id)[0]
        rows.set_work(unit, work._replace(report=work.report.replace('"before":2', '"before":3')))

    town.house.store.write_now(tamper)
    text = look(client, town.path).text
    assert "its signature does not hold" in text
    assert "exit status" not in text


def test_lengths_of_time_are_told_in_a_word_or_two() -> None:
    for length_ms, words in (
        (0, "0 s"),
        (119_999, "119 s"),
        (120_000, "2 minutes"),
        (DAY_MS, "24 hours"),
        (3 * DAY_MS, "3 days"),
        (-5, "0 s"),
    ):
        assert span(length_ms) == words
