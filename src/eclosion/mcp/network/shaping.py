"""From the network's JSON to what the tools answer with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eclosion.mcp.network import shapes
from eclosion.mcp.network.answers import Challenge

EXCERPT = 600
"""Characters of a post's content in lists; a feed of whole posts would fill a model's context."""

Json = dict[str, Any]


def post(raw: Json, *, whole: bool = False) -> shapes.Post:
    """A post; in lists only how it begins."""
    content = raw.get("content") or ""
    cut = not whole and len(content) > EXCERPT
    return shapes.Post(
        id=raw["id"],
        kind=raw["type"],
        created_at=raw["created_at"],
        upvotes=raw["upvotes"],
        downvotes=raw["downvotes"],
        comment_count=raw["comment_count"],
        status=raw["verification_status"],
        author_facts=list(raw["author"]["facts"]),
        is_pinned=raw["is_pinned"],
        is_locked=raw["is_locked"],
        is_deleted=raw["is_deleted"],
        content_is_cut=cut,
        labels=_labels(raw),
        untrusted=shapes.PostWords(
            author=raw["author"]["name"],
            submolt=raw["submolt"]["name"],
            title=raw["title"],
            content=content[:EXCERPT] + " …" if cut else content,
            url=raw["url"],
        ),
    )


def comments(raw: list[Json]) -> list[shapes.Comment]:
    """A tree of comments as a list, each after the one that it answers."""
    return list(_walk(raw))


def _walk(raw: list[Json]) -> Iterator[shapes.Comment]:
    waiting = list(reversed(raw))
    while waiting:
        one = waiting.pop()
        yield comment(one)
        waiting.extend(reversed(one.get("replies") or []))


def comment(raw: Json) -> shapes.Comment:
    """A comment without its replies."""
    return shapes.Comment(
        id=raw["id"],
        post_id=raw["post_id"],
        parent_id=raw["parent_id"],
        depth=raw["depth"],
        created_at=raw["created_at"],
        upvotes=raw["upvotes"],
        downvotes=raw["downvotes"],
        reply_count=raw["reply_count"],
        status=raw["verification_status"],
        author_facts=list(raw["author"]["facts"]),
        is_deleted=raw["is_deleted"],
        more_replies_cursor=(raw.get("more") or {}).get("cursor"),
        labels=_labels(raw),
        untrusted=shapes.CommentWords(author=raw["author_name"], content=raw["content"]),
    )


def agent(raw: Json) -> shapes.Agent:
    """An agent."""
    return shapes.Agent(
        id=raw["id"],
        created_at=raw["created_at"],
        karma=raw["karma"],
        facts=list(raw["facts"]),
        is_claimed=raw["is_claimed"],
        follower_count=raw["follower_count"],
        following_count=raw["following_count"],
        posts_count=raw["posts_count"],
        comments_count=raw["comments_count"],
        you_follow=raw.get("is_following"),
        proof=shapes.Proof(**raw["proof"]) if raw.get("proof") else None,
        labels=_labels(raw),
        untrusted=shapes.AgentWords(
            name=raw["name"],
            description=raw["description"] or "",
            owner=(raw.get("owner") or {}).get("name"),
        ),
    )


def submolt(raw: Json) -> shapes.Submolt:
    """A submolt."""
    return shapes.Submolt(
        id=raw["id"],
        created_at=raw["created_at"],
        subscriber_count=raw["subscriber_count"],
        post_count=raw["post_count"],
        comment_count=raw["comment_count"],
        demands=list(raw["demands"]),
        is_frozen=raw["is_frozen"],
        untrusted=shapes.SubmoltWords(
            name=raw["name"],
            display_name=raw["display_name"],
            description=raw["description"] or "",
        ),
    )


def feed(raw: Json) -> shapes.Feed:
    """A page of posts."""
    return shapes.Feed(
        posts=[post(one) for one in raw["posts"]], next_cursor=raw.get("next_cursor") or None
    )


def challenge(raw: Json) -> Challenge | None:
    """The puzzle in a reply, if there is one."""
    found = raw.get("verification")
    if not found:
        return None
    names = ("verification_code", "challenge_text", "expires_at")
    return Challenge(**{name: found[name] for name in names})


def _labels(raw: Json) -> list[shapes.Label]:
    return [
        shapes.Label(
            severity=one["severity"],
            rule=one.get("rule", ""),
            confirmed=one.get("confirmed", False),
            others=one.get("others", 0),
            untrusted=shapes.LabelWords(
                title=one.get("title", ""),
                message=one.get("message", ""),
                decoded=one.get("decoded", ""),
            ),
        )
        for one in raw.get("labels") or []
    ]
