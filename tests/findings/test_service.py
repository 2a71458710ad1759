"""What becomes of a finding: kept once, ranked, decided, contested, suppressed, and what it marks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from eclosion.app import triage
from eclosion.app.house import House
from eclosion.app.marking import labels_for
from eclosion.findings import About, By, Row, keeping, service, store
from eclosion.findings.errors import FindingNotFound, TooManyFindings
from eclosion.kernel.clock import DAY_MS, ManualClock
from eclosion.kernel.errors import Invalid
from eclosion.kernel.finding import Severity, Span
from eclosion.network.model.rows import Agent, Post
from eclosion.network.store import agents, posts
from eclosion.store import Unit
from tests.feeds import found, publish
from tests.happened import happened
from tests.house import join
from tests.raising import ROT13, decide, raise_on


@pytest.fixture
def post(house: House) -> Post:
    """A post by an agent."""
    join(house.store, house.network, "ada")
    found(house, "general")
    return publish(house, "ada", "general", "Hello", "Zrrg ng gur qbpx")


def marked(house: House, post: Post) -> int:
    """The severity that the post's own row tells."""
    again = house.store.read_now(lambda unit: posts.post_by_id(unit, post.id))
    assert again is not None
    return again.marked


def must(row: Row | None) -> Row:
    assert row is not None
    return row


def test_a_finding_marks_its_subject_and_tells_of_it(house: House, post: Post) -> None:
    """The mark stands on the post's row, the label is found by it, and the event holds no text."""
    raised = raise_on(house, "post", post.id)
    assert raised.action == "raised"
    assert marked(house, post) == Severity.HIGH
    again = house.store.read_now(lambda unit: posts.post_by_id(unit, post.id))
    assert again is not None
    label = house.store.read_now(lambda unit: labels_for(unit, [again]))[post.id]
    assert (label.finding.title, label.others) == ("Hidden speech (ROT13)", 0)
    assert label.finding.to_finding() == ROT13
    told = [event for event in happened(house) if event.kind == "finding.raised"]
    assert [event.facts["about"] for event in told] == [post.id]
    assert "dock" not in told[0].raw_facts


def test_the_same_thing_found_again_is_one_row(house: House, post: Post) -> None:
    """It counts, keeps the newest words, and is not told again; another place is another finding."""
    first = must(raise_on(house, "post", post.id).row)
    again = raise_on(house, "post", post.id, severity=Severity.CRITICAL)
    assert (again.action, must(again.row).id, must(again.row).seen) == ("seen", first.id, 2)
    assert marked(house, post) == Severity.CRITICAL
    other = raise_on(house, "post", post.id, span=Span(30, 40))
    assert must(other.row).id != first.id
    assert house.store.read_now(store.totals) == {("open", 4): 1, ("open", 5): 1}


def test_dismissing_takes_the_mark_off_until_the_words_change(house: House, post: Post) -> None:
    """A decision holds for what was decided about, not for what is put in its place."""
    row = must(raise_on(house, "post", post.id).row)
    assert decide(house, row, right=False).state == "dismissed"
    assert marked(house, post) == 0
    assert raise_on(house, "post", post.id).action == "seen"
    assert marked(house, post) == 0
    reopened = raise_on(house, "post", post.id, evidence="Oevat gur xrl", decoded="Bring the key")
    assert reopened.action == "reopened"
    assert marked(house, post) == Severity.HIGH
    assert house.store.read_now(store.totals)["dismissed", 4] == 0


def test_the_worst_of_several_marks(house: House, post: Post) -> None:
    """Once it is dismissed the next one does; what is mild or unsure marks nothing until it is confirmed."""
    worst = must(raise_on(house, "post", post.id, rule="a", severity=Severity.CRITICAL).row)
    raise_on(house, "post", post.id, rule="b", severity=Severity.MEDIUM)
    raise_on(house, "post", post.id, rule="c", severity=Severity.LOW)
    unsure = must(raise_on(house, "post", post.id, rule="d", confidence=0.2).row)
    assert marked(house, post) == Severity.CRITICAL
    decide(house, worst, right=False)
    assert marked(house, post) == Severity.MEDIUM
    decide(house, unsure, right=True)
    assert marked(house, post) == Severity.HIGH


def test_the_queue_has_the_worst_first_and_goes_by_cursor(house: House, post: Post) -> None:
    """What is decided leaves it; what an owner contests comes back before others of its severity."""
    made = [
        must(raise_on(house, "post", post.id, rule=f"r{n}", severity=Severity(1 + n % 3)).row)
        for n in range(9)
    ]
    first = decide(house, made[2], right=True)
    assert first.rank == 0
    assert house.store.write_now(
        lambda unit: service.appeal(house.findings, unit, made[2].id, "It was a joke.")
    )
    assert not house.store.write_now(
        lambda unit: service.appeal(house.findings, unit, made[2].id, "Really.")
    )
    seen: list[Row] = []
    rank, id_ = store.RANK_MAX, 2**62
    while True:
        at = (rank, id_)
        page = house.store.read_now(lambda unit, at=at: store.in_queue(unit, 2, *at))  # type: ignore[misc]
        if not page:
            break
        seen += page
        rank, id_ = page[-1].rank, page[-1].id
    assert seen[0].id == made[2].id
    assert [row.severity for row in seen] == [3, 3, 3, 2, 2, 2, 1, 1, 1]
    assert len({row.id for row in seen}) == 9


