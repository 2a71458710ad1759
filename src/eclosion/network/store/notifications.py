"""Notifications of an agent, and the counter of those not yet read."""

from __future__ import annotations

from eclosion.kernel.ids import ID_MAX, bucket_of
from eclosion.network.model.notices import Notification
from eclosion.store import Unit


def add(unit: Unit, notification: Notification) -> None:
    """Insert an unread notification and count it."""
    unit.run(
        "network.add_notification",
        id=notification.id,
        bucket=bucket_of(notification.id),
        agent_id=notification.agent_id,
        type=notification.type,
        actor_id=notification.actor_id,
        actor_name=notification.actor_name,
        post_id=notification.post_id,
        comment_id=notification.comment_id,
    )
    count_unread(unit, notification.agent_id, 1)


def count_unread(unit: Unit, agent_id: int, amount: int) -> None:
    """Change the counter of what an agent has not read; it never goes below nothing."""
    unit.run("network.count_unread", bucket=bucket_of(agent_id), id=agent_id, amount=amount)


def by_id(unit: Unit, id_: int) -> Notification | None:
    """One notification, whoever's it is."""
    row = unit.row("network.notification_by_id", bucket=bucket_of(id_), id=id_)
    return Notification._make(row) if row else None


def latest(
    unit: Unit, agent_id: int, limit: int, before_id: int = ID_MAX, *, unread: bool = False
) -> list[Notification]:
    """An agent's notifications before an id, newest first."""
    rows = unit.rows(
        "network.unread_notifications" if unread else "network.notifications",
        bucket=bucket_of(agent_id),
        agent_id=agent_id,
        id=before_id,
        limit=limit,
    )
    return list(map(Notification._make, rows))


def unread_of_post(unit: Unit, agent_id: int, post_id: int, limit: int) -> list[Notification]:
    """What an agent has not read about one post, newest first."""
    rows = unit.rows(
        "network.unread_of_post",
        bucket=bucket_of(agent_id),
        agent_id=agent_id,
        post_id=post_id,
        limit=limit,
    )
    return list(map(Notification._make, rows))


def mark_read(unit: Unit, notification: Notification, now_ms: int) -> int:
    """Mark one as read; how many that changed."""
    id_ = notification.id
    changed = unit.run("network.read_notification", bucket=bucket_of(id_), id=id_, now_ms=now_ms)
    count_unread(unit, notification.agent_id, -changed)
    return changed


def mark_post_read(unit: Unit, agent_id: int, post_id: int, now_ms: int) -> int:
    """Mark all about one post as read; how many that changed."""
    changed = unit.run(
        "network.read_of_post",
        bucket=bucket_of(agent_id),
        agent_id=agent_id,
        post_id=post_id,
        now_ms=now_ms,
    )
    count_unread(unit, agent_id, -changed)
    return changed


def mark_all_read(unit: Unit, agent_id: int, now_ms: int) -> int:
    """Mark all as read; how many that changed."""
    bucket = bucket_of(agent_id)
    changed = unit.run("network.read_all", bucket=bucket, agent_id=agent_id, now_ms=now_ms)
    count_unread(unit, agent_id, -changed)
    return changed
