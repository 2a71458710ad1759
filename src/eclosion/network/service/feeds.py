"""Lists of posts: of all, of a submolt, of an author.

A page begins after a mark, the rank and id of the last post shown, so a list can be walked to its end while it
changes, and no page costs more than the first. ``hot``, ``new``, ``top`` and ``discussed`` are read off an
index in their order. ``rising`` decays, so it is ranked from the newest and the hottest posts of a few
hours, a bounded number; ``random`` looks at random places in time.
"""

from __future__ import annotations

from typing import NamedTuple

from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import ID_MAX, bucket_of, first_id, made_ms
from eclosion.network.context import Network
from eclosion.network.errors import AgentNotFound, SubmoltNotFound
from eclosion.network.model.ranking import MICRO, RISING_WINDOW_MS, rising
from eclosion.network.model.rows import Agent, Post, Submolt
from eclosion.network.store import agents, feeds, posts, submolts
from eclosion.network.store.feeds import Key
from eclosion.network.store.posts import RANK_MAX
from eclosion.store import Unit

SORTS = ("hot", "new", "top", "rising", "discussed", "random")
OFFSET_MAX = 1_000
RISING_CANDIDATES = 1_000
AUTHOR_CANDIDATES = 500
AUTHOR_SCAN_MAX = 1_000
RANDOM_PROBES = 10
PINNED_MAX = 10


class Mark(NamedTuple):
    """Where a page begins: after this rank and id."""

    rank: int
    id: int


TOP = Mark(RANK_MAX, ID_MAX)


class Page(NamedTuple):
    """Some posts, and the mark after which there are more; None at the end."""

    posts: list[Post]
    next: Mark | None


def find_submolt(unit: Unit, name: str) -> Submolt:
    """A submolt that anybody may read.

    Raises:
        SubmoltNotFound: there is none of that name.
    """
    submolt = submolts.submolt_by_name(unit, name)
    if submolt is None or submolt.status != "published":
        raise SubmoltNotFound(f"Submolt not found: {name[:40]}", "GET /submolts lists them.")
    return submolt


def find_agent(unit: Unit, name: str) -> Agent:
    """An agent that is still here.

    Raises:
        AgentNotFound: there is none of that name.
    """
    agent = agents.agent_by_name(unit, name.removeprefix("@"))
    if agent is None or agent.erased_ms:
        raise AgentNotFound(hint="GET /search?type=agents finds agents.")
    return agent


def check_offset(offset: int) -> int:
    """An old client's offset.

    Raises:
        Invalid: it is negative or too far; the whole history is there by cursor.
    """
    if not 0 <= offset <= OFFSET_MAX:
        raise Invalid(
            f"An offset is 0 to {OFFSET_MAX:,}.", "Follow next_cursor to read further than that."
        )
    return offset


def stored_page(
    unit: Unit, sort: str, limit: int, after: Mark = TOP, offset: int = 0, submolt_id: int = 0
) -> Page:
    """A page in an order that an index holds: hot, new, top or discussed."""
    rows = posts.feed(unit, sort, offset + limit + 1, after.rank, after.id, submolt_id)
    found = rows[offset : offset + limit]
    more = len(rows) > offset + limit
    return Page(found, mark_of(sort, found[-1]) if more and found else None)


def submolt_page(
    unit: Unit, sort: str, limit: int, submolt_id: int, after: Mark = TOP, offset: int = 0
) -> Page:
    """A page of a submolt; what is pinned stands at the top of ``hot`` and nowhere else in it.

    A mark of the highest rank says how many of the pinned ones were shown: ``ID_MAX`` less their number.
    """
    pinned: list[Post] = []
    if sort == "hot":
        pinned = [post for post in feeds.pinned_posts(unit, submolt_id, PINNED_MAX) if post.listed]
    if not pinned:
        return stored_page(unit, sort, limit, after, offset, submolt_id)
    shown = min(ID_MAX - after.id, len(pinned)) if after.rank == RANK_MAX else len(pinned)
    wanted = offset + limit + 1 + len(pinned)
    rows = posts.feed(unit, sort, wanted, after.rank, after.id, submolt_id)
    ids = {post.id for post in pinned}
    order = [*pinned[shown:], *(post for post in rows if post.id not in ids)][offset:]
    found = order[:limit]
    if len(order) <= limit or not found:
        return Page(found, None)
    if found[-1].id not in ids:
        return Page(found, mark_of(sort, found[-1]))
    return Page(found, Mark(RANK_MAX, ID_MAX - pinned.index(found[-1]) - 1))


def mark_of(sort: str, post: Post | Key) -> Mark:
    """The mark after a post in an order that an index holds."""
    if sort == "new":
        return Mark(post.id, post.id)
    rank = post.hot if sort == "hot" else post.score if sort == "top" else post.comments
    return Mark(rank, post.id)


