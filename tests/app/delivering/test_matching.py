"""Who wants an event is found quickly, and is who would be found slowly."""

import time
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from eclosion.app.delivering.matching import Matcher, filter_text
from eclosion.app.telling import Filter, Subject, Told
from eclosion.webhooks.model import Webhook

TYPES = ("post.created", "post.*", "comment.*", "comment.created", "agent.changed")
NAMES = ("ada", "bob", "cyd")


def some(words: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(words), max_size=2, unique=True).map(tuple)


FILTERS = st.builds(Filter, some(TYPES), some(NAMES), some(NAMES), some(("p1", "p2")))
EVENTS = st.builds(
    Told,
    id=st.just("0.1"),
    type=st.sampled_from(("post.created", "comment.created", "agent.changed", "post.voted")),
    at=st.just(""),
    subject=st.just(Subject("post", "x")),
    actor=st.sampled_from(("", "ADA", "bob")),
    submolt=st.sampled_from(("", *NAMES)),
    post_id=st.sampled_from(("", "p1", "p2")),
    facts=st.sampled_from(({}, {"author": "Bob"}, {"agent": "cyd"})),
)


def webhook(id_: int, wanted: Filter) -> Webhook:
    text = filter_text(wanted)
    return Webhook(id_, 1, "", text, b"", b"", 0, "active", "", 0, 0, 0, 0, 0, 0, 0, 0, 0)


@settings(max_examples=300, deadline=None, database=None)
@given(filters=st.lists(FILTERS, max_size=12), told=EVENTS)
def test_those_who_want_it_are_found_once(filters: list[Filter], told: Told) -> None:
    matcher = Matcher([webhook(number, one) for number, one in enumerate(filters)])
    slowly = [number for number, one in enumerate(filters) if one.admits(told)]
    assert sorted(matcher.wanting(told)) == slowly


def test_a_thousand_that_want_something_else_cost_nothing() -> None:
    """Less than a tenth of asking them all."""
    filters = [Filter(agents=(f"a{number}",)) for number in range(1_000)]
    matcher = Matcher([webhook(number, one) for number, one in enumerate(filters)])
    told = Told("0.1", "post.created", "", Subject("post"), actor="a7")
    slowly_s = quickest(lambda: [n for n, one in enumerate(filters) if one.admits(told)])
    assert quickest(lambda: matcher.wanting(told)) < slowly_s / 10


def quickest(find: Callable[[], list[int]]) -> float:
    """How long it takes undisturbed, in seconds."""
    times = []
    for _ in range(5):
        started = time.perf_counter()
        assert find() == [7]
        times.append(time.perf_counter() - started)
    return min(times)
