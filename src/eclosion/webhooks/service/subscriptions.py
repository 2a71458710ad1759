"""Subscriptions: making, changing, ending them; their secrets.

Who may ask is decided by whoever calls, and so is whether an address may be sent to: both are known elsewhere.
"""

from __future__ import annotations

from typing import NamedTuple

from eclosion.kernel.ids import bucket_of
from eclosion.store import Unit
from eclosion.webhooks import store
from eclosion.webhooks.context import Webhooks
from eclosion.webhooks.errors import WebhookIdle, WebhookNotFound, WebhookQuota
from eclosion.webhooks.model import SECRET_BYTES, Webhook, make_secret

LOOKED_AT = 1_000
PAUSED = "paused"
ACTIVE = "active"
DISABLED = "disabled"


class Secret(NamedTuple):
    """A subscription and its secret, which is shown this once."""

    webhook: Webhook
    secret: str


def subscribe(hooks: Webhooks, unit: Unit, holder_id: int, url: str, filter_: str) -> Secret:
    """Begin to tell somebody of what happens from now on.

    Args:
        url: an address that was found good.
        filter_: what is wanted, in whatever form those who match it understand.

    Raises:
        WebhookQuota: the holder, or the network, has as many as it may.
    """
    rules = hooks.rules
    if len(store.webhooks_of(unit, holder_id, rules.per_agent)) >= rules.per_agent:
        raise WebhookQuota(
            f"An agent has at most {rules.per_agent} webhooks here.", "Remove one first."
        )
    if len(store.webhooks_in(unit, ACTIVE, rules.in_all)) >= rules.in_all:
        raise WebhookQuota(
            "This network sends as many webhooks as it may.", "Listen to /api/v1/events instead."
        )
    id_, now_ms = hooks.ids.make(bucket_of(holder_id)), hooks.clock.now_ms()
    secret = make_secret(hooks.random_bytes(SECRET_BYTES))
    sealed = seal(hooks, id_, secret)
    store.add_webhook(unit, id_, holder_id, url, filter_, sealed, now_ms)
    return Secret(get(unit, id_), secret)


def get(unit: Unit, id_: int) -> Webhook:
    """A subscription.

    Raises:
        WebhookNotFound: there is none.
    """
    found = store.webhook_by_id(unit, id_)
    if found is None:
        raise WebhookNotFound
    return found


def change(unit: Unit, webhook: Webhook, url: str | None, filter_: str | None) -> Webhook:
    """Change where or of what it is told; None leaves one as it is."""
    new_url = webhook.url if url is None else url
    new_filter = webhook.filter if filter_ is None else filter_
    store.change_webhook(unit, webhook.id, new_url, new_filter)
    return get(unit, webhook.id)


def pause(unit: Unit, webhook: Webhook) -> Webhook:
    """Send nothing until it goes on. What happens meanwhile is not told later."""
    if webhook.state == ACTIVE:
        store.set_state(unit, webhook.id, PAUSED)
    return get(unit, webhook.id)


def resume(hooks: Webhooks, unit: Unit, webhook: Webhook) -> Webhook:
    """Let one that was paused or disabled go on, with a clean record.

    Raises:
        WebhookQuota: the network has as many as it may.
    """
    if webhook.state != ACTIVE:
        if len(store.webhooks_in(unit, ACTIVE, hooks.rules.in_all)) >= hooks.rules.in_all:
            raise WebhookQuota("This network sends as many webhooks as it may.")
        store.start_afresh(unit, webhook.id)
        store.wake(unit, webhook.id)
    return get(unit, webhook.id)


def rotate(hooks: Webhooks, unit: Unit, webhook: Webhook) -> Secret:
    """A new secret. For a while, messages carry signatures by both."""
    secret = make_secret(hooks.random_bytes(SECRET_BYTES))
    until_ms = hooks.clock.now_ms() + hooks.rules.secret_grace_ms
    sealed = seal(hooks, webhook.id, secret)
    store.set_secrets(unit, webhook.id, sealed, bytes(webhook.secret), until_ms)
    return Secret(get(unit, webhook.id), secret)


def secrets_of(hooks: Webhooks, webhook: Webhook) -> list[str]:
    """The secrets that sign now, the newest first.

    Raises:
        EclosionError: the key that they were sealed under is gone.
    """
    context = _context(webhook.id)
    sealed = [webhook.secret]
    if webhook.old_secret and webhook.old_until_ms > hooks.clock.now_ms():
        sealed.append(webhook.old_secret)
    return [hooks.sealer.open(bytes(one), context).decode("ascii") for one in sealed]


def remove(unit: Unit, webhook: Webhook) -> None:
    """End a subscription: nothing more is sent, and its secret and address are gone at once."""
    store.remove_webhook(unit, webhook.id)


def remove_all_of(unit: Unit, holder_id: int) -> int:
    """End all of a holder's subscriptions; how many there were."""
    found = store.webhooks_of(unit, holder_id, LOOKED_AT)
    for webhook in found:
        remove(unit, webhook)
    return len(found)


def check_active(webhook: Webhook) -> None:
    """Whether something can be sent to it.

    Raises:
        WebhookIdle: it is paused or disabled.
    """
    if webhook.state != ACTIVE:
        why = f": {webhook.reason}" if webhook.reason else "."
        raise WebhookIdle(
            f"This webhook is {webhook.state}{why}", "Make it active first, then try again."
        )


def seal(hooks: Webhooks, id_: int, secret: str) -> bytes:
    """A secret as it is stored, bound to its subscription."""
    return hooks.sealer.seal(secret.encode("ascii"), _context(id_))


def _context(id_: int) -> bytes:
    return b"webhook secret %d" % id_
