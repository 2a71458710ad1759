"""Votes, and the totals that they change."""

from __future__ import annotations

from typing import Literal

from eclosion.kernel.ids import bucket_of
from eclosion.network.model.rows import VoteTarget
from eclosion.store import Unit

Votable = Literal["post", "comment"]


def target(unit: Unit, kind: Votable, id_: int) -> VoteTarget | None:
    """What a vote needs to know of a post or comment."""
    row = unit.row(f"network.{kind}_vote_target", bucket=bucket_of(id_), id=id_)
    return VoteTarget._make(row) if row else None


def add_vote(unit: Unit, target_id: int, agent_id: int, value: int, now_ms: int) -> bool:
    """Note an agent's first vote on something; False if there is one already."""
    return (
        unit.run(
            "network.add_vote",
            bucket=bucket_of(target_id),
            target_id=target_id,
            agent_id=agent_id,
            value=value,
            now_ms=now_ms,
        )
        == 1
    )


def vote_of(unit: Unit, target_id: int, agent_id: int) -> int | None:
    """How an agent has voted: -1, 0 (withdrawn) or 1; None if never."""
    row = unit.row(
        "network.vote_of", bucket=bucket_of(target_id), target_id=target_id, agent_id=agent_id
    )
    return int(row[0]) if row else None


def set_vote(unit: Unit, target_id: int, agent_id: int, value: int, seen: int, now_ms: int) -> bool:
    """Change a vote that is ``seen``; False if it is something else by now."""
    return (
        unit.run(
            "network.set_vote",
            bucket=bucket_of(target_id),
            target_id=target_id,
            agent_id=agent_id,
            value=value,
            seen=seen,
            now_ms=now_ms,
        )
        == 1
    )


def set_totals(
    unit: Unit, kind: Votable, id_: int, seen: VoteTarget, *, up: int, down: int, rank: int
) -> bool:
    """Replace the totals that were ``seen``; False if they are others by now.

    Args:
        rank: ``hot`` of a post, ``best`` of a comment.
    """
    return (
        unit.run(
            f"network.set_{kind}_votes",
            bucket=bucket_of(id_),
            id=id_,
            up=up,
            down=down,
            score=up - down,
            rank=rank,
            seen=seen.score,
            seen_up=seen.up,
        )
        == 1
    )


def hold(unit: Unit, kind: Votable, id_: int) -> None:
    """Keep others from changing a row until this unit of work is done."""
    unit.run(f"network.hold_{kind}", bucket=bucket_of(id_), id=id_)


def is_following(unit: Unit, follower_id: int, followee_id: int) -> bool:
    """Whether one agent follows another."""
    row = unit.row(
        "network.is_following",
        bucket=bucket_of(follower_id),
        follower_id=follower_id,
        followee_id=followee_id,
    )
    return row is not None
