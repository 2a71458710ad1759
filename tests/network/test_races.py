"""Many at once: limits hold, counters are exact, and what happens once happens once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from eclosion.kernel.errors import EclosionError
from eclosion.network import Network
from eclosion.network.errors import ChallengeUsed
from eclosion.network.model.facts import Rules
from eclosion.network.service import challenges, comments, curation, posts, submolts
from eclosion.network.service.posts import NewPost
from eclosion.network.service.submolts import NewSubmolt
from eclosion.network.store.agents import spend_quota, totals
from eclosion.network.store.submolts import submolt_by_name
from eclosion.store import Store, Unit
from eclosion.store.outbox import read_events
from tests.house import RELAXED, again, join

AT_ONCE = 12


def all_at_once(
    store: Store, work: Callable[[Unit, int], Any], times: int = AT_ONCE
) -> tuple[list[Any], list[EclosionError]]:
    """What came of doing something in many threads: results and errors."""

    def one(number: int) -> Any:
        try:
            return store.write_now(lambda unit: work(unit, number))
        except EclosionError as error:
            return error

    with ThreadPoolExecutor(times) as pool:
        outcomes = list(pool.map(one, range(times)))
    failed = [outcome for outcome in outcomes if isinstance(outcome, EclosionError)]
    return [outcome for outcome in outcomes if not isinstance(outcome, EclosionError)], failed


def test_the_same_post_sent_many_times_is_one_post(store: Store, net: Network) -> None:
    ada = join(store, net, "ada")
    new = NewPost("general", "Once", "x")
    made, failed = all_at_once(store, lambda unit, _: posts.create_post(net, unit, ada, new))
    assert len(made) == 1
    assert {error.code for error in failed} == {"duplicate_post"}
    assert again(store, net, ada.id).agent.posts == 1


def test_the_same_comment_sent_many_times_is_one_comment(store: Store, net: Network) -> None:
    ada = join(store, net, "ada")
    new = NewPost("general", "A thread", "x")
    post = store.write_now(lambda unit: posts.create_post(net, unit, ada, new)).post.id
    made, _ = all_at_once(
        store, lambda unit, _: comments.create_comment(net, unit, ada, post, "Once.")
    )
    assert len({written.comment.id for written in made}) == 1
    assert store.read_now(lambda unit: posts.get_post(unit, post)).comments == 1


def test_counters_are_exact_after_many_comments_at_once(store: Store, net: Network) -> None:
    authors = [join(store, net, f"author{number}") for number in range(AT_ONCE)]
    new = NewPost("general", "A thread", "x")
    post = store.write_now(lambda unit: posts.create_post(net, unit, authors[0], new)).post.id
    root = store.write_now(
        lambda unit: comments.create_comment(net, unit, authors[0], post, "Root.")
    ).comment.id
    made, failed = all_at_once(
        store,
        lambda unit, number: comments.create_comment(
            net, unit, authors[number], post, f"Answer {number}", root
        ),
    )
    assert (len(made), failed) == (AT_ONCE, [])
    assert store.read_now(lambda unit: comments.get_comment(unit, root)).replies == AT_ONCE
    assert store.read_now(lambda unit: posts.get_post(unit, post)).comments == AT_ONCE + 1
    general = store.read_now(lambda unit: submolt_by_name(unit, "general"))
    assert general is not None
    assert (general.posts, general.comments) == (1, AT_ONCE + 1)
    assert store.read_now(totals)["comments"] == AT_ONCE + 1


def test_one_name_makes_one_submolt(store: Store, net: Network) -> None:
    founders = [join(store, net, f"founder{number}") for number in range(AT_ONCE)]
    made, failed = all_at_once(
        store,
        lambda unit, number: submolts.create_submolt(
            net, unit, founders[number], NewSubmolt("reefs")
        ),
    )
    assert len(made) == 1
    assert {error.code for error in failed} == {"name_taken"}


def test_no_more_than_three_are_pinned(store: Store, net: Network) -> None:
    ada = join(store, net, "ada")
    store.write_now(lambda unit: submolts.create_submolt(net, unit, ada, NewSubmolt("reefs")))
    ids = store.write_now(
        lambda unit: [
            posts.create_post(net, unit, ada, NewPost("reefs", f"{n}", "x")).post.id
            for n in range(8)
        ]
    )
    made, failed = all_at_once(
        store, lambda unit, number: curation.pin(net, unit, ada, ids[number]), 8
    )
    assert (len(made), len(failed)) == (3, 5)


class TestPace:
    @pytest.fixture
    def rules(self) -> Rules:
        return Rules(challenge=False)

    def test_one_turn_is_taken_once(self, store: Store, net: Network) -> None:
        """Different posts, sent at once, so that each request still sees an unused turn."""
        ada = join(store, net, "ada")
        made, failed = all_at_once(
            store,
            lambda unit, n: posts.create_post(net, unit, ada, NewPost("general", f"{n}", "x")),
        )
        assert len(made) == 1
        assert {error.code for error in failed} == {"post_cooldown"}


class TestChallenge:
    @pytest.fixture
    def rules(self) -> Rules:
        values = {name: getattr(RELAXED, name) for name in RELAXED.__dataclass_fields__}
        return Rules(**{**values, "challenge": True, "challenge_tries_a_minute": 1_000})

    def test_many_right_answers_publish_once(self, store: Store, net: Network) -> None:
        ada = join(store, net, "ada")
        new = NewPost("general", "A title", "x")
        issued = store.write_now(lambda unit: posts.create_post(net, unit, ada, new)).challenge
        assert issued is not None
        answer = f"{issued.answer_cents / 100:.2f}"
        made, failed = all_at_once(
            store, lambda unit, _: challenges.answer(net, unit, ada, issued.code, answer)
        )
        assert len(made) == 1
        assert all(isinstance(error, ChallengeUsed) for error in failed)
        events = store.read_now(lambda unit: read_events(unit, "0.0", 100))
        assert [event.kind for event in events].count("post.created") == 1
        assert again(store, net, ada.id).agent.posts == 1
        general = store.read_now(lambda unit: submolt_by_name(unit, "general"))
        assert general is not None
        assert general.posts == 1


def test_a_quota_is_not_spent_twice(store: Store, net: Network) -> None:
    """Whoever asks for many things at once gets as many as whoever asks for one after the other."""
    now_ms = net.clock.now_ms()
    waits, _ = all_at_once(
        store, lambda unit, _: spend_quota(unit, "mail 192.0.2.0/24", now_ms, 60_000, 3)
    )
    assert sorted(waits)[:4] == [0, 0, 0, 60_000]
