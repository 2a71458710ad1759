"""Deliveries: queued once, tried until they arrive or die, kept for a while.

A subscription is served by one sender at a time: ``take`` says what to send, ``settle`` how an attempt went, ``let_go``
that it is done. A sender that is killed between the two first is found out when its time is up, and what it may
have sent is sent again under the same id: receivers drop repeats by it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from eclosion.kernel.clock import DAY_MS, SECOND_MS
from eclosion.kernel.ids import bucket_of
from eclosion.store import Unit
from eclosion.webhooks import store
from eclosion.webhooks.context import Webhooks
from eclosion.webhooks.errors import DeliveryNotFound
from eclosion.webhooks.model import Delivery, Outcome, Webhook, pause_ms, rest_ms
from eclosion.webhooks.service import subscriptions

TOGETHER = 4
"""How many deliveries of one subscription are under way at once."""

GRACE_MS = 20 * SECOND_MS
AFTER_MAX_MS = DAY_MS
REPLAY_MOST = 500
BATCH = 200


class Message(NamedTuple):
    """What is to be told of one event."""

    event: str
    kind: str
    payload: str
    at_ms: int


class Taken(NamedTuple):
    """A subscription that is served now, and what is due."""

    webhook: Webhook
    due: list[Delivery]


def queue(hooks: Webhooks, unit: Unit, webhook_id: int, message: Message) -> bool:
    """Put a message in a subscription's queue.

    False if the subscription is not active, is younger than the event, or has a full queue, which is counted.
    """
    now_ms, most = hooks.clock.now_ms(), hooks.rules.queue_most
    if not store.take_place(unit, webhook_id, message.at_ms, now_ms, most):
        return False
    _add(hooks, unit, webhook_id, message, now_ms)
    return True


def send_test(
    hooks: Webhooks, unit: Unit, webhook: Webhook, write: Callable[[str], Message]
) -> Delivery:
    """Queue a message that is due now, however the address has fared before; how it went, its deliveries tell.

    Args:
        write: makes the message for an event's id.

    Raises:
        WebhookIdle: the subscription is paused or disabled.
    """
    subscriptions.check_active(webhook)
    now_ms = hooks.clock.now_ms()
    message = write(f"test.{now_ms}")
    store.count_waiting(unit, webhook.id, 1)
    id_ = _add(hooks, unit, webhook.id, message, now_ms)
    store.wake(unit, webhook.id)
    found = store.delivery_by_id(unit, id_)
    assert found is not None
    return found


def take(hooks: Webhooks, unit: Unit, webhook_id: int) -> Taken | None:
    """Serve a subscription alone, until a little after every attempt must have ended; None if nothing is due."""
    now_ms = hooks.clock.now_ms()
    until_ms = now_ms + hooks.rules.timeout_ms + GRACE_MS
    if not store.take_webhook(unit, webhook_id, now_ms, until_ms):
        return None
    webhook = subscriptions.get(unit, webhook_id)
    return Taken(webhook, store.due_deliveries(unit, webhook_id, now_ms, TOGETHER))


def settle(hooks: Webhooks, unit: Unit, one: Delivery, outcome: Outcome) -> str:
    """Write down how an attempt went; why the subscription was disabled by it, or nothing."""
    now_ms = hooks.clock.now_ms()
    if not outcome.error:
        store.set_delivered(unit, one, outcome.status, now_ms)
        return ""
    wait_ms = pause_ms(hooks.rules, one.attempts + 1, hooks.chance())
    if wait_ms is None or outcome.is_gone:
        counted = store.set_dead(unit, one, outcome, now_ms)
    else:
        next_ms = now_ms + max(wait_ms, min(outcome.after_ms, AFTER_MAX_MS))
        counted = store.put_off(unit, one, outcome, next_ms)
    webhook = store.webhook_by_id(unit, one.webhook_id)
    if not counted or webhook is None or webhook.state != subscriptions.ACTIVE:
        return ""
    store.note_failure(unit, webhook.id, now_ms)
    since_ms = webhook.failing_since_ms or now_ms
    reason = ""
    if outcome.is_gone:
        reason = "The receiver answered 410: it wants nothing any more."
    elif now_ms - since_ms >= hooks.rules.give_up_after_ms:
        days = hooks.rules.give_up_after_ms / DAY_MS
        reason = f"Nothing arrived for {days:.3g} days. The last error: {outcome.error}"
    if reason:
        disable(unit, webhook.id, reason, now_ms)
    return reason


def let_go(hooks: Webhooks, unit: Unit, webhook_id: int, after_ms: int = 0) -> None:
    """Serve a subscription no longer. An address that failed rests; so does one that asked to be left alone.

    Args:
        after_ms: how long it asked for.
    """
    webhook = store.webhook_by_id(unit, webhook_id)
    if webhook is not None:
        rest = max(rest_ms(webhook.failures), min(after_ms, AFTER_MAX_MS))
        store.let_go(unit, webhook_id, hooks.clock.now_ms() + rest if rest else 0)


def disable(unit: Unit, webhook_id: int, reason: str, now_ms: int) -> None:
    """Send nothing more to an address; what waits becomes dead letters."""
    store.set_state(unit, webhook_id, subscriptions.DISABLED, reason)
    store.end_waiting(unit, webhook_id, "The webhook was disabled before this was sent.", now_ms)


def replay(hooks: Webhooks, unit: Unit, webhook: Webhook, delivery_id: int = 0) -> int:
    """Send dead letters again, from their first attempt on; how many.

    Args:
        delivery_id: which one; 0 for all, at most ``REPLAY_MOST`` in one go.

    Raises:
        WebhookIdle: the subscription is paused or disabled.
        DeliveryNotFound: it has no such dead letter.
    """
    subscriptions.check_active(webhook)
    now_ms = hooks.clock.now_ms()
    if delivery_id:
        one = store.delivery_by_id(unit, delivery_id)
        if one is None or one.webhook_id != webhook.id or one.state != "dead":
            raise DeliveryNotFound
        found = [one]
    else:
        found = store.deliveries_of(unit, webhook.id, REPLAY_MOST, dead=True)
    revived = sum(store.revive(unit, one, now_ms) for one in found)
    if revived:
        store.wake(unit, webhook.id)
    return revived


def tidy(hooks: Webhooks, unit: Unit) -> bool:
    """Forget what was settled long ago, and what belongs to removed subscriptions; whether there may be more."""
    before_ms = hooks.clock.now_ms() - hooks.rules.keep_days * DAY_MS
    if store.forget_settled(unit, before_ms, BATCH) == BATCH:
        return True
    for webhook in store.webhooks_in(unit, "removed", 1):
        if store.forget_deliveries(unit, webhook.id, BATCH) < BATCH:
            store.forget_webhook(unit, webhook.id)
        return True
    return False


def _add(hooks: Webhooks, unit: Unit, webhook_id: int, message: Message, now_ms: int) -> int:
    id_ = hooks.ids.make(bucket_of(webhook_id))
    event, kind, payload = message.event, message.kind, message.payload
    store.add_delivery(unit, id_, webhook_id, event, kind, payload, now_ms)
    return id_
