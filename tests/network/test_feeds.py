"""The order of lists, held to a slow and obvious implementation; and personal feeds."""

from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eclosion.app.house import House
from eclosion.kernel.clock import HOUR_MS, ManualClock
from eclosion.network.model.ranking import hot, rising
from eclosion.network.model.rows import Post
from eclosion.network.service import feeds, personal
from eclosion.network.service.access import Actor
from eclosion.network.service.follows import follow
from eclosion.network.service.submolts import subscribe
from eclosion.network.store import agents, posts
from eclosion.store import Store, Unit
from tests.feeds import found, publish
from tests.house import join

STORED = ("hot", "new", "top", "discussed")


class Listed(NamedTuple):
    """What the slow implementation knows of a post."""

    id: int
    submolt: str
    score: int
    comments: int
    created_ms: int


def in_order(all_: list[Listed], sort: str, now_ms: int) -> list[int]:
    """Ids as a list should have them: sort everything, newest first where the rank is equal."""
    rank = {
        "hot": lambda one: hot(one.score, one.created_ms),
        "new": lambda one: one.id,
        "top": lambda one: one.score,
        "discussed": lambda one: one.comments,
        "rising": lambda one: round(rising(one.score, one.created_ms, now_ms) * 1_000_000),
    }[sort]
    return [one.id for one in sorted(all_, key=lambda one: (rank(one), one.id), reverse=True)]  # type: ignore[no-untyped-call]


def walk(store: Store, sort: str, limit: int, submolt_id: int, at_ms: int) -> list[int]:
    """A list as pages give it."""
    after, ids = feeds.TOP, []
    while True:

        def read(unit: Unit, after: feeds.Mark = after) -> feeds.Page:
            if sort == "rising":
                return feeds.marked_page(
                    unit, feeds.rising_marks(unit, at_ms, submolt_id), limit, after
                )
            if submolt_id:
                return feeds.submolt_page(unit, sort, limit, submolt_id, after)
            return feeds.stored_page(unit, sort, limit, after)

        page = store.read_now(read)
        ids += [post.id for post in page.posts]
        if page.next is None:
            return ids
        after = page.next


def set_up(house: House, clock: ManualClock, drawn: list[tuple[int, int, int]]) -> list[Listed]:
    """Posts with drawn gaps, votes and comments, in two submolts."""
    made = []
    for number, (gap_ms, up, comments) in enumerate(drawn):
        clock.advance(gap_ms)
        submolt = ("general", "other")[number % 2]
        post = publish(house, "author", submolt, f"Post {number}", up=up)
        house.store.write_now(
            lambda unit, id_=post.id, comments=comments: posts.count_comments(unit, id_, comments)  # type: ignore[misc]
        )
        made.append(Listed(post.id, submolt, up, comments, post.created_ms))
    return made


