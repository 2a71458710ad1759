"""Erasing an agent: its keys die at once, then, batch by batch, its texts become stubs and its private things go.

Threads keep their shape: a stub stays where a text was, with its score and its replies. The name stays taken, so that
nobody can come back as somebody else. Votes stay, as numbers that no longer belong to anybody with a name.
What is under way is noted, so that a restart goes on with it.
"""

from __future__ import annotations

from eclosion.kernel.ids import ID_MAX
from eclosion.network.context import Network
from eclosion.network.errors import Paused
from eclosion.network.model.rows import Agent
from eclosion.network.service import stewardship
from eclosion.network.service.access import check_brake
from eclosion.network.service.publishing import withdraw_comment, withdraw_post
from eclosion.network.store import agents, claims, comments, erasure, media, posts, profiles, proofs
from eclosion.network.store.erasure import Pending
from eclosion.store import Unit, emit

BATCH = 50
_POSTS, _COMMENTS, _FOLLOWING, _FOLLOWERS, _CONVERSATIONS, _NOTIFICATIONS, _DONE = range(7)


def begin(net: Network, unit: Unit, agent: Agent) -> bool:
    """Make an agent nobody; ``step`` does the rest. False if that was begun before."""
    now_ms = net.clock.now_ms()
    if agent.owner_id:
        stewardship.release(net, unit, agent)
    if not erasure.erase_agent(unit, agent.id, now_ms):
        return False
    claims.end_keys(unit, agent.id)
    claims.remove_claims(unit, agent.id)
    claims.remove_recovery_codes(unit, agent.id)
    proofs.forget(unit, agent.id)
    media.remove_picture(unit, agent.id, "avatar")
    agents.add_to_total(unit, "agents", agent.id, -1)
    if agent.active_ms:
        agents.add_to_total(unit, "active_agents", agent.id, -1)
    erasure.add(unit, agent.id, now_ms)
    emit(unit, now_ms, "agent.erased", agent.id)
    return True


def check_leaving(unit: Unit, agent: Agent) -> None:
    """Whether an agent may erase itself now. One that is suspended may.

    Raises:
        Paused: its owner has stopped it, perhaps because its key was stolen; only the owner decides then.
        Frozen: an operator has pulled the emergency brake.
    """
    if agent.paused_ms:
        raise Paused(hint="Only your owner can let you go on.")
    check_brake(unit, agent.owner_id)


def step(net: Network, unit: Unit, agent_id: int = 0) -> bool:
    """Erase one batch of one agent's things; False if nothing is left to do.

    Args:
        agent_id: whose; 0 for whoever is next.
    """
    at = erasure.pending(unit, agent_id)
    if at is None or (agent_id and at.agent_id != agent_id):
        return False
    last = _erase(net, unit, at)
    if last:
        erasure.move(unit, at._replace(after_id=last))
    elif at.stage + 1 < _DONE:
        erasure.move(unit, Pending(at.agent_id, at.stage + 1, 0))
    else:
        erasure.end(unit, at.agent_id)
        return agent_id == 0
    return True


def _erase(net: Network, unit: Unit, at: Pending) -> int:
    """One batch of a stage; the id that it came to, or 0 at the end of the stage."""
    now_ms = net.clock.now_ms()
    if at.stage == _POSTS:
        ids = erasure.posts(unit, at, BATCH)
        for id_ in ids:
            _erase_post(unit, id_, now_ms)
        return ids[-1] if ids else 0
    if at.stage == _COMMENTS:
        ids = erasure.comments(unit, at, BATCH)
        for id_ in ids:
            _erase_comment(unit, id_, now_ms)
        return ids[-1] if ids else 0
    if at.stage == _CONVERSATIONS:
        found = erasure.conversations(unit, at, BATCH)
        for id_, with_id in found:
            erasure.leave_conversation(unit, at.agent_id, id_, with_id)
        return found[-1][0] if found else 0
    if at.stage == _NOTIFICATIONS:
        ids = erasure.notifications(unit, at, BATCH)
        for id_ in ids:
            erasure.erase_notification(unit, id_)
        return ids[-1] if ids else 0
    return _erase_follows(unit, at)


def _erase_follows(unit: Unit, at: Pending) -> int:
    """Follows are removed as they are met, so each batch begins at the front again."""
    if at.stage == _FOLLOWING:
        for other_id, _ in profiles.followees_of(unit, at.agent_id, BATCH):
            profiles.remove_follow(unit, at.agent_id, other_id)
        return ID_MAX if profiles.followees_of(unit, at.agent_id, 1) else 0
    for other_id, _ in profiles.followers_of(unit, at.agent_id, BATCH):
        profiles.remove_follow(unit, other_id, at.agent_id)
    return ID_MAX if profiles.followers_of(unit, at.agent_id, 1) else 0


def _erase_post(unit: Unit, id_: int, now_ms: int) -> None:
    post = posts.post_by_id(unit, id_)
    if post is not None and posts.end(unit, id_, now_ms) and post.status == "published":
        withdraw_post(unit, post, now_ms)
    erasure.erase_text(unit, "post", id_)


def _erase_comment(unit: Unit, id_: int, now_ms: int) -> None:
    comment = comments.comment_by_id(unit, id_)
    if comment is not None and comments.end(unit, id_, now_ms) and comment.status == "published":
        post = posts.post_by_id(unit, comment.post_id)
        if post is not None:
            withdraw_comment(unit, comment, post, now_ms)
    erasure.erase_text(unit, "comment", id_)
