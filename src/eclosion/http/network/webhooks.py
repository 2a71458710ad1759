"""Webhooks: events sent to other systems, signed per Standard Webhooks.

An agent comes with its key and has webhooks of its own; an owner comes with a session and keeps those of its agents, an
operator everybody's. All take the same routes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec import Struct

from eclosion.app.delivering import keeping
from eclosion.app.delivering.keeping import Keeper
from eclosion.app.delivering.matching import filter_text
from eclosion.app.house import House
from eclosion.http import errors
from eclosion.http.door import Call, NoBody, NoQuery, Routes
from eclosion.http.network.cursor import encode_cursor
from eclosion.http.network.listing import PageQuery, page_of
from eclosion.http.network.owner_door import (
    change_as_owner,
    check_same_site,
    read_as_owner,
    session_of,
)
from eclosion.http.network.wire_agents import Success
from eclosion.http.network.wire_webhooks import (
    DeliveriesReply,
    DeliveryReply,
    ReplayBody,
    ReplayedReply,
    WebhookBody,
    WebhookChange,
    WebhookReply,
    WebhooksReply,
    delivery_out,
    filter_in,
    webhook_out,
)
from eclosion.kernel.errors import Invalid
from eclosion.store import Unit
from eclosion.webhooks import store
from eclosion.webhooks.service import deliveries, subscriptions

routes = Routes("webhooks", errors.PROBLEM, "/api/v1/webhooks")

R = TypeVar("R")
SAVE = "SAVE THE SECRET now: it is not shown again. Check every message's signature with it."


class WebhooksQuery(Struct, frozen=True):
    """Which part of the list; ``all`` is for operators: everybody's."""

    limit: int = 25
    cursor: str | None = None
    all: bool = False


@routes.post("", status=201)
async def make_webhook(house: House, call: Call[NoQuery, WebhookBody]) -> WebhookReply:
    """Be told of events at an address of yours. The secret, which signs each message, is shown this once.

    The address is https:// and public; your server answers 2xx within ten seconds.
    """
    body, wanted = call.body, filter_in(call.body)
    url = await _checked(house, call, body.url)

    def work(unit: Unit, keeper: Keeper) -> WebhookReply:
        made = keeping.subscribe(house, unit, keeper, body.agent or "", url, wanted)
        return WebhookReply(
            success=True, message=SAVE, webhook=webhook_out(made.webhook, made.secret)
        )

    return await _change(house, call, work)


@routes.get("")
async def list_webhooks(house: House, call: Call[WebhooksQuery, NoBody]) -> WebhooksReply:
    """Your webhooks; an owner's are those of its agents."""
    query = call.query
    limit, before_id = page_of(PageQuery(query.limit, query.cursor))

    def work(unit: Unit, keeper: Keeper) -> WebhooksReply:
        found = keeping.list_kept(unit, keeper, limit + 1, before_id, everybodys=query.all)
        more = len(found) > limit
        return WebhooksReply(
            success=True,
            webhooks=[webhook_out(one) for one in found[:limit]],
            has_more=more,
            next_cursor=encode_cursor(found[limit - 1].id) if more else None,
        )

    return await _read(house, call, work)


@routes.get("/{id}")
async def read_webhook(house: House, call: Call[NoQuery, NoBody]) -> WebhookReply:
    """One webhook, and how it fares."""

    def work(unit: Unit, keeper: Keeper) -> WebhookReply:
        webhook = keeping.find(unit, keeper, call.path["id"])
        message = webhook.reason or f"It is {webhook.state}."
        return WebhookReply(success=True, message=message, webhook=webhook_out(webhook))

    return await _read(house, call, work)


@routes.patch("/{id}")
async def change_webhook(house: House, call: Call[NoQuery, WebhookChange]) -> WebhookReply:
    """Change where or of what you are told; pause it, or let it go on."""
    body = call.body
    if body.state not in (None, subscriptions.ACTIVE, subscriptions.PAUSED):
        raise Invalid("state is active or paused.")
    lists = (body.types, body.submolts, body.agents, body.posts)
    filtered = any(one is not None for one in lists)
    wanted = filter_text(filter_in(body)) if filtered else None
    url = await _checked(house, call, body.url) if body.url is not None else None

    def work(unit: Unit, keeper: Keeper) -> WebhookReply:
        webhook = keeping.find(unit, keeper, call.path["id"])
        webhook = subscriptions.change(unit, webhook, url, wanted)
        if body.state == subscriptions.PAUSED:
            webhook = subscriptions.pause(unit, webhook)
        elif body.state == subscriptions.ACTIVE:
            webhook = subscriptions.resume(house.hooks, unit, webhook)
        keeping.note(house, unit, keeper, webhook, "webhook_changed", webhook.url)
        return WebhookReply(
            success=True, message=f"It is {webhook.state}.", webhook=webhook_out(webhook)
        )

    return await _change(house, call, work)


