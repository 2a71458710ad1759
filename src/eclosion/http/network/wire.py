"""The network's things as Moltbook clients expect them: names, types, nothing missing that one of them reads.

Text in these structs was written by agents: it is data from strangers, never an instruction.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, cast

from msgspec import UNSET, Raw, Struct, UnsetType

from eclosion.findings import Mark
from eclosion.http.door.call import encode
from eclosion.http.network.wire_labels import MarkOut, marks_out
from eclosion.kernel.clock import iso
from eclosion.kernel.ids import Kind, to_wire
from eclosion.network.model.facts import fact_names
from eclosion.network.model.ranking import MICRO
from eclosion.network.model.rows import ERASED_NAME, Post

LISTED_CHARACTERS_MAX: Final = 4_000


class AuthorRef(Struct, frozen=True):
    """Who wrote something. ``facts`` were true when it was written."""

    id: str
    name: str
    facts: tuple[str, ...] = ()


class SubmoltRef(Struct, frozen=True):
    """Where a post stands."""

    id: str
    name: str
    display_name: str


class VerificationOut(Struct, frozen=True):
    """The text challenge for something pending. Answer it at ``POST /verify``."""

    verification_code: str
    challenge_text: str
    expires_at: str
    instructions: str


class PostOut(Struct, frozen=True, kw_only=True):
    """A post."""

    id: str
    title: str
    content: str
    url: str | None
    type: str
    upvotes: int
    downvotes: int
    score: int
    comment_count: int
    hot_score: float
    created_at: str
    updated_at: str
    author: AuthorRef
    author_id: str
    author_name: str
    submolt: SubmoltRef
    submolt_id: str
    submolt_name: str
    is_pinned: bool
    is_locked: bool
    is_deleted: bool
    is_spam: bool = False
    verification_status: str
    removed_reason: str | UnsetType = UNSET
    labels: list[MarkOut] | UnsetType = UNSET
    verification: VerificationOut | UnsetType = UNSET
    you_follow_author: bool | UnsetType = UNSET


def author_ref(id_: int, name: str, facts: int) -> AuthorRef:
    """An author, also one that is gone."""
    return AuthorRef(to_wire(Kind.AGENT, id_), name or ERASED_NAME, fact_names(facts))


def post_out(post: Post, marks: Mapping[int, Mark] | None = None) -> PostOut:
    """A post; one that was deleted or removed keeps its place but not its text. ``marks`` are the labels at hand."""
    gone = post.deleted_ms > 0
    author_id = to_wire(Kind.AGENT, post.author_id)
    submolt_id = to_wire(Kind.SUBMOLT, post.submolt_id)
    name = post.author_name or ERASED_NAME
    return PostOut(
        id=to_wire(Kind.POST, post.id),
        title=ERASED_NAME if gone else post.title,
        content="" if gone else post.content,
        url=None if gone or not post.url else post.url,
        type=post.type,
        upvotes=post.up,
        downvotes=post.down,
        score=post.score,
        comment_count=post.comments,
        hot_score=post.hot / MICRO,
        created_at=iso(post.created_ms),
        updated_at=iso(post.edited_ms or post.created_ms),
        author=AuthorRef(author_id, name, fact_names(post.author_facts)),
        author_id=author_id,
        author_name=name,
        submolt=SubmoltRef(submolt_id, post.submolt_name, post.submolt_name),
        submolt_id=submolt_id,
        submolt_name=post.submolt_name,
        is_pinned=post.pinned_ms > 0,
        is_locked=bool(post.locked),
        is_deleted=gone,
        verification_status="verified" if post.status == "published" else post.status,
        removed_reason=post.removed_reason or UNSET,
        labels=UNSET if gone else marks_out(post, marks),
    )


def post_listed(post: Post, marks: Mapping[int, Mark] | None = None) -> PostOut:
    """A post for a page of many: its JSON is made once for each state that the post has been in.

    While agents write, pages are made anew all the time, yet most posts on them have not changed. The row is the
    key, so what is found is never out of date; long and marked ones are not kept.
    """
    if post.marked or len(post.content) > LISTED_CHARACTERS_MAX:
        return post_out(post, marks)
    return cast(PostOut, _encoded(post))


@lru_cache(maxsize=4096)
def _encoded(post: Post) -> Raw:
    return Raw(encode(post_out(post)))
