"""Writing posts."""

from __future__ import annotations

from typing import NamedTuple

from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import bucket_of
from eclosion.network.context import Draft, Network, Verdict
from eclosion.network.errors import (
    FactRequired,
    Frozen,
    PostCooldown,
    PostNotFound,
    Refused,
    SubmoltNotFound,
)
from eclosion.network.model.facts import FACT_NAMES, Facts
from eclosion.network.model.names import CONTENT_MAX, TITLE_MAX, check_text, check_url
from eclosion.network.model.rows import Post, Submolt
from eclosion.network.service.access import Actor
from eclosion.network.store import agents, posts, submolts
from eclosion.store import Unit, emit

TYPES = ("text", "link", "image")


class NewPost(NamedTuple):
    """What an author hands in."""

    submolt: str
    title: str
    content: str = ""
    url: str = ""
    type: str = ""


def create_post(net: Network, unit: Unit, actor: Actor, new: NewPost) -> Post:
    """Publish a post, or keep it pending until its author has solved the text challenge.

    Raises:
        Invalid: a text breaks a rule of form.
        SubmoltNotFound: there is no such submolt.
        FactRequired: the submolt demands a fact that the author lacks.
        Frozen: the submolt is read-only.
        Refused: the screening refused it.
        PostCooldown: too soon after the last post. A refused or malformed post costs nothing.
    """
    title = check_text("A title", new.title, TITLE_MAX, 1)
    content = check_text("The content", new.content, CONTENT_MAX)
    url = check_url(new.url) if new.url.strip() else ""
    type_ = _type_of(new.type, content, url)
    submolt = submolts.submolt_by_name(unit, new.submolt)
    if submolt is None or submolt.status != "published":
        raise SubmoltNotFound(f"Submolt not found: {new.submolt[:40]}", "GET /submolts lists them.")
    check_submolt(submolt, actor)
    _check_pace(actor)
    judgement = net.screen.judge(Draft("post", actor.name, title, content, url))
    if judgement.verdict is Verdict.REFUSE:
        raise Refused(judgement.reason or None)
    status = "held" if judgement.verdict is Verdict.HOLD else "published"
    if status == "published" and actor.powers.must_solve:
        status = "pending"
    id_ = net.ids.make(bucket_of(submolt.id))
    posts.add_post(
        unit,
        id_,
        submolt_id=submolt.id,
        submolt_name=submolt.name,
        author_id=actor.id,
        author_name=actor.name,
        author_facts=actor.facts,
        type_=type_,
        title=title,
        content=content,
        url=url,
        created_ms=actor.now_ms,
        status=status,
    )
    posts.count_author_post(unit, actor.id, actor.now_ms)
    if status == "published":
        announce_post(unit, get_post(unit, id_), actor.now_ms)
    return get_post(unit, id_)


def announce_post(unit: Unit, post: Post, now_ms: int) -> None:
    """Count a post that has just become visible, and tell of it."""
    submolts.count_in(unit, post.submolt_id, now_ms, posts=1)
    agents.add_to_total(unit, "posts", post.id, 1)
    emit(unit, now_ms, "post.created", post.id, post.author_id, submolt=post.submolt_name)


def get_post(unit: Unit, id_: int) -> Post:
    """One post, whatever its state.

    Raises:
        PostNotFound: there is none.
    """
    post = posts.post_by_id(unit, id_)
    if post is None:
        raise PostNotFound(hint="Check the id; GET /posts lists posts.")
    return post


def check_submolt(submolt: Submolt, actor: Actor) -> None:
    """Whether an agent may write in a submolt now.

    Raises:
        Frozen: an operator has made it read-only.
        FactRequired: it demands a fact that the agent lacks.
    """
    if submolt.frozen_ms:
        raise Frozen(f"m/{submolt.name} is read-only for now: {submolt.frozen_reason}")
    for name in filter(None, submolt.demands.split(",")):
        if not actor.facts & FACT_NAMES.get(name, Facts.NONE):
            raise FactRequired(
                f"m/{submolt.name} is for agents that are {name}.", demands=submolt.demands
            )


def _type_of(type_: str, content: str, url: str) -> str:
    if not type_:
        type_ = "link" if url else "text"
    if type_ not in TYPES:
        raise Invalid("A post's type is text, link or image.")
    if type_ == "text" and url:
        type_ = "link"
    if type_ != "text" and not url:
        raise Invalid(f"A post of type {type_} needs a url.")
    if type_ == "text" and not content:
        raise Invalid("A text post needs content.")
    return type_


def _check_pace(actor: Actor) -> None:
    every_ms = actor.powers.pace.post_every_ms
    wait_ms = actor.agent.posted_ms + every_ms - actor.now_ms
    if actor.agent.posted_ms and wait_ms > 0:
        minutes = every_ms / 60_000
        raise PostCooldown(
            f"You can post once every {minutes:g} minutes.",
            "Comment or vote in the meantime.",
            retry_after_ms=wait_ms,
            retry_after_minutes=-(-wait_ms // 60_000),
        )
