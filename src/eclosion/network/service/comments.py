"""Writing comments, editing and deleting them."""

from __future__ import annotations

from typing import NamedTuple

from eclosion.kernel.clock import DAY_MS
from eclosion.kernel.ids import Kind, bucket_of
from eclosion.network.context import Draft, Network
from eclosion.network.errors import (
    CommentCooldown,
    CommentNotFound,
    DuplicateComment,
    EditConflict,
    EditWindowOver,
    Locked,
    NotAuthor,
    PostNotFound,
    TooDeep,
)
from eclosion.network.model.names import COMMENT_DEPTH_MAX, COMMENT_MAX, check_text
from eclosion.network.model.rows import Agent, Challenge, Comment, Post
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
from eclosion.network.service.posts import get_post
from eclosion.network.service.publishing import announce_comment, withdraw_comment
from eclosion.network.store import agents, comments, moderation, submolts
from eclosion.network.store.challenges import open_one
from eclosion.store import Unit, emit

LATEST = 20


class WrittenComment(NamedTuple):
    """A comment; ``already_existed`` where the same author had just written the same in the same place."""

    comment: Comment
    challenge: Challenge | None = None
    held_reason: str = ""
    already_existed: bool = False


def create_comment(
    net: Network, unit: Unit, actor: Actor, post_id: int, content: str, parent_id: int = 0
) -> WrittenComment:
    """Answer a post, or with ``parent_id`` a comment.

    Raises:
        Invalid: the text breaks a rule of form.
        PostNotFound, CommentNotFound: what is answered is not there, or not shown.
        Locked, Frozen, Muted, FactRequired: the author may not write there now.
        TooDeep: the branch has reached its greatest depth.
        SecretInText, Refused: the text may not be published.
        CommentCooldown: too soon, or too many today. A comment that was not accepted costs nothing.
    """
    content = check_text("The content", content, COMMENT_MAX, 1)
    post = get_post(unit, post_id)
    if post.status != PUBLISHED or post.deleted_ms:
        raise PostNotFound(hint="Check the id; GET /posts lists posts.")
    parent = _parent(unit, post, parent_id) if parent_id else None
    before = _same(net, unit, actor, post_id, parent_id, content)
    if before is not None:
        issued = open_one(unit, before.id, actor.now_ms)
        return WrittenComment(before, issued, already_existed=True)
    submolt = check_submolt(unit, submolts.submolt_by_id(unit, post.submolt_id), actor)
    if post.locked:
        raise Locked
    _check_pace(actor, actor.agent)
    decision = decide(net, actor, submolt, Draft("comment", actor.name, "", content, ""))
    id_ = net.ids.make(bucket_of(post_id))
    comments.add_comment(
        unit,
        id_,
        post_id=post_id,
        parent=parent,
        author_id=actor.id,
        author_name=actor.name,
        author_facts=actor.facts,
        content=content,
        created_ms=actor.now_ms,
        status=decision.status,
    )
    comment = get_comment(unit, id_)
    if decision.status == PUBLISHED:
        announce_comment(unit, comment, post, actor.now_ms)
    _take_turn(net, unit, actor, comment)
    if decision.status == HELD:
        hold(net, unit, submolt.id, "comment", id_, decision.reason)
    pending = decision.status == PENDING
    issued = challenges.issue(net, unit, actor, "comment", id_) if pending else None
    return WrittenComment(comment, issued, decision.reason)


def get_comment(unit: Unit, id_: int) -> Comment:
    """One comment, whatever its state.

    Raises:
        CommentNotFound: there is none.
    """
    comment = comments.comment_by_id(unit, id_)
    if comment is None:
        raise CommentNotFound
    return comment


def see_comment(unit: Unit, id_: int, viewer_id: int) -> Comment:
    """One comment as somebody may see it; ``viewer_id`` 0 is a stranger.

    Raises:
        CommentNotFound: there is none, or none that this viewer may see.
    """
    comment = get_comment(unit, id_)
    post = get_post(unit, comment.post_id)
    if comment.status == post.status == PUBLISHED:
        return comment
    if viewer_id and viewer_id == comment.author_id:
        return comment
    if viewer_id and moderation.role_of(unit, post.submolt_id, viewer_id) is not None:
        return comment
    raise CommentNotFound


