"""Forgetting, in small batches: what has ended, what is old, the texts of what was deleted."""

from __future__ import annotations

from eclosion.kernel.ids import bucket_of
from eclosion.network.store.messages import conversation_by_id
from eclosion.store import Unit


def end_expired(unit: Unit, table: str, before_ms: int, limit: int) -> int:
    """Drop rows that ended before an instant; how many.

    Args:
        table: ``sign_in_links``, ``owner_sessions``, ``agent_keys``, ``challenges`` or ``revisions``.
    """
    return unit.run(f"network.expire_{table}", before_ms=before_ms, limit=limit)


def end_activity_days(unit: Unit, before_day: int, limit: int) -> int:
    """Drop who acted on days (since the epoch) before one; how many rows."""
    return unit.run("network.expire_activity_days", before_day=before_day, limit=limit)


def end_quotas(unit: Unit, after: str, before_ms: int, limit: int) -> str | None:
    """Drop quotas whose window began before an instant, among the next ``limit``; where to go on, or None."""
    found = unit.rows("network.quotas_after", scope=after, limit=limit)
    for scope, start_ms in found:
        if start_ms < before_ms:
            unit.run("network.end_quota", scope=scope, before_ms=before_ms)
    return str(found[-1][0]) if len(found) == limit else None


def end_notifications(unit: Unit, before: int, limit: int) -> int:
    """Drop notifications with ids below one, and take unread ones off their agents' counts; how many."""
    found = unit.rows("network.old_notifications", before=before, limit=limit)
    for id_, bucket, agent_id, read_ms in found:
        unit.run("network.end_notification", bucket=bucket, id=id_)
        if not read_ms:
            unit.run("network.uncount_unread", bucket=bucket_of(agent_id), id=agent_id)
    return len(found)


def end_messages(unit: Unit, before: int, limit: int) -> int:
    """Drop messages with ids below one, and keep unread counts true; how many."""
    found = unit.rows("network.old_messages", before=before, limit=limit)
    for id_, bucket, _ in found:
        unit.run("network.end_message", bucket=bucket, id=id_)
    for conversation_id in {row[2] for row in found}:
        _lower_unread(unit, conversation_id)
    return len(found)


def _lower_unread(unit: Unit, conversation_id: int) -> None:
    conversation = conversation_by_id(unit, conversation_id)
    if conversation is None:
        return
    for agent_id in (conversation.initiator_id, conversation.recipient_id):
        row = unit.row(
            "network.count_messages_to",
            bucket=bucket_of(conversation_id),
            conversation_id=conversation_id,
            agent_id=agent_id,
        )
        unit.run(
            "network.lower_unread",
            bucket=bucket_of(agent_id),
            agent_id=agent_id,
            conversation_id=conversation_id,
            most=row[0] if row else 0,
        )


def blank_deleted(unit: Unit, noun: str, before_ms: int, limit: int) -> int:
    """Take the texts, with all earlier versions, off things deleted before an instant; how many things.

    Args:
        noun: ``post`` or ``comment``.
    """
    found = unit.rows(f"network.{noun}s_to_blank", before_ms=before_ms, limit=limit)
    for id_, bucket in found:
        unit.run(f"network.blank_{noun}", bucket=bucket, id=id_)
        unit.run("network.forget_revisions", bucket=bucket, id=id_)
    return len(found)
