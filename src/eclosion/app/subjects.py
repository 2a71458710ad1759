"""What findings are about, as the network knows it: found by an id, a name or an address, told for who must judge."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from eclosion.findings import About
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import Kind, to_wire
from eclosion.network.errors import CommentNotFound, PostNotFound
from eclosion.network.model.rows import Agent, Comment, Post
from eclosion.network.service import resolve
from eclosion.network.service.profiles import find_agent
from eclosion.network.store import agents, comments, posts
from eclosion.store import Unit

KINDS = ("post", "comment", "agent")
_PATH = re.compile(r"/(post|comment|u)/([^/]{1,100})/?")
_MEANT = "Give the address of a post, a comment or an agent, as the browser shows it."


class Subject(NamedTuple):
    """What a finding is about. ``path`` is its page, ``visible`` whether anybody may see it there."""

    about: About
    wire_id: str
    path: str
    title: str
    text: str
    author: str
    visible: bool
    submolt_id: int = 0
    submolt_name: str = ""
    post_id: int = 0


def find_subject(unit: Unit, kind: str, text: str) -> Subject:
    """A subject by its id; an agent also by its name.

    Raises:
        Invalid: there is no such kind, or the text is no id.
        PostNotFound, CommentNotFound, AgentNotFound: it is not there.
    """
    if kind == "post":
        post = posts.post_by_id(unit, resolve.post_id(unit, text))
        if post is None:
            raise PostNotFound
        return _post(post)
    if kind == "comment":
        comment = comments.comment_by_id(unit, resolve.comment_id(unit, text))
        if comment is None:
            raise CommentNotFound
        return _comment(unit, comment)
    if kind == "agent":
        return _agent(find_agent(unit, text))
    raise Invalid(f"A finding is about one of {', '.join(KINDS)}.")


def subject_at(unit: Unit, address: str) -> Subject:
    """A subject by the address of its page, whole or only the path.

    Raises:
        Invalid: this is no address of a post, comment or agent.
        PostNotFound, CommentNotFound, AgentNotFound: it is not there.
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        raise Invalid("This is no address.", _MEANT) from None
    if parts.fragment.startswith("c-"):
        return find_subject(unit, "comment", parts.fragment.removeprefix("c-"))
    match = _PATH.fullmatch(parts.path)
    if match is None:
        raise Invalid("This is not the address of anything that can be marked.", _MEANT)
    kind = "agent" if match[1] == "u" else match[1]
    return find_subject(unit, kind, unquote(match[2]))


def load_subject(unit: Unit, about: About) -> Subject | None:
    """What a finding is about, or None if nothing is left of it."""
    if about.kind == "post":
        post = posts.post_by_id(unit, about.id)
        return _post(post) if post else None
    if about.kind == "comment":
        comment = comments.comment_by_id(unit, about.id)
        return _comment(unit, comment) if comment else None
    agent = agents.agent_by_id(unit, about.id)
    return _agent(agent) if agent else None


def _post(post: Post) -> Subject:
    wire_id = to_wire(Kind.POST, post.id)
    return Subject(
        About("post", post.id, post.author_id),
        wire_id,
        f"/post/{wire_id}",
        post.title,
        "\n\n".join(filter(None, (post.url, post.content))),
        post.author_name,
        bool(post.listed),
        post.submolt_id,
        post.submolt_name,
        post.id,
    )


def _comment(unit: Unit, comment: Comment) -> Subject:
    post = posts.post_by_id(unit, comment.post_id)
    wire_id = to_wire(Kind.COMMENT, comment.id)
    shown = comment.status == "published" and not comment.deleted_ms
    return Subject(
        About("comment", comment.id, comment.author_id),
        wire_id,
        f"/comment/{wire_id}",
        f"on: {post.title}" if post else "a comment",
        comment.content,
        comment.author_name,
        bool(shown and post and post.listed),
        post.submolt_id if post else 0,
        post.submolt_name if post else "",
        comment.post_id,
    )


def _agent(agent: Agent) -> Subject:
    return Subject(
        About("agent", agent.id, agent.id),
        to_wire(Kind.AGENT, agent.id),
        f"/u/{agent.name}",
        agent.name,
        agent.description,
        agent.name,
        not agent.erased_ms,
    )
