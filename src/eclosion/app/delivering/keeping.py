"""Whose webhook is whose: an agent has its own, an owner keeps its agents', an operator everybody's."""

from __future__ import annotations

from typing import NamedTuple

from eclosion.app.delivering.matching import filter_text
from eclosion.app.delivering.queueing import message_of
from eclosion.app.house import House
from eclosion.app.telling import Filter
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import ID_MAX, Kind, from_wire, to_wire
from eclosion.network.service import owners, stewardship
from eclosion.network.service.access import Actor
from eclosion.network.service.owners import OwnerActor
from eclosion.network.store.agents import agent_by_id
from eclosion.network.store.owners import agents_of
from eclosion.store import Unit
from eclosion.webhooks import store
from eclosion.webhooks.errors import DeliveryNotFound, WebhookNotFound
from eclosion.webhooks.model import Delivery, Webhook
from eclosion.webhooks.service import deliveries, subscriptions
from eclosion.webhooks.service.subscriptions import Secret

AGENTS_MOST = 1_000


class Keeper(NamedTuple):
    """Who asks: an agent, or an owner."""

    agent: Actor | None = None
    owner: OwnerActor | None = None


def find(unit: Unit, keeper: Keeper, text: str) -> Webhook:
    """A webhook that is the asker's to keep, by its id.

    Raises:
        WebhookNotFound: there is none, or it is somebody else's.
    """
    webhook = find_any(unit, text)
    if keeper.agent is not None and keeper.agent.id == webhook.holder_id:
        return webhook
    if keeper.owner is not None:
        agent = agent_by_id(unit, webhook.holder_id)
        if keeper.owner.owner.operator or (agent and agent.owner_id == keeper.owner.id):
            return webhook
    raise WebhookNotFound


def find_any(unit: Unit, text: str) -> Webhook:
    """A webhook by its id, whosever it is.

    Raises:
        WebhookNotFound: there is none.
    """
    id_ = from_wire(Kind.WEBHOOK, text)
    if id_ is None:
        raise WebhookNotFound(hint="An id is a UUID, as lists show it.")
    return subscriptions.get(unit, id_)


def delivery_id(text: str) -> int:
    """Which dead letter is meant; 0, that is all, where nothing is.

    Raises:
        DeliveryNotFound: it is no id of one.
    """
    found = from_wire(Kind.DELIVERY, text) if text else 0
    if found is None:
        raise DeliveryNotFound
    return found


def list_kept(
    unit: Unit, keeper: Keeper, limit: int, before_id: int = ID_MAX, *, everybodys: bool = False
) -> list[Webhook]:
    """The webhooks that are the asker's to keep, the latest first.

    Args:
        everybodys: those of the whole network, for operators.

    Raises:
        OperatorRequired: ``everybodys``, and the asker is no operator.
    """
    if everybodys and keeper.owner is not None:
        owners.check_operator(keeper.owner)
        return store.all_webhooks(unit, limit, before_id)
    if keeper.agent is not None:
        return store.webhooks_of(unit, keeper.agent.id, limit, before_id)
    assert keeper.owner is not None
    found = [
        webhook
        for agent in agents_of(unit, keeper.owner.id, AGENTS_MOST)
        for webhook in store.webhooks_of(unit, agent.id, limit, before_id)
    ]
    return sorted(found, reverse=True)[:limit]


def holder_of(unit: Unit, keeper: Keeper, name: str) -> int:
    """For which agent a webhook is to be made; an owner has to say.

    Raises:
        Invalid: an owner has not said.
        AgentNotFound, NotOwner: it is none of the owner's.
    """
    if keeper.agent is not None:
        return keeper.agent.id
    assert keeper.owner is not None
    if not name:
        raise Invalid("For which of your agents?", "Name it in the field agent.")
    return stewardship.own_agent(unit, keeper.owner, name).id


def subscribe(
    house: House, unit: Unit, keeper: Keeper, agent: str, url: str, wanted: Filter
) -> Secret:
    """Make a webhook; ``url`` has been checked.

    Raises:
        Invalid, AgentNotFound, NotOwner: as ``holder_of``.
        WebhookQuota: there are as many as there may be.
    """
    holder_id = holder_of(unit, keeper, agent)
    made = subscriptions.subscribe(house.hooks, unit, holder_id, url, filter_text(wanted))
    note(house, unit, keeper, made.webhook, "webhook_made", url)
    return made


def remove(house: House, unit: Unit, keeper: Keeper, webhook: Webhook) -> None:
    """End a webhook."""
    subscriptions.remove(unit, webhook)
    note(house, unit, keeper, webhook, "webhook_removed", webhook.url)


def send_test(house: House, unit: Unit, webhook: Webhook) -> Delivery:
    """Queue a message that says nothing but that it arrived.

    Raises:
        WebhookIdle: the webhook is paused or disabled.
    """
    now_ms = house.clock.now_ms()
    data = {
        "webhook_id": to_wire(Kind.WEBHOOK, webhook.id),
        "message": "A test. If you can read this and its signature is good, all is well.",
    }
    return deliveries.send_test(
        house.hooks, unit, webhook, lambda event: message_of("webhook.test", event, now_ms, data)
    )


def note(
    house: House, unit: Unit, keeper: Keeper, webhook: Webhook, action: str, detail: str = ""
) -> None:
    """Write down, for the owner's own eyes, what was done to a webhook of its agent."""
    agent = agent_by_id(unit, webhook.holder_id)
    if agent is None or not agent.owner_id:
        return
    by_other = keeper.owner is not None and keeper.owner.id != agent.owner_id
    said = f"{detail[:120]} by {keeper.owner.owner.name}" if by_other and keeper.owner else detail
    owners.note(house.network, unit, agent.owner_id, action, agent.id, said[:200])
