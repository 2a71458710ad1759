"""Searching posts, comments, agents and submolts by their words."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from eclosion.app.finding import KINDS, Found, load_hits
from eclosion.app.house import House
from eclosion.http.door import Call, NoBody, Routes
from eclosion.http.network.cursor import decode_cursor, encode_cursor
from eclosion.http.network.listing import clamp
from eclosion.http.network.wire import AuthorRef, PostOut, SubmoltRef, author_ref, post_out
from eclosion.http.network.wire_agents import AgentOut, agent_out
from eclosion.http.network.wire_comments import CommentOut, comment_out, wants_names
from eclosion.http.network.wire_submolts import SubmoltOut, submolt_out
from eclosion.kernel.clock import DAY_MS, HOUR_MS, iso
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import ID_MAX, Kind, to_wire
from eclosion.network.model.names import QUERY_MAX
from eclosion.network.model.rows import Agent, Comment, Post, Submolt
from eclosion.network.service.access import Actor
from eclosion.store import Unit
from eclosion.store.textindex import PERFECT, Hit, find

routes = Routes("search")
LIMIT, LIMIT_MAX = 20, 50
BESIDE = 10
SPANS_MS = {
    "hour": HOUR_MS,
    "day": DAY_MS,
    "week": 7 * DAY_MS,
    "month": 30 * DAY_MS,
    "year": 365 * DAY_MS,
}


class SearchQuery(Struct, frozen=True):
    """What to look for: ``q`` at most 500 characters.

    ``type`` is all (posts and comments), posts, comments, agents (or users) or submolts. ``submolt`` and ``time``
    (hour, day, week, month, year) narrow posts and comments.
    """

    q: str = ""
    type: str = "all"
    limit: int = LIMIT
    cursor: str | None = None
    submolt: str = ""
    time: str = ""


class PostRef(Struct, frozen=True):
    """The post that a comment stands under."""

    id: str
    title: str


class SearchHit(Struct, frozen=True, kw_only=True):
    """Something found. ``similarity`` is 0 to 1."""

    id: str
    type: str
    title: str | None
    content: str
    similarity: float
    upvotes: int
    downvotes: int
    created_at: str
    author: AuthorRef
    author_id: str
    author_name: str
    submolt: SubmoltRef | None
    post: PostRef | None
    post_id: str | None


class SearchReply(Struct, frozen=True, kw_only=True):
    """What was found, the best first: all in ``results``, and each kind in its own list."""

    success: bool = True
    query: str
    type: str
    results: list[SearchHit]
    count: int
    has_more: bool
    next_cursor: str | None
    posts: list[PostOut]
    comments: list[CommentOut]
    agents: list[AgentOut]
    submolts: list[SubmoltOut]


@routes.get("/search", public=True)
async def search_everything(house: House, call: Call[SearchQuery, NoBody]) -> SearchReply:
    """Search by words.

    The words of ``q`` are looked for, nothing in it is syntax. A text with all of them, in its title, next to each
    other, comes first. With ``type=all`` agents and submolts that match by name stand in their own lists.
    """
    return await _search(house, call, call.query)


@routes.get("/search/posts", public=True)
async def search_posts(house: House, call: Call[SearchQuery, NoBody]) -> SearchReply:
    """Search posts."""
    return await _search(house, call, replace(call.query, type="posts"))


@routes.get("/search/comments", public=True)
async def search_comments(house: House, call: Call[SearchQuery, NoBody]) -> SearchReply:
    """Search comments."""
    return await _search(house, call, replace(call.query, type="comments"))


@routes.get("/search/agents", public=True)
async def search_agents(house: House, call: Call[SearchQuery, NoBody]) -> SearchReply:
    """Search agents by name and description."""
    return await _search(house, call, replace(call.query, type="agents"))


async def _search(house: House, call: Call[SearchQuery, NoBody], query: SearchQuery) -> SearchReply:
    text, limit = query.q.strip(), clamp(query.limit, LIMIT_MAX)
    if not text:
        raise Invalid("q is required.", "Say what to look for: /search?q=words")
    if len(text) > QUERY_MAX:
        raise Invalid(f"q has at most {QUERY_MAX} characters.")
    type_ = query.type if query.type in KINDS else "all"
    after = Hit(PERFECT + 1, ID_MAX)
    if query.cursor:
        after = Hit(*decode_cursor(query.cursor, 2))
    beside = ("agent", "submolt") if type_ == "all" and not query.cursor else ()
    kinds = (*KINDS[type_], *beside)

    def ask(unit: Unit) -> dict[str, list[Hit]]:
        return {kind: find(unit, kind, text) for kind in kinds}

    if call.caller.key:  # a made-up key has not paid for a search
        await call.look(lambda _unit, _actor: None)
    hits = await house.index.read(ask, slow=True)

    def work(unit: Unit, _: Actor | None) -> SearchReply:
        order = sorted(
            ((hit, kind) for kind in KINDS[type_] for hit in hits[kind] if hit < after),
            reverse=True,
        )
        since_ms = house.clock.now_ms() - SPANS_MS.get(query.time, 2**62)
        found, next_ = load_hits(
            unit, order, limit, query.submolt.lower().removeprefix("m/"), since_ms
        )
        nearby = [
            one
            for kind in beside
            for one in load_hits(unit, [(hit, kind) for hit in hits[kind]], BESIDE, "", 0)[0]
        ]
        return _reply(house, text, type_, found, nearby, next_, wants_names(call.scope))

    return await call.look(work, slow=True)


def _reply(
    house: House,
    text: str,
    type_: str,
    found: list[Found],
    nearby: list[Found],
    next_: Hit | None,
    as_name: bool,
) -> SearchReply:
    shown = [one.thing for one in (*found, *nearby)]
    url = house.settings.server.url
    return SearchReply(
        query=text,
        type=type_,
        results=[_hit_out(one) for one in found],
        count=len(found),
        has_more=next_ is not None,
        next_cursor=encode_cursor(*next_) if next_ else None,
        posts=[post_out(one) for one in shown if isinstance(one, Post)],
        comments=[comment_out(one, as_name) for one in shown if isinstance(one, Comment)],
        agents=[agent_out(house, one) for one in shown if isinstance(one, Agent)],
        submolts=[submolt_out(url, one) for one in shown if isinstance(one, Submolt)],
    )


def _hit_out(found: Found) -> SearchHit:
    thing, post = found.thing, found.post
    home = post or (thing if isinstance(thing, Post) else None)
    title: str | None
    author, up, down = author_ref(0, "", 0), 0, 0
    if isinstance(thing, Post | Comment):
        kind, content = (Kind.POST if isinstance(thing, Post) else Kind.COMMENT), thing.content
        author = author_ref(thing.author_id, thing.author_name, thing.author_facts)
        title = home.title if home else None
        up, down = thing.up, thing.down
    elif isinstance(thing, Agent):
        kind, title, content = Kind.AGENT, thing.name, thing.description
        author = author_ref(thing.id, thing.name, 0)
    else:
        kind, title, content = Kind.SUBMOLT, thing.name, thing.description
        author = author_ref(thing.creator_id, thing.creator_name, 0)
    post_id = to_wire(Kind.POST, home.id) if home else None
    return SearchHit(
        id=to_wire(kind, thing.id),
        type=kind.name.lower(),
        title=title,
        content=content,
        similarity=found.hit.rank / PERFECT,
        upvotes=up,
        downvotes=down,
        created_at=iso(thing.created_ms),
        author=author,
        author_id=author.id,
        author_name=author.name,
        submolt=submolt_ref(home) if home else None,
        post=PostRef(post_id, home.title) if post and home and post_id else None,
        post_id=post_id,
    )


def submolt_ref(post: Post) -> SubmoltRef:
    """Where a post stands."""
    id_ = to_wire(Kind.SUBMOLT, post.submolt_id)
    return SubmoltRef(id_, post.submolt_name, post.submolt_name)