def test_a_suppression_keeps_a_rule_away_for_its_time(
    house: House, post: Post, clock: ManualClock
) -> None:
    """Of one agent, or everywhere; afterwards it finds again."""
    fnd = house.findings
    one = house.store.write_now(
        lambda unit: keeping.suppress(fnd, unit, ROT13.rule, post.author_id, "A game.", 2, "olga")
    )
    assert raise_on(house, "post", post.id).action == "suppressed"
    assert raise_on(house, "post", post.id, rule="other").action == "raised"
    join(house.store, house.network, "bob")
    theirs = publish(house, "bob", "general", "Hello", "Hi")
    assert raise_on(house, "post", theirs.id).action == "raised"
    clock.advance(2 * DAY_MS)
    assert raise_on(house, "post", post.id).action == "raised"
    assert [s.id for s in house.store.read_now(lambda unit: store.list_suppressions(unit, 9))] == [
        one.id
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"rule": "Not A Rule"},
        {"rule": "x" * 81},
        {"confidence": float("nan")},
        {"confidence": 1.5},
        {"title": "  "},
        {"title": "x" * 121},
        {"message": ""},
        {"message": "my key is moltbook_sk_" + "a" * 64},
        {"evidence": "x" * 2_001},
        {"span": Span(5, 5)},
        {"span": Span(-1, 5)},
        {"tags": ("a b",)},
        {"tags": ("x",) * 11},
    ],
    ids=str,
)
def test_form_is_checked(house: House, post: Post, changed: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        raise_on(house, "post", post.id, **changed)
    assert marked(house, post) == 0


def test_a_subject_has_room_for_so_many(house: House, post: Post) -> None:
    for number in range(house.findings.rules.per_subject):
        raise_on(house, "post", post.id, rule=f"r{number}")
    with pytest.raises(TooManyFindings):
        raise_on(house, "post", post.id, rule="one-too-many")
    assert raise_on(house, "post", post.id, rule="r1").action == "seen"


def test_many_at_once_agree_on_what_marks(house: House, post: Post) -> None:
    """Detectors that raise at the same instant leave the worst of them as the mark, and count right."""
    with ThreadPoolExecutor(6) as pool:
        list(
            pool.map(
                lambda n: raise_on(
                    house, "post", post.id, rule=f"r{n % 8}", severity=Severity(1 + n % 5)
                ),
                range(40),
            )
        )
    rows = house.store.read_now(lambda unit: store.of_subject(unit, post.id, 50))
    assert len(rows) == 8
    assert sum(row.seen for row in rows) == 40
    assert marked(house, post) == max(row.severity for row in rows if row.standing)
    totals = house.store.read_now(store.totals)
    assert sum(totals.values()) == 8
    assert all(amount >= 0 for amount in totals.values())


def test_comments_and_agents_are_marked_too(house: House, post: Post) -> None:
    raise_on(house, "agent", post.author_id, rule="a", title="Asks for passwords")
    raise_on(house, "post", post.id)

    def look(unit: Unit) -> tuple[Agent | None, int]:
        return agents.agent_by_id(unit, post.author_id), triage.standing_of(unit, post.author_id)

    agent, standing = house.store.read_now(look)
    assert agent is not None
    assert (agent.marked, standing) == (Severity.HIGH, 2)


def test_what_is_deleted_or_erased_is_not_quoted(
    house: House, post: Post, clock: ManualClock
) -> None:
    """An author's deletion blanks the words at once, old evidence goes by itself."""
    row = must(raise_on(house, "post", post.id).row)

    def quoted() -> tuple[str, str]:
        one = house.store.read_now(lambda unit: service.get_finding(unit, row.id))
        return one.evidence, one.decoded

    act: Callable[[Unit], bool] = lambda unit: service.forget_old_evidence(house.findings, unit)  # noqa: E731
    assert not house.store.write_now(act)
    assert quoted() == (ROT13.evidence, ROT13.decoded)
    clock.advance(91 * DAY_MS)
    house.store.write_now(act)
    assert quoted() == ("", ROT13.decoded)
    house.store.write_now(lambda unit: service.forget_agent(unit, post.author_id))
    assert quoted() == ("", "")


def test_unknown_findings_are_told(house: House, post: Post) -> None:
    fnd = house.findings
    for act in (service.confirm, service.dismiss):
        with pytest.raises(FindingNotFound):
            house.store.write_now(
                lambda unit, act=act: act(fnd, unit, 4711, "x", By("olga", "operator"))  # type: ignore[misc]
            )
    row = must(raise_on(house, "post", post.id).row)
    with pytest.raises(Invalid):
        decide(house, row, right=True, reason=" ")
    assert About("post", post.id, post.author_id) == row.about