@given(
    drawn=st.lists(
        st.tuples(st.integers(0, HOUR_MS // 4), st.integers(0, 40), st.integers(0, 3)), max_size=20
    ),
    limit=st.integers(1, 9),
)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_order_is_that_of_the_slow_implementation(
    house: House, clock: ManualClock, drawn: list[tuple[int, int, int]], limit: int
) -> None:
    """All orders, whole and by submolt, over pages of any size: the same ids in the same order."""
    store = house.store
    if not store.read_now(lambda unit: agents.agent_by_name(unit, "author")):
        join(store, house.network, "author")
    other = found(house, "other")
    before = {post.id for post in store.read_now(lambda unit: posts.feed(unit, "new", 1_000))}
    for id_ in before:  # what an earlier example left behind
        store.write_now(lambda unit, id_=id_: posts.end(unit, id_, 1))  # type: ignore[misc]
    made = set_up(house, clock, drawn)
    now_ms = clock.now_ms()
    for sort in (*STORED, "rising"):
        assert walk(store, sort, limit, 0, now_ms) == in_order(made, sort, now_ms)
        there = [one for one in made if one.submolt == "other"]
        assert walk(store, sort, limit, other, now_ms) == in_order(there, sort, now_ms)


@pytest.fixture
def reader(house: House) -> Actor:
    """Whose feed it is."""
    join(house.store, house.network, "author")
    return join(house.store, house.network, "reader")


def personal_walk(
    house: House, agent_id: int, sort: str, limit: int, follows_only: bool = False
) -> list[Post]:
    """A personal feed as pages give it."""
    after, shown = feeds.TOP, []
    at_ms = house.clock.now_ms()
    while True:
        _, page = house.store.read_now(
            lambda unit, after=after: personal.personal_page(  # type: ignore[misc]
                unit, agent_id, sort, limit, at_ms, after, follows_only=follows_only
            )
        )
        shown += page.posts
        if page.next is None:
            return shown
        after = page.next


@pytest.mark.parametrize("sort", [*STORED, "rising"])
def test_a_personal_feed_merges_submolts_and_follows(
    house: House, clock: ManualClock, reader: Actor, sort: str
) -> None:
    """What is subscribed to and whom one follows, each post once, in the order asked for."""
    join(house.store, house.network, "friend")
    for name in ("mine", "also-mine", "not-mine"):
        found(house, name)
    wanted = []
    for number in range(40):
        clock.advance(60_000)
        submolt = ("mine", "also-mine", "not-mine")[number % 3]
        by = "friend" if number % 4 == 0 else "author"
        post = publish(house, by, submolt, str(number), up=number * 7 % 11)
        if submolt != "not-mine" or by == "friend":
            wanted.append(Listed(post.id, submolt, post.score, 0, post.created_ms))
    for name in ("mine", "also-mine"):
        house.store.write_now(lambda unit, name=name: subscribe(unit, reader, name))  # type: ignore[misc]
    house.store.write_now(lambda unit: follow(unit, reader, "friend"))
    shown = [post.id for post in personal_walk(house, reader.id, sort, 7)]
    assert shown == in_order(wanted, sort, clock.now_ms())
    followed = personal_walk(house, reader.id, sort, 7, follows_only=True)
    assert {post.author_name for post in followed} == {"friend"}
    assert len(followed) == 10


def test_a_feed_of_nothing_is_the_feed_of_everything(house: House, reader: Actor) -> None:
    """An agent that has just arrived sees what there is; whom it follows is then still nobody."""
    publish(house, "author", "general", "Post")
    kind, page = house.store.read_now(
        lambda unit: personal.personal_page(unit, reader.id, "hot", 25, house.clock.now_ms())
    )
    assert (kind, [post.title for post in page.posts]) == ("all", ["Post"])
    assert personal_walk(house, reader.id, "hot", 25, follows_only=True) == []


def test_a_sample_of_many_sources_is_bounded_and_steady() -> None:
    """The same on one day, another on another, and never more than allowed."""
    ids = list(range(1, 500))
    first = personal.sample(ids, 20_000, 50)
    assert first == personal.sample(ids, 20_000, 50)
    assert len(set(first)) == 50
    assert first != personal.sample(ids, 20_001, 50)
    assert personal.sample(ids[:50], 1, 50) == ids[:50]


def test_new_is_walked_whole_while_votes_move_posts(
    house: House, clock: ManualClock, reader: Actor
) -> None:
    """Votes and new posts between two pages neither hide an old post nor show one twice."""
    made = []
    for number in range(20):
        clock.advance(1_000)
        made.append(publish(house, "author", "general", str(number)).id)
    after, seen = feeds.TOP, []
    while True:
        page = house.store.read_now(
            lambda unit, after=after: feeds.stored_page(unit, "new", 6, after)  # type: ignore[misc]
        )
        seen += [post.id for post in page.posts]
        clock.advance(1_000)
        publish(house, "author", "general", "In between", up=50)
        if page.next is None:
            break
        after = page.next
    assert seen == made[::-1]


def test_pinned_posts_stand_on_top_once(house: House, clock: ManualClock, reader: Actor) -> None:
    """Over pages of any size, pinned posts come first in ``hot`` and nothing comes twice."""
    submolt = found(house, "other")
    made = []
    for number in range(9):
        clock.advance(HOUR_MS)
        made.append(publish(house, "author", "other", str(number)).id)
    for at_ms, id_ in ((1, made[2]), (2, made[8])):
        house.store.write_now(lambda unit, at_ms=at_ms, id_=id_: posts.pin(unit, id_, at_ms))  # type: ignore[misc]
    rest = [id_ for id_ in reversed(made) if id_ not in (made[2], made[8])]
    for limit in (1, 2, 3, 4, 20):
        assert walk(house.store, "hot", limit, submolt, 0) == [made[8], made[2], *rest]
    assert walk(house.store, "new", 4, submolt, 0) == made[::-1]
