"""The only code that runs the part's queries."""

from __future__ import annotations

from eclosion.kernel.ids import ID_MAX, bucket_of
from eclosion.store import Unit
from eclosion.webhooks.model import NEVER_MS, Delivery, Outcome, Webhook

_NOTHING = b""


def add_webhook(
    unit: Unit, id_: int, holder_id: int, url: str, filter_: str, secret: bytes, now_ms: int
) -> None:
    """Insert a subscription that is active."""
    unit.run(
        "webhooks.add_webhook",
        id=id_,
        bucket=bucket_of(id_),
        holder_id=holder_id,
        url=url,
        filter=filter_,
        secret=secret,
        nothing=_NOTHING,
        never_ms=NEVER_MS,
        created_ms=now_ms,
    )


def webhook_by_id(unit: Unit, id_: int) -> Webhook | None:
    """A subscription that was not removed."""
    row = unit.row("webhooks.webhook_by_id", bucket=bucket_of(id_), id=id_)
    return Webhook._make(row) if row else None


def webhooks_of(unit: Unit, holder_id: int, limit: int, before_id: int = ID_MAX) -> list[Webhook]:
    """A holder's subscriptions, the latest first."""
    rows = unit.rows(
        "webhooks.webhooks_of_holder", holder_id=holder_id, before_id=before_id, limit=limit
    )
    return list(map(Webhook._make, rows))


def all_webhooks(unit: Unit, limit: int, before_id: int = ID_MAX) -> list[Webhook]:
    """Everybody's subscriptions, the latest first."""
    rows = unit.rows("webhooks.all_webhooks", before_id=before_id, limit=limit)
    return list(map(Webhook._make, rows))


def webhooks_in(unit: Unit, state: str, limit: int, after_id: int = 0) -> list[Webhook]:
    """Subscriptions in a state, the oldest first."""
    rows = unit.rows("webhooks.webhooks_in_state", state=state, after_id=after_id, limit=limit)
    return list(map(Webhook._make, rows))


def change_webhook(unit: Unit, id_: int, url: str, filter_: str) -> None:
    """Change where and of what it is told."""
    unit.run("webhooks.change_webhook", bucket=bucket_of(id_), id=id_, url=url, filter=filter_)


def set_secrets(unit: Unit, id_: int, secret: bytes, old: bytes, old_until_ms: int) -> None:
    """Give it a new secret, beside the one before."""
    unit.run(
        "webhooks.set_secrets",
        bucket=bucket_of(id_),
        id=id_,
        secret=secret,
        old_secret=old,
        old_until_ms=old_until_ms,
    )


def set_state(unit: Unit, id_: int, state: str, reason: str = "") -> None:
    """Move it to another state."""
    unit.run("webhooks.set_state", bucket=bucket_of(id_), id=id_, state=state, reason=reason)


def start_afresh(unit: Unit, id_: int) -> None:
    """Make it active and forget its failures."""
    unit.run("webhooks.start_afresh", bucket=bucket_of(id_), id=id_)


def remove_webhook(unit: Unit, id_: int) -> bool:
    """Take everything out of it but its number; False if that was done before."""
    where = {"bucket": bucket_of(id_), "id": id_, "never_ms": NEVER_MS}
    return unit.run("webhooks.remove_webhook", **where, nothing=_NOTHING) == 1


def forget_webhook(unit: Unit, id_: int) -> None:
    """Take a removed one out of the table."""
    unit.run("webhooks.forget_webhook", bucket=bucket_of(id_), id=id_)


def take_place(unit: Unit, id_: int, at_ms: int, next_ms: int, most: int) -> bool:
    """Count one more delivery of what happened at ``at_ms``.

    False if it is not active, was not there then, or if ``most`` wait already, which is counted.
    """
    where = {"bucket": bucket_of(id_), "id": id_, "most": most}
    if unit.run("webhooks.take_place_in_queue", **where, at_ms=at_ms, next_ms=next_ms):
        return True
    unit.run("webhooks.count_dropped", **where)
    return False


def add_delivery(
    unit: Unit, id_: int, webhook_id: int, event: str, kind: str, payload: str, next_ms: int
) -> None:
    """Insert a delivery that waits."""
    unit.run(
        "webhooks.add_delivery",
        id=id_,
        bucket=bucket_of(id_),
        webhook_id=webhook_id,
        event=event,
        kind=kind,
        payload=payload,
        next_ms=next_ms,
    )


def due_webhooks(unit: Unit, now_ms: int, limit: int) -> list[int]:
    """Whose deliveries are due and whom nobody serves."""
    return [row[0] for row in unit.rows("webhooks.due_webhooks", now_ms=now_ms, limit=limit)]


def take_webhook(unit: Unit, id_: int, now_ms: int, until_ms: int) -> bool:
    """Serve one alone for a while; False if somebody else was first, or there is nothing to do."""
    where = {"bucket": bucket_of(id_), "id": id_}
    return unit.run("webhooks.take_webhook", **where, now_ms=now_ms, until_ms=until_ms) == 1