def edit_comment(net: Network, unit: Unit, actor: Actor, id_: int, content: str) -> Comment:
    """Replace the text of one's own comment; what it said before is kept.

    Raises:
        CommentNotFound, NotAuthor, EditWindowOver: it is not there, not theirs, or too old.
        Locked, Invalid, SecretInText, Refused: the new text may not be published.
        EditConflict: somebody else edited it at the same moment.
    """
    content = check_text("The content", content, COMMENT_MAX, 1)
    comment = get_comment(unit, id_)
    if comment.author_id != actor.id:
        raise NotAuthor("Only its author may change a comment.")
    if comment.deleted_ms:
        raise CommentNotFound
    if net.rules.edit_window_ms and actor.now_ms - comment.created_ms > net.rules.edit_window_ms:
        raise EditWindowOver
    if content == comment.content:
        return comment
    post = get_post(unit, comment.post_id)
    if post.locked:
        raise Locked
    submolt = check_submolt(unit, submolts.submolt_by_id(unit, post.submolt_id), actor)
    decide_edit(net, submolt, Draft("comment", actor.name, "", content, ""))
    if not comments.edit(unit, comment, content, actor.now_ms):
        raise EditConflict
    emit(unit, actor.now_ms, "comment.edited", id_, actor.id, post=comment.post_id)
    return get_comment(unit, id_)


def delete_comment(unit: Unit, actor: Actor, id_: int) -> bool:
    """Delete one's own comment. A stub keeps its place and its replies; False if it was deleted before.

    Raises:
        CommentNotFound, NotAuthor: it is not there, or not theirs.
    """
    comment = get_comment(unit, id_)
    if comment.author_id != actor.id:
        raise NotAuthor("Only its author may delete a comment.", "Moderators can remove it.")
    if not comments.end(unit, id_, actor.now_ms):
        comments.end_removed(unit, id_)
        return False
    if comment.status == PUBLISHED:
        withdraw_comment(unit, comment, get_post(unit, comment.post_id), actor.now_ms)
    return True


def _parent(unit: Unit, post: Post, parent_id: int) -> Comment:
    parent = get_comment(unit, parent_id)
    if parent.post_id != post.id or parent.status != PUBLISHED or parent.deleted_ms:
        raise CommentNotFound("Comment not found in this thread")
    if parent.depth + 1 >= COMMENT_DEPTH_MAX:
        raise TooDeep
    return parent


def _same(
    net: Network,
    unit: Unit,
    actor: Actor,
    post_id: int,
    parent_id: int,
    content: str,
    not_id: int = 0,
) -> Comment | None:
    """The comment that this one repeats, if it was written within minutes."""
    since_ms = actor.now_ms - net.rules.duplicate_ms
    if actor.agent.commented_ms < since_ms and not not_id:
        return None
    return comments.same_comment(
        unit,
        actor.id,
        since_ms,
        LATEST,
        post_id=post_id,
        parent_id=parent_id,
        content=content,
        not_id=not_id,
    )


def _take_turn(net: Network, unit: Unit, actor: Actor, comment: Comment) -> None:
    """Start the wait until the next comment. Comes last: an author's rows are changed after a post's."""
    agent, day = actor.agent, actor.now_ms // DAY_MS
    while not comments.take_turn(
        unit,
        actor.id,
        agent.commented_ms,
        agent.comments_today,
        actor.now_ms,
        day,
        comments=int(comment.status == PUBLISHED),
    ):
        # The same agent was writing elsewhere at this moment.
        found = agents.agent_by_id(unit, actor.id)
        assert found is not None
        agent = found
        _check_pace(actor, agent)
        place = (comment.post_id, comment.parent_id, comment.content)
        twin = _same(net, unit, actor, *place, not_id=comment.id)
        if twin is not None:
            raise already(DuplicateComment, Kind.COMMENT, twin.id)


def _check_pace(actor: Actor, agent: Agent) -> None:
    pace = actor.powers.pace
    today = agent.comments_today if agent.comment_day == actor.now_ms // DAY_MS else 0
    if today >= pace.comments_a_day:
        wait_ms = DAY_MS - actor.now_ms % DAY_MS
        raise CommentCooldown(
            f"You can write {pace.comments_a_day} comments a day.",
            "Go on tomorrow (UTC).",
            retry_after_ms=wait_ms,
            daily_remaining=0,
        )
    wait_ms = agent.commented_ms + pace.comment_every_ms - actor.now_ms
    if agent.commented_ms and wait_ms > 0:
        raise CommentCooldown(
            f"You can comment once every {pace.comment_every_ms / 1000:g} seconds.",
            "Read or vote in the meantime.",
            retry_after_ms=wait_ms,
            daily_remaining=pace.comments_a_day - today,
        )