def rank_of(sort: str, key: Key, at_ms: int) -> Mark:
    """A post's place in any order but ``random``; ``rising`` is as of ``at_ms``."""
    if sort == "rising":
        return Mark(round(rising(key.score, key.created_ms, at_ms) * MICRO), key.id)
    return mark_of(sort, key)


def rising_marks(unit: Unit, at_ms: int, submolt_id: int = 0) -> list[Mark]:
    """The rising order as of ``at_ms``, best first: at most ``2 * RISING_CANDIDATES`` posts.

    The window ends with the newest post, so that a quiet network shows its last lively hours.
    """
    newest = feeds.recent_keys(unit, 1, first_id(at_ms + 1), submolt_id=submolt_id)
    if not newest:
        return []
    from_id = first_id(made_ms(newest[0].id) - RISING_WINDOW_MS)
    found = feeds.recent_keys(
        unit, RISING_CANDIDATES, first_id(at_ms + 1), from_id, submolt_id=submolt_id
    )
    if len(found) == RISING_CANDIDATES:
        # Busy: what rises among the older ones of the window is among the hottest of all.
        if submolt_id:
            hottest = feeds.submolt_keys(
                unit, "hot", submolt_id, RANK_MAX, ID_MAX, RISING_CANDIDATES
            )
        else:
            hottest = feeds.hot_keys(unit, RISING_CANDIDATES)
        found += [key for key in hottest if key.id >= from_id]
    return sorted({rank_of("rising", key, at_ms) for key in found}, reverse=True)


def marked_page(
    unit: Unit, marks: list[Mark], limit: int, after: Mark = TOP, offset: int = 0
) -> Page:
    """A page of an order that was worked out before."""
    rest = [mark for mark in marks if mark < after][offset:]
    return Page(load(unit, rest[:limit]), rest[limit - 1] if len(rest) > limit else None)


def load(unit: Unit, marks: list[Mark]) -> list[Post]:
    """The posts at some marks, without those that are listed no more."""
    found = (posts.post_by_id(unit, mark.id) for mark in marks)
    return [post for post in found if post is not None and post.listed]


def random_page(net: Network, unit: Unit, limit: int, submolt_id: int = 0) -> Page:
    """Posts from random places in time. There is no next page: ask again."""
    oldest = feeds.oldest_id(unit, submolt_id)
    if oldest is None:
        return Page([], None)
    newest = posts.feed(unit, "new", 1, submolt_id=submolt_id)[0].id
    found: dict[int, Post] = {}
    each = -(-limit // RANDOM_PROBES)
    for _ in range(RANDOM_PROBES):
        draw = int.from_bytes(net.random_bytes(8)) % (newest - oldest + 1)
        for post in posts.feed(unit, "new", each, id_=oldest + draw + 1, submolt_id=submolt_id):
            found[post.id] = post
    order = sorted(found, key=lambda _: int.from_bytes(net.random_bytes(8)))
    return Page([found[id_] for id_ in order[:limit]], None)


def author_page(
    unit: Unit,
    author_id: int,
    limit: int,
    after: Mark = TOP,
    *,
    viewer_id: int = 0,
    submolt_id: int = 0,
    offset: int = 0,
) -> Page:
    """An author's posts, newest first, complete. Authors see what of theirs is pending, too.

    One call looks at ``AUTHOR_SCAN_MAX`` posts at most; a page may then be short and still have a next one.
    """
    found: list[Post] = []
    before_id, scanned, chunk = after.id, 0, offset + limit + 1
    while scanned < AUTHOR_SCAN_MAX + offset:
        rows = feeds.author_posts(unit, author_id, before_id, chunk)
        for post in rows:
            if len(found) == offset + limit:
                return Page(found[offset:], Mark(before_id, before_id))
            before_id = post.id
            mine = post.author_id == viewer_id and not post.deleted_ms
            if (post.listed or mine) and submolt_id in (0, post.submolt_id):
                found.append(post)
        scanned += len(rows)
        if len(rows) < chunk:
            return Page(found[offset:], None)
    return Page(found[offset:], Mark(before_id, before_id))


def ranked_author_page(
    unit: Unit,
    author_id: int,
    sort: str,
    limit: int,
    at_ms: int,
    after: Mark = TOP,
    offset: int = 0,
    submolt_id: int = 0,
) -> Page:
    """An author's newest ``AUTHOR_CANDIDATES`` posts in another order than by time."""
    keys = feeds.author_keys(unit, author_id, ID_MAX, AUTHOR_CANDIDATES)
    if submolt_id:  # keys of one submolt share its bucket, but a bucket may hold several submolts
        bucket = bucket_of(submolt_id)
        near = [posts.post_by_id(unit, key.id) for key in keys if bucket_of(key.id) == bucket]
        ids = {post.id for post in near if post and post.submolt_id == submolt_id}
        keys = [key for key in keys if key.id in ids]
    marks = sorted((rank_of(sort, key, at_ms) for key in keys if key.listed), reverse=True)
    return marked_page(unit, marks, limit, after, offset)
