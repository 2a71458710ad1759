"""A post with its thread, and a comment with what answers it."""

from __future__ import annotations

from typing import NamedTuple

from eclosion.app.cursors import encode_cursor
from eclosion.app.house import House
from eclosion.app.marking import labels_for
from eclosion.findings import Mark
from eclosion.kernel.errors import Invalid
from eclosion.network.errors import PostNotFound
from eclosion.network.model.rows import Comment, Post
from eclosion.network.service import resolve, threads
from eclosion.network.service.threads import Place, Thread
from eclosion.network.store import comments, watching
from eclosion.store import Unit
from eclosion.web.door import Ask, View, link
from eclosion.web.hidden import count_hidden
from eclosion.web.network.entries import comment_entry, comment_path, label_line, post_path
from eclosion.web.outline import Outline

ORDERS = ("best", "new", "old")
TOP_LEVEL = 25
HEAVY_FROM = 40
LABELS = 10


class Branch(NamedTuple):
    """A comment and what answers it; where replies are hidden, ``more`` is where they are."""

    comment: Comment
    replies: list[Branch]
    hidden: int
    more: str


def post(house: House, unit: Unit, ask: Ask) -> View:
    """A post and its thread, or the part of the thread that a cursor names."""
    found = threads.thread_post(unit, resolve.post_id(unit, ask.name))
    here = post_path(found.id)
    sort = ask.choice("sort", ORDERS)
    place = _place(ask, sort)
    above = _above(unit, found, place.parent_id)
    thread = threads.read_thread(unit, found.id, place, TOP_LEVEL)
    marks = _marks(unit, found, thread, above)
    part = bool(ask.query.get("after"))
    view = _view(ask, found, thread, here, sort, above, marks, part=part)
    view.values["labels"] = watching.labels_on(unit, found.id, LABELS)
    return view


def comment(house: House, unit: Unit, ask: Ask) -> View:
    """One comment and its replies, under the title of its post."""
    top = threads.thread_comment(unit, resolve.comment_id(unit, ask.name))
    found = threads.thread_post(unit, top.post_id)
    sort = ask.choice("sort", ORDERS)
    thread = threads.read_thread(unit, found.id, threads.start(sort, top.id), TOP_LEVEL)
    here = comment_path(top.id)
    marks = _marks(unit, found, thread, top)
    return _view(ask, found, thread, here, sort, top, marks, part=True)


def _marks(unit: Unit, post: Post, thread: Thread, above: Comment | None) -> dict[int, Mark]:
    """The labels of what is marked on a page."""
    shown = [node.comment for node in thread.nodes] + ([above] if above else [])
    return labels_for(unit, [post, *shown])


def _view(
    ask: Ask,
    post: Post,
    thread: Thread,
    here: str,
    sort: str,
    above: Comment | None,
    marks: dict[int, Mark],
    *,
    part: bool,
) -> View:
    more = link(post_path(post.id), ask, after=_cursor(thread.next)) if thread.next else ""
    gone = bool(post.deleted_ms)
    values = {
        "post": post,
        "gone": gone,
        "here": here,
        "branches": _branches(thread, post_path(post.id)),
        "more": more,
        "sort": sort,
        "sorts": ORDERS,
        "above": above,
        "part": part,
        "hidden": 0 if gone else count_hidden(post.title) + count_hidden(post.content),
        "labels": [],
        "marks": marks,
        "parent": comment_path(above.parent_id) if above and above.parent_id else "",
    }

    def outline() -> Outline:
        depths: list[int] = []
        for node in thread.nodes:
            depths.append(depths[node.parent] + 1 if node.parent >= 0 else 0)
        entries = [
            comment_entry(node.comment, "comment", depth, marks)
            for node, depth in zip(thread.nodes, depths, strict=True)
        ]
        if above is not None:
            entries = [comment_entry(above, "comment", 0, marks)] + [
                e._replace(depth=e.depth + 1) for e in entries
            ]
        title = "[deleted]" if gone else post.title
        words = "" if gone or part else "\n\n".join(filter(None, (post.url, post.content)))
        author = "[deleted]" if gone else post.author_name
        about = f"By {author} in m/{post.submolt_name} · {post.score:,} points · {post.comments:,} comments"
        label = "" if gone else label_line(post, marks)
        return Outline(title, here, entries, about, words, more, label)

    return View("post.html", values, outline, heavy=len(thread.nodes) > HEAVY_FROM)


def _place(ask: Ask, sort: str) -> Place:
    given = ask.cursor(4)
    if given is None:
        return threads.start(sort)
    order, parent_id, rank, id_ = given
    if not 0 <= order < len(ORDERS) or parent_id < 0:
        raise Invalid("This cursor is not valid here.")
    return Place(ORDERS[order], parent_id, rank, id_)


def _above(unit: Unit, post: Post, comment_id: int) -> Comment | None:
    """The comment whose replies are shown.

    Raises:
        PostNotFound: it is of another thread.
    """
    if not comment_id:
        return None
    found = comments.comment_by_id(unit, comment_id)
    if found is None or found.post_id != post.id or found.status != "published":
        raise PostNotFound
    return found


def _branches(thread: Thread, path: str) -> list[Branch]:
    """A thread's nodes, in which parents come before their replies, as a tree."""
    top: list[Branch] = []
    made: list[Branch] = []
    for node in thread.nodes:
        more = f"{path}?after={_cursor(node.more)}" if node.more else ""
        branch = Branch(node.comment, [], node.hidden, more)
        made.append(branch)
        (top if node.parent < 0 else made[node.parent].replies).append(branch)
    return top


def _cursor(place: Place) -> str:
    return encode_cursor(ORDERS.index(place.sort), place.parent_id, place.rank, place.id)
