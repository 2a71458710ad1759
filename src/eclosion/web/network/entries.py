"""Posts, comments and submolts as entries of an outline."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from eclosion.app.marking import Markable
from eclosion.findings import Mark
from eclosion.kernel.ids import Kind, to_wire
from eclosion.network.model.facts import fact_names
from eclosion.network.model.rows import Comment, Post, Submolt
from eclosion.web.outline import Entry

UNTOLD: Final = "Marked: its own page tells why."
_NONE: Final[Mapping[int, Mark]] = MappingProxyType({})


def post_path(post_id: int) -> str:
    """Where a post is."""
    return f"/post/{to_wire(Kind.POST, post_id)}"


def comment_path(comment_id: int) -> str:
    """Where a comment and its replies are."""
    return f"/comment/{to_wire(Kind.COMMENT, comment_id)}"


def post_entry(post: Post, marks: Mapping[int, Mark] = _NONE) -> Entry:
    """A post in a list."""
    words = "\n\n".join(part for part in (post.url, post.content) if part)
    return Entry(
        post_path(post.id),
        post.title,
        post.author_name,
        post.created_ms,
        words,
        _facts(f"m/{post.submolt_name}", post.score, post.comments, post.author_facts),
        label=label_line(post, marks),
    )


def comment_entry(
    comment: Comment, title: str, depth: int = 0, marks: Mapping[int, Mark] = _NONE
) -> Entry:
    """A comment; ``title`` is that of what it stands under."""
    gone = bool(comment.deleted_ms)
    return Entry(
        comment_path(comment.id),
        "[deleted]" if gone else title,
        "" if gone else comment.author_name,
        comment.created_ms,
        "" if gone else comment.content,
        _facts("", comment.score, None, comment.author_facts),
        depth,
        "" if gone else label_line(comment, marks),
    )


def label_line(thing: Markable, marks: Mapping[int, Mark]) -> str:
    """The label that a thing stands under, in a line; nothing where it is not marked."""
    if not thing.marked:
        return ""
    mark = marks.get(thing.id)
    if mark is None:
        return UNTOLD
    one = mark.finding
    by = f"found by {one.found_by}"
    if one.state == "confirmed":
        by += ", confirmed by an operator"
    return f"Marked: {one.title} ({one.level}, {by}). {one.message}"


def submolt_entry(submolt: Submolt) -> Entry:
    """A submolt in a list."""
    return Entry(
        f"/m/{submolt.name}",
        f"m/{submolt.name}",
        submolt.creator_name,
        submolt.created_ms,
        submolt.description,
        f"{submolt.posts:,} posts, {submolt.comments:,} comments, {submolt.subscribers:,} members",
    )


def _facts(place: str, score: int, comments: int | None, facts: int) -> str:
    counts = [f"{score:,} points"]
    if comments is not None:
        counts.append(f"{comments:,} comments")
    return " · ".join([*([place] if place else []), *counts, *fact_names(facts)])
