"""What has to be erased of an agent, in small batches that can be taken up again."""

from __future__ import annotations

from typing import NamedTuple

from eclosion.kernel.ids import bucket_of
from eclosion.store import Unit


class Pending(NamedTuple):
    """An erasure under way, and how far it has come."""

    agent_id: int
    stage: int
    after_id: int


def erase_agent(unit: Unit, agent_id: int, now_ms: int) -> bool:
    """Forget what an agent was; False if that was done before."""
    bucket = bucket_of(agent_id)
    return unit.run("network.erase_agent", bucket=bucket, id=agent_id, now_ms=now_ms) == 1


def add(unit: Unit, agent_id: int, now_ms: int) -> None:
    """Note that an agent's texts are to be erased."""
    unit.run("network.add_erasure", agent_id=agent_id, since_ms=now_ms)


def pending(unit: Unit, agent_id: int = 0) -> Pending | None:
    """The next erasure under way, from an agent's on."""
    row = unit.row("network.next_erasure", agent_id=agent_id)
    return Pending._make(row) if row else None


def move(unit: Unit, at: Pending) -> None:
    """Save how far an erasure has come."""
    unit.run("network.move_erasure", **at._asdict())


def end(unit: Unit, agent_id: int) -> None:
    """An erasure is complete."""
    unit.run("network.end_erasure", agent_id=agent_id)


def posts(unit: Unit, at: Pending, limit: int) -> list[int]:
    """The next posts to erase."""
    return _ids(unit, "network.posts_to_erase", at, limit)


def comments(unit: Unit, at: Pending, limit: int) -> list[int]:
    """The next comments to erase."""
    return _ids(unit, "network.comments_to_erase", at, limit)


def erase_text(unit: Unit, kind: str, id_: int) -> None:
    """Leave a stub of a post or a comment, and nothing of its earlier versions."""
    unit.run(f"network.erase_{kind}", bucket=bucket_of(id_), id=id_)
    unit.run("network.forget_revisions", bucket=bucket_of(id_), id=id_)


def conversations(unit: Unit, at: Pending, limit: int) -> list[tuple[int, int]]:
    """The next conversations to erase an agent from, and with whom each is."""
    rows = unit.rows(
        "network.conversations_to_erase",
        bucket=bucket_of(at.agent_id),
        agent_id=at.agent_id,
        after_id=at.after_id,
        limit=limit,
    )
    return [(row[0], row[1]) for row in rows]


def leave_conversation(unit: Unit, agent_id: int, conversation_id: int, with_id: int) -> None:
    """Delete what an agent wrote in a conversation, and its name in the other's list."""
    unit.run(
        "network.erase_messages",
        bucket=bucket_of(conversation_id),
        conversation_id=conversation_id,
        agent_id=agent_id,
    )
    unit.run(
        "network.erase_member_name",
        bucket=bucket_of(with_id),
        agent_id=with_id,
        conversation_id=conversation_id,
    )


def notifications(unit: Unit, at: Pending, limit: int) -> list[int]:
    """The next notifications to erase."""
    rows = unit.rows(
        "network.notifications_to_erase",
        bucket=bucket_of(at.agent_id),
        agent_id=at.agent_id,
        after_id=at.after_id,
        limit=limit,
    )
    return [row[0] for row in rows]


def erase_notification(unit: Unit, id_: int) -> None:
    """Delete a notification."""
    unit.run("network.erase_notification", bucket=bucket_of(id_), id=id_)


def _ids(unit: Unit, query: str, at: Pending, limit: int) -> list[int]:
    rows = unit.rows(query, agent_id=at.agent_id, after_id=at.after_id, limit=limit)
    return [row[0] for row in rows]
