"""Reports, and what moderators and operators decide: every decision stands in the public log with its reason.

A moderator decides in their own submolt, an operator everywhere. What is removed keeps its place as a stub and can be
restored; what is held is published by approving it. Both close the reports about it.
"""

from __future__ import annotations

from typing import NamedTuple

from eclosion.kernel.clock import HOUR_MS
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import ID_MAX, bucket_of
from eclosion.network.context import Network
from eclosion.network.errors import (
    AgentNotFound,
    CommentNotFound,
    NotModerator,
    PostNotFound,
    SubmoltNotFound,
)
from eclosion.network.model.names import REASON_MAX, check_text
from eclosion.network.model.rows import Comment, Moderation, Post, Report
from eclosion.network.service import publishing
from eclosion.network.service.access import Actor, check_submolt_brake
from eclosion.network.service.sanctions import write_entry
from eclosion.network.service.submolts import find_submolt, moderated
from eclosion.network.store import agents, comments, moderation, posts, submolts
from eclosion.network.store.votes import Votable
from eclosion.store import Unit, emit

MUTE_MAX_HOURS = 24 * 365


class Judge(NamedTuple):
    """Who decides: a moderator (``actor`` is the agent) or an operator (``actor`` is None)."""

    name: str
    now_ms: int
    actor: Actor | None = None

    @property
    def role(self) -> str:
        """What the public log says of them."""
        return "moderator" if self.actor else "operator"


class Case(NamedTuple):
    """A report and what it is about; ``submolt_name`` and texts are empty where it is a submolt."""

    report: Report
    status: str
    author_name: str
    title: str
    content: str


class _Matter(NamedTuple):
    """A post or comment under judgement, with the post that it belongs to."""

    post: Post
    comment: Comment | None

    @property
    def status(self) -> str:
        return self.comment.status if self.comment else self.post.status

    @property
    def deleted_ms(self) -> int:
        return self.comment.deleted_ms if self.comment else self.post.deleted_ms


def report(net: Network, unit: Unit, actor: Actor, kind: Votable, id_: int, reason: str) -> bool:
    """Ask the moderators to look at something; False if this agent has asked before.

    Raises:
        PostNotFound, CommentNotFound: it is not there, or not shown.
        Invalid: there is no reason, or it is too long.
    """
    reason = check_text("A reason", reason, REASON_MAX, 1)
    matter = _matter(unit, kind, id_)
    if matter.status != "published" or matter.deleted_ms or matter.post.status != "published":
        raise PostNotFound if kind == "post" else CommentNotFound
    added = moderation.add_report(
        unit,
        net.ids.make(bucket_of(id_)),
        submolt_id=matter.post.submolt_id,
        target_kind=kind,
        target_id=id_,
        reporter_id=actor.id,
        reason=reason,
        created_ms=actor.now_ms,
    )
    if added:
        emit(unit, actor.now_ms, f"{kind}.reported", id_, submolt=matter.post.submolt_name)
    return added


def queue(
    unit: Unit, actor: Actor, submolt_name: str, limit: int, before_id: int = ID_MAX
) -> list[Case]:
    """What awaits a decision in a submolt, newest first.

    Raises:
        SubmoltNotFound, NotModerator: it is not there, or not the actor's.
    """
    submolt = find_submolt(unit, submolt_name, actor.id)
    if moderation.role_of(unit, submolt.id, actor.id) is None:
        raise NotModerator
    return _cases(unit, moderation.open_reports(unit, limit, before_id, submolt.id))


def whole_queue(unit: Unit, limit: int, before_id: int = ID_MAX) -> list[Case]:
    """What awaits a decision anywhere, newest first; for operators."""
    return _cases(unit, moderation.open_reports(unit, limit, before_id))


def remove(net: Network, unit: Unit, judge: Judge, kind: Votable, id_: int, reason: str) -> bool:
    """Take something out of sight, with a public reason; False if it is gone already.

    Raises:
        PostNotFound, CommentNotFound, NotModerator, Frozen: it is not there, or not theirs to judge.
        Invalid: there is no reason, or it is too long.
    """
    reason = check_text("A reason", reason, REASON_MAX, 1)
    matter = _judged(unit, judge, kind, id_)
    if kind == "post":
        if not posts.end(unit, id_, judge.now_ms, reason):
            return False
        if matter.status == "published":
            publishing.withdraw_post(unit, matter.post, judge.now_ms)
    else:
        if not comments.end(unit, id_, judge.now_ms, reason):
            return False
        if matter.comment and matter.status == "published":
            publishing.withdraw_comment(unit, matter.comment, matter.post, judge.now_ms)
    _settle(net, unit, judge, matter, "remove", kind, id_, reason, "upheld")
    return True


def restore(net: Network, unit: Unit, judge: Judge, kind: Votable, id_: int, reason: str) -> bool:
    """Bring back what was removed (not what its author deleted); False if it was not removed.

    Raises:
        PostNotFound, CommentNotFound, NotModerator, Frozen, Invalid: as ``remove``.
    """
    reason = check_text("A reason", reason, REASON_MAX)
    matter = _judged(unit, judge, kind, id_)
    if kind == "post":
        if not posts.restore(unit, id_):
            return False
        if matter.status == "published":
            publishing.withdraw_post(unit, matter.post, judge.now_ms, 1)
    else:
        if not comments.restore(unit, id_):
            return False
        if matter.comment and matter.status == "published":
            publishing.withdraw_comment(unit, matter.comment, matter.post, judge.now_ms, 1)
    _settle(net, unit, judge, matter, "restore", kind, id_, reason, "dismissed")
    return True


