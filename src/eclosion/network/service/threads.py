"""The comments of a post as a bounded tree.

A page has so many comments right under the post (or under one comment) and below each what fits: at most
``REPLIES_SHOWN`` replies to one comment, ``DEPTH_SHOWN`` steps down, ``COMMENTS_SHOWN`` in all and
``BYTES_SHOWN`` of text. Wherever something was cut off stands how to go on. The tree is built level by level, never by
recursion, so a thread of any shape costs the same. What is pending is seen by its author only; what was deleted
keeps its place while it has replies.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from eclosion.kernel.ids import ID_MAX
from eclosion.network.errors import CommentNotFound, PostNotFound
from eclosion.network.model.rows import Comment, Post
from eclosion.network.store import comments, posts, threads
from eclosion.network.store.posts import RANK_MAX
from eclosion.store import Unit

SORTS = {"best": "best", "top": "best", "controversial": "best", "new": "new", "old": "old"}
LIMIT = 35
LIMIT_MAX = 100
REPLIES_SHOWN = 20
DEPTH_SHOWN = 12
COMMENTS_SHOWN = 500
BYTES_SHOWN = 2**20
SCAN_MAX = 500
PENDING_MAX = 50


class Place(NamedTuple):
    """Where a list of comments goes on. ``parent_id`` 0 is the post itself; ``sort`` best, new or old."""

    sort: str
    parent_id: int
    rank: int
    id: int


class Node(NamedTuple):
    """A comment in a tree.

    ``parent`` is the place in ``Thread.nodes`` of the comment that it answers, -1 at the top. ``hidden`` direct
    replies at least are not shown; they begin at ``more``.
    """

    comment: Comment
    parent: int
    hidden: int
    more: Place | None


class Thread(NamedTuple):
    """A page of a thread: parents before their replies, and siblings in their order.

    ``next`` is where the top level goes on. ``shared`` tells that every viewer sees the same.
    """

    nodes: list[Node]
    next: Place | None
    shared: bool


def thread_post(unit: Unit, post_id: int, viewer_id: int = 0) -> Post:
    """The post of a thread; one that was deleted or removed still has its thread.

    Raises:
        PostNotFound: there is none, or it is pending and somebody else's.
    """
    post = posts.post_by_id(unit, post_id)
    if post is None or (post.status != "published" and post.author_id != viewer_id):
        raise PostNotFound(hint="Check the id; GET /posts lists posts.")
    return post


def thread_comment(unit: Unit, comment_id: int, viewer_id: int = 0) -> Comment:
    """The comment at the top of a branch; one that was deleted or removed still has its replies.

    Raises:
        CommentNotFound: there is none, or it is pending and somebody else's.
    """
    comment = comments.comment_by_id(unit, comment_id)
    if comment is None or (comment.status != "published" and comment.author_id != viewer_id):
        raise CommentNotFound(hint="Check the id; GET /posts/{id}/comments lists comments.")
    return comment


def has_unpublished(unit: Unit, agent_id: int) -> bool:
    """Whether some thread looks different to this agent: it has comments that are pending or held."""
    return bool(threads.unpublished_comments(unit, agent_id, 1))


def sort_of(name: str) -> str:
    """The order meant by any of the clients' words for it: best, new or old. Unknown words mean best."""
    return SORTS.get(name, "best")


def start(sort: str, parent_id: int = 0) -> Place:
    """Where a list of comments begins."""
    return Place(sort, parent_id, RANK_MAX, 0 if _ascends(sort, parent_id) else ID_MAX)


def read_thread(
    unit: Unit, post_id: int, place: Place, limit: int = LIMIT, viewer_id: int = 0
) -> Thread:
    """A page of a post's comments.

    Args:
        place: where it begins: ``start(sort)``, or a place that an earlier page gave.
        viewer_id: whose pending comments to show; 0 for nobody's.
    """
    reader = _Reader(unit, post_id, place.sort, viewer_id)
    limit = max(1, min(limit, LIMIT_MAX))
    top, next_ = reader.page(place, limit)
    shown, parents = list(top), [-1] * len(top)
    hidden: dict[int, tuple[int, Place]] = {}
    waiting = deque((at, 1) for at in range(len(top)))
    while waiting:
        at, depth = waiting.popleft()
        comment = shown[at]
        if not comment.replies and comment.id not in reader.answered:
            continue
        below = start(place.sort, comment.id)
        room = min(REPLIES_SHOWN, COMMENTS_SHOWN - len(shown))
        if depth > DEPTH_SHOWN or room <= 0 or reader.size > BYTES_SHOWN:
            hidden[at] = (comment.replies, below)
            continue
        found, rest = reader.page(below, room)
        if rest:
            hidden[at] = (max(1, comment.replies - len(found)), rest)
        for reply in found:
            waiting.append((len(shown), depth + 1))
            shown.append(reply)
            parents.append(at)
    nodes = [
        Node(comment, parent, *hidden.get(at, (0, None)))
        for at, (comment, parent) in enumerate(zip(shown, parents, strict=True))
    ]
    return Thread(nodes, next_, reader.shared)


def _ascends(sort: str, parent_id: int) -> bool:
    """Whether ids go up: replies have no order by rank of their own, so ``best`` reads them as they came."""
    return sort == "old" or (sort == "best" and parent_id != 0)


class _Reader:
    """Reads pages of siblings, and notes how much text there was and whether any of it is one viewer's only."""

    def __init__(self, unit: Unit, post_id: int, sort: str, viewer_id: int) -> None:
        self._unit = unit
        self._post_id = post_id
        self._sort = sort
        self._viewer_id = viewer_id
        self.shared = True
        self.size = 0
        # What the viewer has pending is not counted in ``replies``.
        own = threads.unpublished_comments(unit, viewer_id, PENDING_MAX) if viewer_id else []
        self.answered = {one.parent_id for one in own if one.post_id == post_id}

    def page(self, place: Place, limit: int) -> tuple[list[Comment], Place | None]:
        """Up to ``limit`` siblings, and where they go on if there are more.

        Of siblings that nobody may see it reads past ``SCAN_MAX`` at most; the page is then short.
        """
        found: list[Comment] = []
        scanned = 0
        while True:
            rows = self._read(place, limit + 1)
            for comment in rows:
                if len(found) == limit:
                    return self._in_order(found, place), place
                place = place._replace(rank=comment.best, id=comment.id)
                if self._visible(comment):
                    found.append(comment)
                    self.size += len(comment.content)
            scanned += len(rows)
            if len(rows) <= limit:
                return self._in_order(found, place), None
            if scanned >= SCAN_MAX:
                return self._in_order(found, place), place

    def _read(self, place: Place, limit: int) -> list[Comment]:
        if not place.parent_id:
            return threads.roots(self._unit, self._post_id, place.sort, place.rank, place.id, limit)
        up = _ascends(place.sort, place.parent_id)
        return threads.replies(self._unit, place.parent_id, "old" if up else "new", place.id, limit)

    def _visible(self, comment: Comment) -> bool:
        if comment.deleted_ms:
            return comment.replies > 0
        if comment.status == "published":
            return True
        self.shared = False
        return comment.author_id == self._viewer_id

    @staticmethod
    def _in_order(found: list[Comment], place: Place) -> list[Comment]:
        """Replies come in pages by time; within a page ``best`` puts the best first."""
        if place.sort == "best" and place.parent_id:
            found.sort(key=lambda comment: (-comment.best, comment.id))
        return found
