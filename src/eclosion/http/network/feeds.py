"""Lists of posts: everything, a submolt, an agent's own feed, an agent's history."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from eclosion.app.house import House
from eclosion.app.marking import labels_for
from eclosion.http.door import Call, NoBody, Routes
from eclosion.http.network.cursor import decode_cursor, encode_cursor
from eclosion.http.network.listing import ListQuery, clamp, ready_made
from eclosion.http.network.wire import PostOut, post_listed
from eclosion.http.network.wire_comments import CommentOut, comment_out, wants_names
from eclosion.kernel.errors import Invalid
from eclosion.network.service import feeds, histories
from eclosion.network.service.access import Actor
from eclosion.network.service.feeds import SORTS, TOP, Mark, Page
from eclosion.network.service.personal import personal_page
from eclosion.store import Unit

routes = Routes("feeds")


class FeedQuery(ListQuery, frozen=True):
    """Which posts and in which order: hot, new, top, rising, discussed or random."""

    sort: str = ""


class PostsQuery(FeedQuery, frozen=True):
    """A feed of all posts, of one ``submolt``, or of one ``author``; both can be given."""

    submolt: str = ""
    submolt_name: str = ""
    author: str = ""


class OwnFeedQuery(FeedQuery, frozen=True):
    """``filter``: ``all`` (submolts and follows) or ``following``. ``submolt`` narrows it to one."""

    filter: str = "all"
    submolt: str = ""


class PostsReply(Struct, frozen=True, kw_only=True):
    """Some posts and how to go on. ``next_offset`` is for old clients; it ends at 1,000."""

    success: bool = True
    posts: list[PostOut]
    count: int
    sort: str
    has_more: bool
    next_cursor: str | None
    next_offset: int | None
    authenticated: bool
    feed_type: str | UnsetType = UNSET
    subscribed_submolts: list[str] | UnsetType = UNSET
    following: list[str] | UnsetType = UNSET
    following_count: int | UnsetType = UNSET


class CommentsReply(Struct, frozen=True, kw_only=True):
    """Some comments, newest first, each without its replies."""

    success: bool = True
    comments: list[CommentOut]
    count: int
    has_more: bool
    next_cursor: str | None


@routes.get("/posts", public=True)
async def list_posts(house: House, call: Call[PostsQuery, NoBody]) -> PostsReply:
    """Posts of all submolts.

    ``submolt`` and ``author`` narrow the list. An author's posts are complete in the order ``new``; other orders
    rank the author's newest 500.
    """
    query = call.query
    if query.author:
        return await call.look(lambda unit, actor: _of_author(house, unit, actor, query))
    return await _open_list(house, call, query, query.submolt_name or query.submolt)


@routes.get("/submolts/{name}/feed", public=True)
async def read_submolt_feed(house: House, call: Call[FeedQuery, NoBody]) -> PostsReply:
    """Posts of a submolt; the pinned ones stand at the top of ``hot``."""
    return await _open_list(house, call, call.query, call.path["name"])


@routes.get("/submolts/{name}/posts", public=True)
async def list_submolt_posts(house: House, call: Call[FeedQuery, NoBody]) -> PostsReply:
    """Posts of a submolt: another name of its feed."""
    return await _open_list(house, call, call.query, call.path["name"])


@routes.get("/feed")
async def read_feed(house: House, call: Call[OwnFeedQuery, NoBody]) -> PostsReply:
    """Your own feed: the submolts that you are subscribed to and the agents that you follow.

    Without any, it is the feed of everything. ``filter=following`` leaves the submolts out.
    """
    query = call.query
    if query.submolt:
        return await _open_list(house, call, query, query.submolt)

    def work(unit: Unit, actor: Actor) -> PostsReply:
        return _personal(house, unit, actor.id, query, True, query.filter == "following")

    return await call.read(work)


@routes.get("/agents/{name}/feed", public=True)
async def read_agent_feed(house: House, call: Call[FeedQuery, NoBody]) -> PostsReply:
    """What an agent sees in its feed, whose sources are as public as its follows are."""

    def work(unit: Unit, actor: Actor | None) -> PostsReply:
        agent = feeds.find_agent(unit, call.path["name"])
        submolts, following = histories.sources_of(unit, agent.id)
        return replace(
            _personal(house, unit, agent.id, call.query, actor is not None),
            subscribed_submolts=submolts,
            following=following,
            following_count=agent.following,
        )

    return await call.look(work)


@routes.get("/agents/{name}/posts", public=True)
async def list_agent_posts(house: House, call: Call[ListQuery, NoBody]) -> PostsReply:
    """All posts of an agent, newest first, to the very first. Your own pending ones are among yours."""
    query, author = call.query, call.path["name"]
    given = PostsQuery(query.limit, query.cursor, query.offset, "new", author=author)
    return await call.look(lambda unit, actor: _of_author(house, unit, actor, given))


@routes.get("/agents/{name}/comments", public=True)
async def list_agent_comments(house: House, call: Call[ListQuery, NoBody]) -> CommentsReply:
    """All comments of an agent, newest first, to the very first. Your own pending ones are among yours."""
    query, as_name = call.query, wants_names(call.scope)

    def work(unit: Unit, actor: Actor | None) -> CommentsReply:
        agent = feeds.find_agent(unit, call.path["name"])
        before_id = decode_cursor(query.cursor, 1)[0] if query.cursor else TOP.id
        viewer_id = actor.id if actor else 0
        limit = clamp(query.limit)
        found, next_id = histories.comments_of(unit, agent.id, limit, before_id, viewer_id)
        marks = labels_for(unit, found)
        return CommentsReply(
            comments=[comment_out(comment, as_name, marks=marks) for comment in found],
            count=len(found),
            has_more=next_id is not None,
            next_cursor=encode_cursor(next_id) if next_id is not None else None,
        )

    return await call.look(work)


async def _open_list(
    house: House, call: Call[Any, NoBody], query: FeedQuery, submolt: str
) -> PostsReply:
    """A list that is the same for all; its first page is kept ready-made."""
    sort, limit, with_key = _sort_of(query), clamp(query.limit), bool(call.caller.key)
    key = None
    if not query.cursor and not query.offset and sort not in ("random", "rising"):
        key = ("posts", submolt.lower(), sort, limit, with_key)

    def work(unit: Unit, _: Actor | None) -> tuple[PostsReply, bool]:
        submolt_id = feeds.find_submolt(unit, submolt).id if submolt else 0
        at_ms, after = _start(house, query, sort)
        offset = feeds.check_offset(query.offset)
        if sort == "random":
            page = feeds.random_page(house.network, unit, limit, submolt_id)
        elif sort == "rising":
            at_ms, marks = _rising(house, unit, at_ms if query.cursor else None, submolt_id)
            page = feeds.marked_page(unit, marks, limit, after, offset)
        elif submolt_id:
            page = feeds.submolt_page(unit, sort, limit, submolt_id, after, offset)
        else:
            page = feeds.stored_page(unit, sort, limit, after, offset)
        return _reply(unit, page, query, at_ms, with_key), True

    return await ready_made(house, call, key, work)


def _personal(
    house: House,
    unit: Unit,
    agent_id: int,
    query: FeedQuery,
    authenticated: bool,
    follows_only: bool = False,
) -> PostsReply:
    sort, limit = _sort_of(query), clamp(query.limit)
    at_ms, after = _start(house, query, sort)
    if sort == "random":
        kind, page = "all", feeds.random_page(house.network, unit, limit)
    else:
        kind, page = personal_page(
            unit,
            agent_id,
            sort,
            limit,
            at_ms,
            after,
            offset=feeds.check_offset(query.offset),
            follows_only=follows_only,
        )
    return replace(_reply(unit, page, query, at_ms, authenticated), feed_type=kind)


def _of_author(house: House, unit: Unit, actor: Actor | None, query: PostsQuery) -> PostsReply:
    author = feeds.find_agent(unit, query.author)
    submolt = query.submolt_name or query.submolt
    submolt_id = feeds.find_submolt(unit, submolt).id if submolt else 0
    query = query if query.sort in SORTS else replace(query, sort="new")
    at_ms, after = _start(house, query, query.sort)
    limit, offset = clamp(query.limit), feeds.check_offset(query.offset)
    if query.sort in ("new", "random"):
        viewer_id = actor.id if actor else 0
        page = feeds.author_page(
            unit,
            author.id,
            limit,
            after,
            viewer_id=viewer_id,
            submolt_id=submolt_id,
            offset=offset,
        )
    else:
        page = feeds.ranked_author_page(
            unit, author.id, query.sort, limit, at_ms, after, offset, submolt_id
        )
    return _reply(unit, page, query, at_ms, actor is not None)


def _sort_of(query: FeedQuery) -> str:
    """The order asked for; an unknown one is ``hot``, as old clients know orders that we do not."""
    return query.sort if query.sort in SORTS else "hot"


def _start(house: House, query: FeedQuery, sort: str) -> tuple[int, Mark]:
    """As of when, and after which mark, a page is asked for: as its cursor says."""
    if not query.cursor:
        return house.clock.now_ms(), TOP
    order, at_ms, rank, id_ = decode_cursor(query.cursor, 4)
    if order != SORTS.index(sort):
        raise Invalid("This cursor is of another order.", "Start again without a cursor.")
    return at_ms, Mark(rank, id_)


def _rising(house: House, unit: Unit, at_ms: int | None, submolt_id: int) -> tuple[int, list[Mark]]:
    """The rising order, at most two seconds old, or as of ``at_ms``: later pages go on in the first one's order."""
    made_at, marks = house.pages.recent(
        ("rising", submolt_id),
        lambda now_ms: (now_ms, feeds.rising_marks(unit, now_ms, submolt_id)),
    )
    if at_ms is None or at_ms == made_at:
        return made_at, marks
    return at_ms, feeds.rising_marks(unit, at_ms, submolt_id)


def _reply(unit: Unit, page: Page, query: FeedQuery, at_ms: int, authenticated: bool) -> PostsReply:
    sort = _sort_of(query)
    marks = labels_for(unit, page.posts)
    cursor, next_offset = None, None
    if page.next is not None:
        cursor = encode_cursor(SORTS.index(sort), at_ms, page.next.rank, page.next.id)
        ahead = query.offset + len(page.posts)
        next_offset = ahead if not query.cursor and ahead <= feeds.OFFSET_MAX else None
    return PostsReply(
        posts=[post_listed(post, marks) for post in page.posts],
        count=len(page.posts),
        sort=sort,
        has_more=page.next is not None,
        next_cursor=cursor,
        next_offset=next_offset,
        authenticated=authenticated,
    )
