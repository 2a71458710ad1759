"""A bounty to its end, on both engines: nothing is paid without quorum and evidence, and nothing gets stuck."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from eclosion.kernel.clock import DAY_MS
from eclosion.kernel.errors import EclosionError, Invalid
from eclosion.ledger.errors import BountyNotFound, BountyNotSo, MandateRefused, NotEligible
from eclosion.ledger.model.bounties import Bounty, Root, State, Vote, check_bounty, draw, shares
from eclosion.ledger.model.evidence import Report, seal_report
from eclosion.ledger.model.terms import Budget, Terms
from eclosion.ledger.model.wallets import Sort
from eclosion.ledger.service import control
from eclosion.ledger.service.bounties import ending, judging, opening
from eclosion.ledger.service.bounties.pots import pot, purse
from eclosion.ledger.service.bounties.proving import check_bounties
from eclosion.ledger.service.looking import account_now
from eclosion.ledger.service.verifying import verify
from eclosion.ledger.service.wallets import issue, open_wallet, pay
from eclosion.ledger.store import bounties as rows
from eclosion.store import Unit
from tests.ledger.conftest import Book

OPENER, ADA, BOB, PAYEE = 1, 2, 3, 4
REVIEWERS = range(10, 15)  # one on the first panel, three after a dispute, and one to spare
BOUNTY = 77
ARTEFACT = hashlib.sha256(b"patch").digest()
KEY = bytes(range(32))
RUNNER = seal_report(Report(0, "", (), 1, 0, 0, sealed=True), KEY)[1]


def roots(agent_id: int) -> Root:
    """Everybody has a strong owner but agent 99."""
    return Root(1_000 + agent_id, agent_id != 99)


@dataclass
class Scene:
    """A bounty of 100 with one reviewer of one, who is judged by three others after a dispute."""

    book: Book
    ids: int = 1 << 64

    def do(self, act: Callable[..., object], *args: object) -> object:
        """A use case in a unit of work of its own."""
        return self.book.store.write_now(lambda unit: act(self.book.ledger, unit, BOUNTY, *args))

    def fresh(self) -> int:
        """An id that was not there before."""
        self.ids += 1
        return self.ids

    def pledge(self, agent_id: int, amount: int) -> None:
        """Pledge."""
        self.do(opening.pledge, agent_id, amount, self.fresh())

    def fund(self) -> None:
        """Pledge all of it, and let reviewers offer."""
        for agent_id in REVIEWERS:
            self.do(opening.volunteer, agent_id, self.fresh(), roots)
        self.pledge(ADA, 60)
        self.pledge(BOB, 40)

    def submit(self) -> None:
        """Hand in."""
        self.do(judging.submit, PAYEE, ARTEFACT, 5, roots)

    def report(self, key: bytes = KEY, **changed: object) -> None:
        """The runner's report, or another one."""
        said: dict[str, object] = {
            "bounty": BOUNTY,
            "artefact": ARTEFACT.hex(),
            "command": ("make", "test"),
            "before": 1,
            "after": 0,
            "began_ms": self.book.clock.now_ms(),
            "sealed": True,
        }
        self.do(judging.hand_in_report, *seal_report(Report(**(said | changed)), key))  # type: ignore[arg-type]

    def vote(self, round_: int, vote: Vote) -> None:
        """All who sit on a panel vote, until it has decided."""
        for agent_id in self.seats(round_):
            if self.state in (State.SUBMITTED, State.DISPUTED):
                self.do(judging.review, agent_id, ARTEFACT, vote, roots)

    def seats(self, round_: int) -> list[int]:
        """Who sits on a panel."""
        seats = self.book.store.read_now(lambda unit: rows.seats_of(unit, BOUNTY, 1))
        return [seat.agent_id for seat in seats if seat.round == round_]

    def sweep(self, later_ms: int = 0) -> State:
        """What upkeep does, some time later."""
        self.book.clock.advance(later_ms)
        self.book.store.write_now(lambda unit: ending.sweep(self.book.ledger, unit))
        return self.state

    @property
    def state(self) -> State:
        """How it stands."""
        return self.stands()

    def stands(self) -> State:
        """How it stands."""
        found = self.book.store.read_now(lambda unit: rows.bounty_by_id(unit, BOUNTY))
        assert found is not None
        return State(found.state)

    def has(self, account: int) -> int:
        """What an account could pay now."""
        ledger = self.book.ledger
        return self.book.store.read_now(lambda unit: account_now(ledger, unit, account)).available

    def proved(self) -> None:
        """The whole ledger holds, bounties too."""
        check = self.book.store.read_now(lambda unit: verify(unit, (), [check_bounties]))
        assert check.breaches == []