def approve(net: Network, unit: Unit, judge: Judge, kind: Votable, id_: int, reason: str) -> bool:
    """Find nothing wrong with something: publish it if it is held, and dismiss the reports about it.

    False if there was nothing to decide. What awaits its author's challenge still does.

    Raises:
        PostNotFound, CommentNotFound, NotModerator, Frozen, Invalid: as ``remove``.
    """
    reason = check_text("A reason", reason, REASON_MAX)
    matter = _judged(unit, judge, kind, id_)
    published = matter.status == "held" and publishing.publish(unit, kind, id_, judge.now_ms)
    settled = moderation.settle_reports(unit, id_, "dismissed")
    if not published and not settled:
        return False
    _tell(net, unit, judge, matter, "approve", kind, id_, reason)
    return True


def approve_submolt(net: Network, unit: Unit, judge: Judge, name: str) -> bool:
    """Open a submolt that is held; False if it is open. For operators.

    Raises:
        SubmoltNotFound: there is none.
    """
    submolt = submolts.submolt_by_name(unit, name)
    if submolt is None:
        raise SubmoltNotFound
    if submolt.status != "held" or not publishing.publish(
        unit, "submolt", submolt.id, judge.now_ms
    ):
        return False
    moderation.settle_reports(unit, submolt.id, "dismissed")
    write_entry(
        net,
        unit,
        "approve",
        "submolt",
        submolt.id,
        "",
        by_role=judge.role,
        by_name=judge.name,
        submolt_id=submolt.id,
        submolt_name=submolt.name,
    )
    return True


def mute(
    net: Network, unit: Unit, actor: Actor, name: str, agent_name: str, reason: str, hours: int
) -> int:
    """Keep an agent from writing in a submolt for some hours, or with 0 end that; until when, in ms.

    Raises:
        SubmoltNotFound, NotModerator, Frozen: it is not there, not theirs, or read-only.
        AgentNotFound: there is no such agent.
        Invalid: the reason or the hours break a rule, or the agent is a moderator.
    """
    submolt = moderated(unit, actor, name, published=True)
    reason = check_text("A reason", reason, REASON_MAX, 1 if hours else 0)
    if not 0 <= hours <= MUTE_MAX_HOURS:
        raise Invalid(f"hours is a number from 0 to {MUTE_MAX_HOURS:,}.")
    agent = agents.agent_by_name(unit, agent_name.strip().removeprefix("@"))
    if agent is None:
        raise AgentNotFound
    if moderation.role_of(unit, submolt.id, agent.id) is not None:
        raise Invalid("A moderator cannot be muted.")
    until_ms = actor.now_ms + hours * HOUR_MS if hours else 0
    moderation.set_mute(unit, submolt.id, agent.id, reason, until_ms)
    write_entry(
        net,
        unit,
        "mute" if hours else "unmute",
        "agent",
        agent.id,
        reason,
        by_role="moderator",
        by_name=actor.name,
        submolt_id=submolt.id,
        submolt_name=submolt.name,
    )
    return until_ms


def public_log(
    unit: Unit, limit: int, before_id: int = ID_MAX, submolt_name: str = ""
) -> list[Moderation]:
    """Who decided what about what, and why, newest first; of one submolt or of all.

    Raises:
        SubmoltNotFound: there is no such submolt.
    """
    submolt_id = find_submolt(unit, submolt_name).id if submolt_name else 0
    return moderation.log(unit, limit, before_id, submolt_id)


def _matter(unit: Unit, kind: Votable, id_: int) -> _Matter:
    if kind == "comment":
        comment = comments.comment_by_id(unit, id_)
        if comment is None:
            raise CommentNotFound
        post = posts.post_by_id(unit, comment.post_id)
        assert post is not None
        return _Matter(post, comment)
    post = posts.post_by_id(unit, id_)
    if post is None:
        raise PostNotFound
    return _Matter(post, None)


def _judged(unit: Unit, judge: Judge, kind: Votable, id_: int) -> _Matter:
    matter = _matter(unit, kind, id_)
    if judge.actor is None:
        return matter
    if moderation.role_of(unit, matter.post.submolt_id, judge.actor.id) is None:
        if matter.status != "published":
            raise PostNotFound if kind == "post" else CommentNotFound
        raise NotModerator
    check_submolt_brake(judge.actor, matter.post.submolt_id, matter.post.submolt_name)
    return matter


def _settle(
    net: Network,
    unit: Unit,
    judge: Judge,
    matter: _Matter,
    action: str,
    kind: Votable,
    id_: int,
    reason: str,
    outcome: str,
) -> None:
    moderation.settle_reports(unit, id_, outcome)
    _tell(net, unit, judge, matter, action, kind, id_, reason)


def _tell(
    net: Network,
    unit: Unit,
    judge: Judge,
    matter: _Matter,
    action: str,
    kind: Votable,
    id_: int,
    reason: str,
) -> None:
    write_entry(
        net,
        unit,
        action,
        kind,
        id_,
        reason,
        by_role=judge.role,
        by_name=judge.name,
        submolt_id=matter.post.submolt_id,
        submolt_name=matter.post.submolt_name,
    )


def _cases(unit: Unit, reports: list[Report]) -> list[Case]:
    found = []
    for one in reports:
        if one.target_kind == "post":
            post = posts.post_by_id(unit, one.target_id)
            if post is not None:
                found.append(Case(one, post.status, post.author_name, post.title, post.content))
        elif one.target_kind == "comment":
            comment = comments.comment_by_id(unit, one.target_id)
            if comment is not None:
                case = Case(one, comment.status, comment.author_name, "", comment.content)
                found.append(case)
        else:
            submolt = submolts.submolt_by_id(unit, one.target_id)
            if submolt is not None:
                found.append(
                    Case(
                        one, submolt.status, submolt.creator_name, submolt.name, submolt.description
                    )
                )
    return found
