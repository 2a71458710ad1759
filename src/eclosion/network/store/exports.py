"""An agent's own things in the order in which an export walks through them."""

from __future__ import annotations

from eclosion.kernel.ids import bucket_of
from eclosion.network.model.rows import Message
from eclosion.store import Row, Unit


def subscriptions(unit: Unit, agent_id: int, after_id: int, limit: int) -> list[Row]:
    """Submolt and since when (ms)."""
    return _own(unit, "network.subscriptions_of", agent_id, after_id, limit)


def notifications(unit: Unit, agent_id: int, after_id: int, limit: int) -> list[Row]:
    """Id, type, the name of who caused it, post, comment, when it was read (ms)."""
    return _own(unit, "network.notifications_of", agent_id, after_id, limit)


def conversation_from(unit: Unit, agent_id: int, first: int) -> tuple[int, str] | None:
    """The next conversation of an agent with an id from ``first`` on, and the other's name."""
    rows = _own(unit, "network.conversation_from", agent_id, first, 1)
    return (int(rows[0][0]), str(rows[0][1])) if rows else None


def messages_after(unit: Unit, conversation_id: int, after_id: int, limit: int) -> list[Message]:
    """A conversation's messages, the oldest first, still sealed."""
    rows = unit.rows(
        "network.messages_from",
        bucket=bucket_of(conversation_id),
        conversation_id=conversation_id,
        after_id=after_id,
        limit=limit,
    )
    return list(map(Message._make, rows))


def votes(unit: Unit, agent_id: int, first: int, last: int) -> list[Row]:
    """Target, value and when (ms) of an agent's votes in the buckets from ``first`` to under ``last``."""
    return unit.rows("network.votes_in_buckets", agent_id=agent_id, first=first, last=last)


def _own(unit: Unit, query: str, agent_id: int, after_id: int, limit: int) -> list[Row]:
    bucket = bucket_of(agent_id)
    return unit.rows(query, bucket=bucket, agent_id=agent_id, after_id=after_id, limit=limit)
