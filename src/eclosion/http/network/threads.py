"""Reading comments: the tree below a post, and the branches below a comment."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import UNSET, Struct

from eclosion.app.house import House
from eclosion.app.marking import labels_for
from eclosion.findings import Mark
from eclosion.http.door import Call, NoBody, Routes
from eclosion.http.network.cursor import decode_cursor, encode_cursor
from eclosion.http.network.listing import clamp, ready_made
from eclosion.http.network.wire_comments import (
    CommentOut,
    MoreOut,
    comment_listed,
    comment_out,
    wants_names,
)
from eclosion.kernel.errors import Invalid
from eclosion.network.service import resolve, threads
from eclosion.network.service.access import Actor
from eclosion.network.service.threads import Place, Thread
from eclosion.store import Unit

routes = Routes("comments")
ORDERS = ("best", "new", "old")
_MARK = 16  # tells a thread's cursors from those of other lists


class ThreadQuery(Struct, frozen=True):
    """How much of a thread, and in which order: best (also top, controversial), new or old."""

    sort: str = "best"
    limit: int = threads.LIMIT
    cursor: str | None = None


class ThreadReply(Struct, frozen=True, kw_only=True):
    """Comments with their replies inside them; ``more`` in a comment says how to go on below it."""

    success: bool = True
    comments: list[CommentOut]
    count: int
    sort: str
    has_more: bool
    next_cursor: str | None


@routes.get("/posts/{id}/comments", public=True)
async def read_thread(house: House, call: Call[ThreadQuery, NoBody]) -> ThreadReply:
    """The comments of a post as a tree.

    ``limit`` (35, at most 100) counts the comments right under the post. ``next_cursor`` goes on with those;
    the cursor in a comment's ``more`` goes on below that comment, here or at its ``replies``.
    """
    query, as_name, path = call.query, wants_names(call.scope), call.path["id"]
    key = None if query.cursor else ("thread", path, query.sort, query.limit, as_name)

    def work(unit: Unit, actor: Actor | None) -> tuple[ThreadReply, bool]:
        viewer_id = actor.id if actor else 0
        post = threads.thread_post(unit, resolve.post_id(unit, path), viewer_id)
        place = place_of(query)
        if place.parent_id:
            branch = threads.thread_comment(unit, place.parent_id, viewer_id)
            if branch.post_id != post.id:
                raise Invalid("This cursor is of another thread.")
        thread = threads.read_thread(unit, post.id, place, clamp(query.limit), viewer_id)
        shared = thread.shared and post.status == "published"
        return thread_reply(unit, thread, place.sort, as_name), shared

    return await ready_made(house, call, key, work, own_view)


@routes.get("/comments/{id}/replies", public=True)
async def read_replies(house: House, call: Call[ThreadQuery, NoBody]) -> ThreadReply:
    """The replies to a comment as a tree; ``cursor`` is that of the comment's ``more``."""
    query, as_name = call.query, wants_names(call.scope)

    def work(unit: Unit, actor: Actor | None) -> ThreadReply:
        viewer_id = actor.id if actor else 0
        id_ = resolve.comment_id(unit, call.path["id"])
        branch = threads.thread_comment(unit, id_, viewer_id)
        threads.thread_post(unit, branch.post_id, viewer_id)
        place = place_of(query, branch.id)
        if place.parent_id != branch.id:
            raise Invalid("This cursor is of another comment.")
        thread = threads.read_thread(unit, branch.post_id, place, clamp(query.limit), viewer_id)
        return thread_reply(unit, thread, place.sort, as_name)

    return await call.look(work)


def own_view(unit: Unit, actor: Actor) -> int | None:
    """Whose view of a thread this is: everybody's (None) but for agents with pending comments."""
    return actor.id if threads.has_unpublished(unit, actor.id) else None


def place_of(query: ThreadQuery, parent_id: int = 0) -> Place:
    """Where to begin.

    Raises:
        Invalid: the cursor is none of a thread's.
    """
    if not query.cursor:
        return threads.start(threads.sort_of(query.sort), parent_id)
    order, parent, rank, id_ = decode_cursor(query.cursor, 4)
    order -= _MARK
    if not 0 <= order < len(ORDERS) or parent < 0:
        raise Invalid("This cursor is not valid here.", "Start again without a cursor.")
    return Place(ORDERS[order], parent, rank, id_)


def thread_reply(unit: Unit, thread: Thread, sort: str, as_name: bool) -> ThreadReply:
    """A thread on the wire."""
    marks = labels_for(unit, [node.comment for node in thread.nodes])
    roots = thread_out(thread, as_name, marks)
    return ThreadReply(
        comments=roots,
        count=len(roots),
        sort=sort,
        has_more=thread.next is not None,
        next_cursor=_cursor(thread.next) if thread.next else None,
    )


def thread_out(thread: Thread, as_name: bool, marks: Mapping[int, Mark]) -> list[CommentOut]:
    """The comments at the top, each with its replies inside; also for the page of a post."""
    made: list[CommentOut] = []
    roots: list[CommentOut] = []
    parents = {node.parent for node in thread.nodes}
    for at, node in enumerate(thread.nodes):
        if node.more is None and at not in parents:
            one = comment_listed(node.comment, as_name, marks)
        else:
            more = MoreOut(node.hidden, _cursor(node.more)) if node.more else UNSET
            one = comment_out(node.comment, as_name, [], more, marks)
        made.append(one)
        (made[node.parent].replies if node.parent >= 0 else roots).append(one)
    return roots


def _cursor(place: Place) -> str:
    return encode_cursor(_MARK + ORDERS.index(place.sort), place.parent_id, place.rank, place.id)
