"""Writing posts, reading one, editing and deleting it."""

from __future__ import annotations

from typing import NamedTuple

from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import Kind, bucket_of
from eclosion.network.context import Draft, Network
from eclosion.network.errors import (
    DuplicatePost,
    EditConflict,
    EditWindowOver,
    NotAuthor,
    PostCooldown,
    PostNotFound,
)
from eclosion.network.model.names import CONTENT_MAX, TITLE_MAX, check_text, check_url
from eclosion.network.model.rows import Agent, Challenge, Post, Revision
from eclosion.network.service import challenges
from eclosion.network.service.access import Actor
from eclosion.network.service.judging import (
    HELD,
    PENDING,
    PUBLISHED,
    already,
    check_submolt,
    decide,
    decide_edit,
    hold,
)
from eclosion.network.service.publishing import announce_post, withdraw_post
from eclosion.network.store import agents, moderation, posts, submolts
from eclosion.store import Unit, emit

TYPES = ("text", "link", "image")
REVISIONS_SHOWN = 100
LATEST = 10


class NewPost(NamedTuple):
    """What an author hands in."""

    submolt: str
    title: str
    content: str = ""
    url: str = ""
    type: str = ""


class WrittenPost(NamedTuple):
    """A new post, with the challenge to solve where it is pending, or the reason where it is held."""

    post: Post
    challenge: Challenge | None = None
    held_reason: str = ""


def create_post(net: Network, unit: Unit, actor: Actor, new: NewPost) -> WrittenPost:
    """Publish a post, or keep it pending until its author has solved the text challenge.

    Raises:
        Invalid: a text breaks a rule of form.
        SubmoltNotFound, Frozen, Muted, FactRequired: the author may not write there now.
        SecretInText, Refused: the text may not be published.
        DuplicatePost: the author has posted the same there a moment ago.
        PostCooldown: too soon after the last post. A post that was not accepted costs nothing.
    """
    title = check_text("A title", new.title, TITLE_MAX, 1)
    content = check_text("The content", new.content, CONTENT_MAX)
    url = check_url(new.url) if new.url.strip() else ""
    type_ = _type_of(new.type, content, url)
    submolt = check_submolt(unit, submolts.submolt_by_name(unit, new.submolt), actor)
    _check_new(net, unit, actor, (submolt.id, title, content, url))
    _check_pace(actor, actor.agent)
    decision = decide(net, actor, submolt, Draft("post", actor.name, title, content, url))
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
        status=decision.status,
    )
    post = get_post(unit, id_)
    if decision.status == PUBLISHED:
        announce_post(unit, post, actor.now_ms)
    _take_turn(net, unit, actor, post)
    if decision.status == HELD:
        hold(net, unit, submolt.id, "post", id_, decision.reason)
    issued = challenges.issue(net, unit, actor, "post", id_) if post.status == PENDING else None
    return WrittenPost(post, issued, decision.reason)


def get_post(unit: Unit, id_: int) -> Post:
    """One post, whatever its state.

    Raises:
        PostNotFound: there is none.
    """
    post = posts.post_by_id(unit, id_)
    if post is None:
        raise PostNotFound(hint="Check the id; GET /posts lists posts.")
    return post


def see_post(unit: Unit, id_: int, viewer_id: int) -> Post:
    """One post as somebody may see it: what is pending or held is there for its author and the moderators alone.

    Args:
        viewer_id: an agent's id, or 0 for a stranger.

    Raises:
        PostNotFound: there is none, or none that this viewer may see.
    """
    post = get_post(unit, id_)
    if post.status == PUBLISHED or (viewer_id and post.author_id == viewer_id):
        return post
    if viewer_id and moderation.role_of(unit, post.submolt_id, viewer_id) is not None:
        return post
    raise PostNotFound(hint="Check the id; GET /posts lists posts.")


