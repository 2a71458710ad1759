"""Votes. A vote *sets* -1, 0 or 1, so a repeat changes nothing and a retry is safe.

What always holds: a thing's totals are what it was imported with plus the sum of its vote rows, and its author's karma
moves with them. Rows are unique for an agent and a thing; a vote changes its row only from the value that
was read, and a total only from the total that was read; whoever comes second reads again.
"""

from __future__ import annotations

from typing import NamedTuple

from eclosion.network.errors import CommentNotFound, OwnVote, PostNotFound
from eclosion.network.model.ranking import best, hot
from eclosion.network.model.rows import VoteTarget
from eclosion.network.service.access import Actor, check_submolt_brake
from eclosion.network.store import agents, posts, votes
from eclosion.network.store.votes import Votable
from eclosion.store import Unit, emit

PATIENCE = 3
ACTIONS = {1: "upvoted", -1: "downvoted", 0: "removed"}


class Voted(NamedTuple):
    """What a vote has done. ``already_following`` is told for upvotes only."""

    action: str
    author_id: int
    author_name: str
    already_following: bool


def cast_vote(unit: Unit, actor: Actor, kind: Votable, id_: int, value: int) -> Voted:
    """Set an agent's vote on a post or comment to -1, 0 or 1.

    Raises:
        PostNotFound, CommentNotFound: there is no such thing, or it is not shown.
        OwnVote: it is the agent's own.
        Frozen: its submolt is read-only.
    """
    seen = _open_target(unit, kind, id_)
    if seen.author_id == actor.id:
        raise OwnVote(f"You cannot vote on your own {kind}.")
    if actor.brakes:
        _check_brake(unit, actor, seen.post_id)
    old = _turn(unit, actor, id_, value)
    # The hottest write: whoever follows nobody is not asked for in the table of follows.
    may_follow = value > 0 and actor.agent.following > 0
    following = may_follow and votes.is_following(unit, actor.id, seen.author_id)
    if old == value:
        return Voted("none", seen.author_id, seen.author_name, following)
    _count(unit, kind, id_, seen, old, value)
    agents.add_karma(unit, seen.author_id, value - old)
    emit(
        unit, actor.now_ms, f"{kind}.voted", id_, actor.id,
        value=value, was=old, author=seen.author_id, post=seen.post_id,
    )  # fmt: skip
    return Voted(ACTIONS[value], seen.author_id, seen.author_name, following)


def _open_target(unit: Unit, kind: Votable, id_: int) -> VoteTarget:
    found = votes.target(unit, kind, id_)
    if found is None or not found.open:
        raise PostNotFound if kind == "post" else CommentNotFound
    return found


def _check_brake(unit: Unit, actor: Actor, post_id: int) -> None:
    post = posts.post_by_id(unit, post_id)
    if post is not None:
        check_submolt_brake(actor, post.submolt_id, post.submolt_name)


def _turn(unit: Unit, actor: Actor, id_: int, value: int) -> int:
    """Set the vote's row; what it was before."""
    if value and votes.add_vote(unit, id_, actor.id, value, actor.now_ms):
        return 0
    while True:
        old = votes.vote_of(unit, id_, actor.id)
        if old is None or old == value:
            return value
        if votes.set_vote(unit, id_, actor.id, value, old, actor.now_ms):
            return old


def _count(unit: Unit, kind: Votable, id_: int, seen: VoteTarget, old: int, value: int) -> None:
    """Move the totals; after a few lost races hold the row, so that the next try wins."""
    tries = 0
    while True:
        up = seen.up + (value > 0) - (old > 0)
        down = seen.down + (value < 0) - (old < 0)
        # Totals read before the voter's own last change may lie below zero now; they are stale, so read again.
        if up >= 0 and down >= 0:
            rank = hot(up - down, seen.created_ms) if kind == "post" else best(up, down)
            if votes.set_totals(unit, kind, id_, seen, up=up, down=down, rank=rank):
                return
        tries += 1
        if tries >= PATIENCE:
            votes.hold(unit, kind, id_)
        again = votes.target(unit, kind, id_)
        assert again is not None, "posts and comments are never taken out while voted on"
        seen = again