@pytest.fixture
def scene(book: Book) -> Scene:
    made = Scene(book)

    def begin(unit: Unit) -> None:
        for agent_id in (OPENER, ADA, BOB, PAYEE, 99, *REVIEWERS):
            open_wallet(book.ledger, unit, Sort.AGENT, agent_id)
            issue(book.ledger, unit, purse(agent_id), 1_000, made.fresh())
        for agent_id in (99, *REVIEWERS):
            for _ in range(3):
                pay(book.ledger, unit, purse(agent_id), purse(OPENER), 1, made.fresh())
        deadline_ms = book.clock.now_ms() + 10 * DAY_MS
        wanted = Bounty(BOUNTY, OPENER, "Mend it", "It is red.", 100, deadline_ms, 1, 1, stake=7)
        opening.open_bounty(book.ledger, unit, wanted._replace(runners=RUNNER))

    book.store.write_now(begin)
    return made


def test_work_is_paid_after_quorum_evidence_and_window(scene: Scene) -> None:
    scene.fund()
    assert (scene.state, scene.has(pot(BOUNTY)), scene.has(purse(ADA))) == (State.FUNDED, 100, 940)
    scene.submit()
    scene.vote(1, Vote.FOR)
    assert scene.state is State.SUBMITTED  # a quorum alone releases nothing
    scene.report()
    assert scene.stands() is State.ACCEPTED
    assert scene.sweep(DAY_MS - 1) is State.ACCEPTED
    scene.proved()
    assert scene.sweep(1) is State.PAID
    assert (scene.has(pot(BOUNTY)), scene.has(purse(PAYEE))) == (0, 1_100)
    assert {scene.has(purse(agent_id)) for agent_id in REVIEWERS} == {997}
    scene.proved()


def test_evidence_alone_releases_nothing_and_silence_gives_all_back(scene: Scene) -> None:
    scene.fund()
    scene.submit()
    scene.report()
    assert scene.sweep(3 * DAY_MS) is State.DECLINED
    assert scene.sweep(DAY_MS) is State.FUNDED
    with pytest.raises(NotEligible):
        scene.submit()
    assert scene.sweep(10 * DAY_MS) is State.REFUNDED
    assert (scene.has(purse(ADA)), scene.has(purse(BOB)), scene.has(pot(BOUNTY))) == (
        1_000,
    ) * 2 + (0,)
    scene.proved()


def test_a_target_that_is_not_met_leaves_no_trace(scene: Scene) -> None:
    scene.pledge(ADA, 60)
    scene.pledge(BOB, 10)
    assert scene.do(opening.withdraw, BOB) == 10
    assert scene.has(purse(BOB)) == 1_000
    scene.book.clock.advance(10 * DAY_MS)
    with pytest.raises(BountyNotSo):
        scene.do(opening.withdraw, ADA)
    assert scene.sweep(1) is State.EXPIRED
    assert scene.has(purse(ADA)) == 1_000
    scene.proved()


@pytest.mark.parametrize("right", [Vote.FOR, Vote.AGAINST])
def test_a_dispute_is_decided_by_others_and_costs_who_was_wrong(scene: Scene, right: Vote) -> None:
    scene.fund()
    scene.submit()
    scene.report()
    scene.vote(1, Vote.FOR)
    first = scene.seats(1)[0]
    with pytest.raises(NotEligible):
        scene.do(judging.dispute, first, scene.fresh(), roots)
    scene.do(judging.dispute, ADA, scene.fresh(), roots)
    second = scene.seats(2)
    assert len(set(second)) == 3
    assert first not in second
    scene.proved()
    scene.vote(2, right)
    paid = right is Vote.FOR
    assert scene.state is (State.PAID if paid else State.REFUNDED)
    assert scene.has(purse(PAYEE)) == (1_100 if paid else 1_000)
    assert scene.has(pot(BOUNTY)) == 0
    if paid:
        assert scene.has(purse(ADA)) == 1_000 - 60 - 7
    else:
        assert scene.has(purse(first)) == 997 - 7
        assert scene.has(purse(ADA)) > 1_000
    scene.proved()


def test_only_the_named_runners_fresh_report_about_this_artefact_counts(scene: Scene) -> None:
    scene.fund()
    before_ms = scene.book.clock.now_ms() - 1
    scene.submit()
    with pytest.raises(NotEligible):
        scene.report(key=bytes(32))
    bad: list[dict[str, object]] = [
        {"bounty": BOUNTY + 1},
        {"artefact": "00" * 32},
        {"before": 0},
        {"after": 1},
        {"began_ms": before_ms},
        {"began_ms": scene.book.clock.now_ms() + DAY_MS},
    ]
    for changed in bad:
        with pytest.raises(Invalid):
            scene.report(**changed)  # type: ignore[arg-type]
    text, _, signature = seal_report(Report(BOUNTY, "", (), 1, 0, 0, sealed=True), bytes(32))
    with pytest.raises(Invalid):
        scene.do(judging.hand_in_report, text, RUNNER, signature)
    assert scene.state is State.SUBMITTED