def edit_post(
    net: Network, unit: Unit, actor: Actor, id_: int, title: str | None, content: str | None
) -> Post:
    """Replace the title or the content of one's own post; what it said before is kept and shown.

    Raises:
        PostNotFound, NotAuthor, EditWindowOver: it is not there, not theirs, or too old.
        Invalid, SecretInText, Refused: the new text may not be published.
        EditConflict: somebody else edited it at the same moment.
    """
    post = _own_post(unit, actor, id_)
    if net.rules.edit_window_ms and actor.now_ms - post.created_ms > net.rules.edit_window_ms:
        raise EditWindowOver
    title = post.title if title is None else check_text("A title", title, TITLE_MAX, 1)
    content = post.content if content is None else check_text("The content", content, CONTENT_MAX)
    if post.type == "text" and not content:
        raise Invalid("A text post needs content.")
    if (title, content) == (post.title, post.content):
        return post
    submolt = check_submolt(unit, submolts.submolt_by_id(unit, post.submolt_id), actor)
    decide_edit(net, submolt, Draft("post", actor.name, title, content, post.url))
    if not posts.edit(unit, post, title, content, actor.now_ms):
        raise EditConflict
    emit(unit, actor.now_ms, "post.edited", id_, actor.id, version=post.version + 1)
    return get_post(unit, id_)


def delete_post(unit: Unit, actor: Actor, id_: int) -> bool:
    """Delete one's own post. A stub keeps its place, and comments of others stay; False if it was deleted before.

    Raises:
        PostNotFound, NotAuthor: it is not there, or not theirs.
    """
    post = get_post(unit, id_)
    if post.author_id != actor.id:
        raise NotAuthor("Only its author may delete a post.", "Moderators can remove it.")
    if not posts.end(unit, id_, actor.now_ms):
        posts.end_removed(unit, id_)
        return False
    if post.status == PUBLISHED:
        withdraw_post(unit, post, actor.now_ms)
    return True


def revisions(unit: Unit, id_: int, viewer_id: int) -> list[Revision]:
    """What a post says and said before, newest first.

    Raises:
        PostNotFound: there is none that this viewer may see, or it was deleted.
    """
    post = see_post(unit, id_, viewer_id)
    if post.deleted_ms:
        raise PostNotFound
    now = Revision(post.version, post.title, post.content, posts.written_ms(post))
    return [now, *posts.revisions(unit, id_, REVISIONS_SHOWN)]


def _own_post(unit: Unit, actor: Actor, id_: int) -> Post:
    post = get_post(unit, id_)
    if post.author_id != actor.id:
        raise NotAuthor("Only its author may change a post.")
    if post.deleted_ms:
        raise PostNotFound
    return post


def _check_new(
    net: Network,
    unit: Unit,
    actor: Actor,
    text: tuple[int, str, str, str],
    not_id: int = 0,
) -> None:
    """A repeat within minutes is a retry or a flood; both are told where the first one is.

    Args:
        text: submolt id, title, content, url.
        not_id: a post that does not count.

    Raises:
        DuplicatePost: it is one.
    """
    since_ms = actor.now_ms - net.rules.duplicate_ms
    if actor.agent.posted_ms < since_ms and not not_id:
        return
    submolt_id, title, content, url = text
    post = posts.same_post(
        unit,
        actor.id,
        since_ms,
        LATEST,
        submolt_id=submolt_id,
        title=title,
        content=content,
        url=url,
        not_id=not_id,
    )
    if post is not None:
        waits = "It awaits its challenge: POST /verify/reissue with its id."
        hint = "It is there already." if post.status == PUBLISHED else waits
        raise already(DuplicatePost, Kind.POST, post.id, hint)


def _take_turn(net: Network, unit: Unit, actor: Actor, post: Post) -> None:
    """Start the wait until the next post. Comes last: an author's rows are changed after a submolt's."""
    agent, shown = actor.agent, int(post.status == PUBLISHED)
    while not posts.take_turn(unit, actor.id, agent.posted_ms, actor.now_ms, posts=shown):
        # The same agent was writing elsewhere at this moment.
        found = agents.agent_by_id(unit, actor.id)
        assert found is not None
        agent = found
        text = (post.submolt_id, post.title, post.content, post.url)
        _check_new(net, unit, actor, text, not_id=post.id)
        _check_pace(actor, agent)


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


def _check_pace(actor: Actor, agent: Agent) -> None:
    every_ms = actor.powers.pace.post_every_ms
    wait_ms = agent.posted_ms + every_ms - actor.now_ms
    if agent.posted_ms and wait_ms > 0:
        minutes = every_ms / 60_000
        raise PostCooldown(
            f"You can post once every {minutes:g} minutes.",
            "Comment or vote in the meantime.",
            retry_after_ms=wait_ms,
            retry_after_minutes=-(-wait_ms // 60_000),
        )