def let_go(unit: Unit, id_: int, until_ms: int) -> None:
    """Serve it no longer; it rests until then."""
    where = {"bucket": bucket_of(id_), "id": id_, "due_ms": _due_ms(unit, id_)}
    unit.run("webhooks.let_webhook_go", **where, until_ms=until_ms)


def wake(unit: Unit, id_: int) -> None:
    """End its rest, and look anew when its next delivery is due."""
    where = {"bucket": bucket_of(id_), "id": id_, "due_ms": _due_ms(unit, id_)}
    unit.run("webhooks.wake_webhook", **where)


def due_deliveries(unit: Unit, webhook_id: int, now_ms: int, limit: int) -> list[Delivery]:
    """What is due, the longest waiting first."""
    rows = unit.rows("webhooks.due_deliveries", webhook_id=webhook_id, now_ms=now_ms, limit=limit)
    return list(map(Delivery._make, rows))


def delivery_by_id(unit: Unit, id_: int) -> Delivery | None:
    """One delivery."""
    row = unit.row("webhooks.delivery_by_id", bucket=bucket_of(id_), id=id_)
    return Delivery._make(row) if row else None


def deliveries_of(
    unit: Unit, webhook_id: int, limit: int, before_id: int = ID_MAX, *, dead: bool = False
) -> list[Delivery]:
    """A subscription's deliveries, or its dead letters, the latest first."""
    where = {"webhook_id": webhook_id, "before_id": before_id, "limit": limit}
    rows = unit.rows(f"webhooks.{'dead_' if dead else ''}deliveries_of", **where)
    return list(map(Delivery._make, rows))


def set_delivered(unit: Unit, one: Delivery, status: int, now_ms: int) -> bool:
    """It arrived; False if it no longer waits."""
    where = {"bucket": bucket_of(one.id), "id": one.id}
    if not unit.run("webhooks.set_delivered", **where, status=status, now_ms=now_ms):
        return False
    webhook = {"bucket": bucket_of(one.webhook_id), "id": one.webhook_id}
    unit.run("webhooks.note_success", **webhook, now_ms=now_ms)
    return True


def put_off(unit: Unit, one: Delivery, outcome: Outcome, next_ms: int) -> bool:
    """It is tried again later; False if it no longer waits."""
    where = {"bucket": bucket_of(one.id), "id": one.id}
    values = {**where, "status": outcome.status, "next_ms": next_ms}
    return unit.run("webhooks.put_off", **values, error=outcome.error) == 1


def set_dead(unit: Unit, one: Delivery, outcome: Outcome, now_ms: int) -> bool:
    """It is tried no more; False if it no longer waits."""
    where = {"bucket": bucket_of(one.id), "id": one.id}
    values = {**where, "status": outcome.status, "now_ms": now_ms}
    if not unit.run("webhooks.set_dead", **values, error=outcome.error):
        return False
    count_waiting(unit, one.webhook_id, -1)
    return True


def note_failure(unit: Unit, webhook_id: int, now_ms: int) -> None:
    """Count a failure of a subscription's address."""
    where = {"bucket": bucket_of(webhook_id), "id": webhook_id}
    unit.run("webhooks.note_failure", **where, now_ms=now_ms)


def end_waiting(unit: Unit, webhook_id: int, error: str, now_ms: int) -> None:
    """Make dead letters of all that wait."""
    ended = unit.run("webhooks.end_waiting", webhook_id=webhook_id, error=error, now_ms=now_ms)
    if ended:
        count_waiting(unit, webhook_id, -ended)


def revive(unit: Unit, one: Delivery, now_ms: int) -> bool:
    """Let a dead letter wait again; False if it is none."""
    where = {"bucket": bucket_of(one.id), "id": one.id}
    if not unit.run("webhooks.revive", **where, now_ms=now_ms):
        return False
    count_waiting(unit, one.webhook_id, 1)
    return True


def count_waiting(unit: Unit, webhook_id: int, change: int) -> None:
    """Count deliveries that wait."""
    where = {"bucket": bucket_of(webhook_id), "id": webhook_id}
    unit.run("webhooks.count_waiting", **where, change=change)


def forget_settled(unit: Unit, before_ms: int, limit: int) -> int:
    """Forget deliveries that were settled before; how many that were."""
    rows = unit.rows("webhooks.settled_deliveries", before_ms=before_ms, limit=limit)
    return _forget(unit, rows)


def forget_deliveries(unit: Unit, webhook_id: int, limit: int) -> int:
    """Forget deliveries of one subscription; how many that were."""
    rows = unit.rows("webhooks.ids_of_deliveries", webhook_id=webhook_id, limit=limit)
    return _forget(unit, rows)


def _due_ms(unit: Unit, webhook_id: int) -> int:
    row = unit.row("webhooks.next_delivery", webhook_id=webhook_id)
    return int(row[0]) if row else NEVER_MS


def _forget(unit: Unit, rows: list[tuple[int, int]]) -> int:
    for id_, bucket in rows:
        unit.run("webhooks.forget_delivery", bucket=bucket, id=id_)
    return len(rows)