def test_who_has_a_part_or_no_strong_owner_does_not_review(scene: Scene) -> None:
    scene.pledge(ADA, 60)
    for agent_id in (OPENER, ADA, 99, PAYEE):  # the last one has no history
        with pytest.raises(NotEligible):
            scene.do(opening.volunteer, agent_id, scene.fresh(), roots)
    scene.do(opening.volunteer, 10, scene.fresh(), roots)
    with pytest.raises(NotEligible):
        scene.do(opening.volunteer, 11, scene.fresh(), lambda _: Root(1_010, strong=True))
    scene.pledge(BOB, 40)
    with pytest.raises(BountyNotSo):  # one reviewer is not enough for both panels
        scene.submit()
    with pytest.raises(BountyNotFound):
        scene.book.store.write_now(
            lambda unit: opening.withdraw(scene.book.ledger, unit, BOUNTY + 1, ADA)
        )


def test_a_vote_is_cast_once_on_exactly_this_artefact_by_who_was_drawn(scene: Scene) -> None:
    scene.fund()
    scene.submit()
    seated = scene.seats(1)[0]
    with pytest.raises(Invalid):
        scene.do(judging.review, seated, bytes(32), Vote.FOR, roots)
    with pytest.raises(NotEligible):
        scene.do(judging.review, ADA, ARTEFACT, Vote.FOR, roots)
    with pytest.raises(NotEligible):
        scene.do(judging.review, seated, ARTEFACT, Vote.FOR, lambda _: Root(5, strong=True))
    assert _raced(lambda _: scene.do(judging.review, seated, ARTEFACT, Vote.FOR, roots)) == 1


def test_a_release_happens_once_however_many_sweep(scene: Scene) -> None:
    scene.fund()
    scene.submit()
    scene.report()
    scene.vote(1, Vote.FOR)
    scene.book.clock.advance(DAY_MS)
    _raced(lambda _: scene.sweep())
    assert scene.has(purse(PAYEE)) == 1_100
    scene.proved()


def test_64_pledges_at_once_overspend_no_budget(scene: Scene) -> None:
    terms = Terms(budgets=(Budget(20),))
    scene.book.store.write_now(
        lambda unit: control.set_terms(scene.book.ledger, unit, purse(ADA), 9, terms, 50)
    )
    ids = [scene.fresh() for _ in range(64)]
    assert _raced(lambda n: scene.do(opening.pledge, ADA, 3, ids[n])) == 6
    assert scene.has(purse(ADA)) == 1_000 - 18
    with pytest.raises(MandateRefused):
        scene.pledge(ADA, 3)
    scene.proved()


def test_a_pot_that_was_tampered_with_is_named(scene: Scene) -> None:
    scene.fund()
    scene.submit()
    scene.report()
    scene.vote(1, Vote.FOR)
    work = scene.book.store.read_now(lambda unit: rows.works_of(unit, BOUNTY))[0]
    scene.book.store.write_now(
        lambda unit: rows.set_work(unit, work._replace(report="", payout_id=work.payout_id))
    )
    check = scene.book.store.read_now(lambda unit: verify(unit, (), [check_bounties]))
    assert {breach.invariant for breach in check.breaches} == {10}


def test_draws_and_shares_can_be_recomputed() -> None:
    drawn = draw(b"seed", 1, range(1, 30), 7)
    assert drawn == draw(b"seed", 1, reversed(range(1, 30)), 7)
    assert drawn != draw(b"seed", 2, range(1, 30), 7)
    assert shares(10, [1, 1, 1]) == [4, 3, 3]


@pytest.mark.parametrize(
    "changed",
    [
        {"title": " "},
        {"body": "\x00"},
        {"target": 0},
        {"stake": 0},
        {"deadline_ms": 10},
        {"window_ms": 0},
        {"quorum": 3},
        {"panel": 0, "quorum": 0},
        {"runners": ""},
        {"runners": "AB" * 32},
    ],
    ids=range(10),
)
def test_nonsense_is_refused(changed: dict[str, object]) -> None:
    good = Bounty(1, 1, "Mend it", "It is red.", 100, DAY_MS, runners=RUNNER)
    check_bounty(good, 0)
    with pytest.raises(Invalid):
        check_bounty(good._replace(**changed), 0)  # type: ignore[arg-type]


def _raced(act: Callable[[int], object]) -> int:
    """How many of 64 at once succeed."""

    def one(number: int) -> bool:
        try:
            act(number)
        except EclosionError:
            return False
        return True

    with ThreadPoolExecutor(64) as pool:
        return sum(pool.map(one, range(64)))