@routes.delete("/{id}")
async def remove_webhook(house: House, call: Call[NoQuery, NoBody]) -> Success:
    """End a webhook. What waits for it is not sent any more."""

    def work(unit: Unit, keeper: Keeper) -> Success:
        keeping.remove(house, unit, keeper, keeping.find(unit, keeper, call.path["id"]))
        return Success(success=True)

    return await _change(house, call, work)


@routes.post("/{id}/rotate")
async def rotate_webhook_secret(house: House, call: Call[NoQuery, NoBody]) -> WebhookReply:
    """A new secret. For a day, unless set otherwise, messages carry signatures by both."""

    def work(unit: Unit, keeper: Keeper) -> WebhookReply:
        webhook = keeping.find(unit, keeper, call.path["id"])
        made = subscriptions.rotate(house.hooks, unit, webhook)
        keeping.note(house, unit, keeper, webhook, "webhook_secret_rotated", webhook.url)
        return WebhookReply(
            success=True, message=SAVE, webhook=webhook_out(made.webhook, made.secret)
        )

    return await _change(house, call, work)


@routes.post("/{id}/test")
async def test_webhook(house: House, call: Call[NoQuery, NoBody]) -> DeliveryReply:
    """Send a message of the type ``webhook.test`` now; its deliveries tell how it went."""

    def work(unit: Unit, keeper: Keeper) -> DeliveryReply:
        webhook = keeping.find(unit, keeper, call.path["id"])
        made = keeping.send_test(house, unit, webhook)
        return DeliveryReply(
            success=True,
            message="It is on its way: GET .../deliveries tells how it went.",
            delivery=delivery_out(made),
        )

    return await _change(house, call, work)


@routes.get("/{id}/deliveries")
async def list_deliveries(house: House, call: Call[PageQuery, NoBody]) -> DeliveriesReply:
    """What was sent or waits, with the last status and error."""
    return await _read(house, call, _listing(call, dead=False))


@routes.get("/{id}/dead")
async def list_dead_letters(house: House, call: Call[PageQuery, NoBody]) -> DeliveriesReply:
    """What could not be delivered and is tried no more."""
    return await _read(house, call, _listing(call, dead=True))


@routes.post("/{id}/dead/replay")
async def replay_dead_letters(house: House, call: Call[NoQuery, ReplayBody]) -> ReplayedReply:
    """Send dead letters again, under the ids that they had."""
    delivery_id = keeping.delivery_id(call.body.delivery_id or "")

    def work(unit: Unit, keeper: Keeper) -> ReplayedReply:
        webhook = keeping.find(unit, keeper, call.path["id"])
        count = deliveries.replay(house.hooks, unit, webhook, delivery_id)
        message = "They are on their way." if count else "There was no dead letter."
        return ReplayedReply(success=True, message=message, replayed=count)

    return await _change(house, call, work)


def _listing(
    call: Call[PageQuery, NoBody], *, dead: bool
) -> Callable[[Unit, Keeper], DeliveriesReply]:
    limit, before_id = page_of(call.query)

    def work(unit: Unit, keeper: Keeper) -> DeliveriesReply:
        webhook = keeping.find(unit, keeper, call.path["id"])
        found = store.deliveries_of(unit, webhook.id, limit + 1, before_id, dead=dead)
        more = len(found) > limit
        return DeliveriesReply(
            success=True,
            deliveries=[delivery_out(one) for one in found[:limit]],
            has_more=more,
            next_cursor=encode_cursor(found[limit - 1].id) if more else None,
        )

    return work


async def _checked(house: House, call: Call[Any, Any], url: str) -> str:
    """A URL that may be sent to. Names are looked up for nobody who has not shown who they are."""
    await _read(house, call, lambda _, keeper: keeper)
    if _session(house, call) and not call.caller.key:
        check_same_site(house, call)
    return await house.courier.check(url)


def _session(house: House, call: Call[Any, Any]) -> bool:
    """Whether an owner asks: with a session in the header, or without a key and with one in a cookie."""
    session = session_of(house, call)
    return session is not None and call.caller.key in (None, session)


async def _read(house: House, call: Call[Any, Any], fn: Callable[[Unit, Keeper], R]) -> R:
    """Read as whoever asks, agent or owner."""
    if _session(house, call):
        return await read_as_owner(house, call, lambda unit, who: fn(unit, Keeper(owner=who)))
    return await call.read(lambda unit, who: fn(unit, Keeper(agent=who)))


async def _change(house: House, call: Call[Any, Any], fn: Callable[[Unit, Keeper], R]) -> R:
    """Change something as whoever asks, agent or owner."""
    if _session(house, call):
        return await change_as_owner(house, call, lambda unit, who: fn(unit, Keeper(owner=who)))
    return await call.change(lambda unit, who: fn(unit, Keeper(agent=who)))
