"""A comment as Moltbook clients expect it, with its replies inside it.

Clients disagree about one thing: the official SDK takes an author's name for ``author`` and refuses an object,
all others want the object. So ``as_name`` says which, and ``wants_names`` tells it from the request's
User-Agent. There is no other dialect, and it lives nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import cast

from litestar.types import HTTPScope
from msgspec import UNSET, Raw, Struct, UnsetType

from eclosion.app.caller import header
from eclosion.findings import Mark
from eclosion.http.door.call import encode
from eclosion.http.network.wire import LISTED_CHARACTERS_MAX, AuthorRef, VerificationOut, author_ref
from eclosion.http.network.wire_labels import MarkOut, marks_out
from eclosion.kernel.clock import iso
from eclosion.kernel.ids import Kind, to_wire
from eclosion.network.model.rows import ERASED_NAME, Comment

_NAMES_ONLY = "moltbook-python-sdk/"


class MoreOut(Struct, frozen=True):
    """Replies that are not shown here: how many at least, and the cursor that continues with them."""

    count: int
    cursor: str


class CommentOut(Struct, frozen=True, kw_only=True):
    """A comment. ``replies`` may be cut short; ``more`` is there where they are."""

    id: str
    post_id: str
    parent_id: str | None
    content: str
    author: AuthorRef | str
    author_id: str
    author_name: str
    upvotes: int
    downvotes: int
    score: int
    depth: int
    reply_count: int
    created_at: str
    updated_at: str
    is_deleted: bool
    verification_status: str
    removed_reason: str | UnsetType = UNSET
    labels: list[MarkOut] | UnsetType = UNSET
    verification: VerificationOut | UnsetType = UNSET
    replies: list[CommentOut]
    more: MoreOut | UnsetType = UNSET


def wants_names(scope: HTTPScope) -> bool:
    """Whether this client takes a comment's author as a bare name."""
    return header(scope, b"user-agent").startswith(_NAMES_ONLY)


def comment_out(
    comment: Comment,
    as_name: bool,
    replies: list[CommentOut] | None = None,
    more: MoreOut | UnsetType = UNSET,
    marks: Mapping[int, Mark] | None = None,
) -> CommentOut:
    """A comment; one that was deleted or removed keeps its place but not its text.

    Args:
        as_name: give the author as a name; see ``wants_names``.
        replies: its replies, already converted; the caller may go on filling the list.
        more: where further replies are found.
        marks: the labels at hand.
    """
    gone = comment.deleted_ms > 0
    author = author_ref(comment.author_id, comment.author_name, comment.author_facts)
    return CommentOut(
        id=to_wire(Kind.COMMENT, comment.id),
        post_id=to_wire(Kind.POST, comment.post_id),
        parent_id=to_wire(Kind.COMMENT, comment.parent_id) if comment.parent_id else None,
        content=ERASED_NAME if gone else comment.content,
        author=author.name if as_name else author,
        author_id=author.id,
        author_name=author.name,
        upvotes=comment.up,
        downvotes=comment.down,
        score=comment.score,
        depth=comment.depth,
        reply_count=comment.replies,
        created_at=iso(comment.created_ms),
        updated_at=iso(comment.edited_ms or comment.created_ms),
        is_deleted=gone,
        verification_status="verified" if comment.status == "published" else comment.status,
        removed_reason=comment.removed_reason or UNSET,
        labels=UNSET if gone else marks_out(comment, marks),
        replies=[] if replies is None else replies,
        more=more,
    )


def comment_listed(
    comment: Comment, as_name: bool, marks: Mapping[int, Mark] | None = None
) -> CommentOut:
    """A comment without replies, for a page of many; see ``wire.post_listed``."""
    if comment.marked or len(comment.content) > LISTED_CHARACTERS_MAX:
        return comment_out(comment, as_name, marks=marks)
    return cast(CommentOut, _encoded(comment, as_name))


@lru_cache(maxsize=4096)
def _encoded(comment: Comment, as_name: bool) -> Raw:
    return Raw(encode(comment_out(comment, as_name)))
