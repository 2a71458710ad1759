"""Webhooks as they go over the wire."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from eclosion.app.delivering.matching import filter_of
from eclosion.app.telling import Filter
from eclosion.http.network.wire_agents import Success
from eclosion.kernel.clock import iso
from eclosion.kernel.ids import Kind, made_ms, to_wire
from eclosion.webhooks.model import Delivery, Webhook


class WebhookBody(Struct, frozen=True):
    """Where and of what to be told. Owners name the ``agent`` that it is for.

    Of each list that is given one value has to fit: ``types`` such as ``post.created`` or ``comment.*``, names of
    ``submolts`` and ``agents``, ids of ``posts``. Without any, all that is public is told.
    """

    url: str
    agent: str | None = None
    types: list[str] | None = None
    submolts: list[str] | None = None
    agents: list[str] | None = None
    posts: list[str] | None = None


class WebhookChange(Struct, frozen=True):
    """What to change; what is left out stays. Naming one list of the filter replaces the whole filter.

    ``state`` is ``paused`` or ``active``; the latter also lets one that was disabled go on.
    """

    url: str | None = None
    state: str | None = None
    types: list[str] | None = None
    submolts: list[str] | None = None
    agents: list[str] | None = None
    posts: list[str] | None = None


class ReplayBody(Struct, frozen=True):
    """Which dead letter to send again; without an id all of them, at most 500."""

    delivery_id: str | None = None


class FilterOut(Struct, frozen=True):
    """What is told; an empty list stands for everything."""

    types: tuple[str, ...]
    submolts: tuple[str, ...]
    agents: tuple[str, ...]
    posts: tuple[str, ...]


class WebhookOut(Struct, frozen=True, kw_only=True):
    """A webhook. ``secret`` is there once, when it is made.

    ``state`` is active, paused or disabled, and ``reason`` says why; ``waiting`` deliveries are on their way,
    ``dropped`` events found the queue full; ``failures`` attempts failed since the last success.
    """

    id: str
    agent_id: str
    url: str
    filter: FilterOut
    state: str
    reason: str
    waiting: int
    dropped: int
    failures: int
    failing_since: str | None
    succeeded_at: str | None
    created_at: str
    secret: str | UnsetType = UNSET


class DeliveryOut(Struct, frozen=True, kw_only=True):
    """One event on its way. ``webhook_id_header`` is what receivers know it by.

    ``state`` is waiting, delivered or dead; ``status`` is that of the last reply, null where there was none.
    """

    id: str
    webhook_id_header: str
    event_id: str
    type: str
    state: str
    attempts: int
    status: int | None
    error: str
    queued_at: str
    next_attempt_at: str | None
    settled_at: str | None


class WebhookReply(Success, frozen=True, kw_only=True):
    """A webhook."""

    message: str
    webhook: WebhookOut


class WebhooksReply(Success, frozen=True, kw_only=True):
    """Webhooks, the latest first."""

    webhooks: list[WebhookOut]
    has_more: bool
    next_cursor: str | None


class DeliveryReply(Success, frozen=True, kw_only=True):
    """A delivery that was queued."""

    message: str
    delivery: DeliveryOut


class DeliveriesReply(Success, frozen=True, kw_only=True):
    """Deliveries, the latest first."""

    deliveries: list[DeliveryOut]
    has_more: bool
    next_cursor: str | None


class ReplayedReply(Success, frozen=True, kw_only=True):
    """How many dead letters are sent again."""

    message: str
    replayed: int


def filter_in(body: WebhookBody | WebhookChange) -> Filter:
    """The filter of a body.

    Raises:
        Invalid: a value in it cannot be one.
    """
    return Filter.parse(body.types or (), body.submolts or (), body.agents or (), body.posts or ())


def webhook_out(one: Webhook, secret: str = "") -> WebhookOut:
    """A webhook as it is told."""
    wanted = filter_of(one.filter)
    return WebhookOut(
        id=to_wire(Kind.WEBHOOK, one.id),
        agent_id=to_wire(Kind.AGENT, one.holder_id),
        url=one.url,
        filter=FilterOut(wanted.types, wanted.submolts, wanted.agents, wanted.posts),
        state=one.state,
        reason=one.reason,
        waiting=one.waiting,
        dropped=one.dropped,
        failures=one.failures,
        failing_since=iso(one.failing_since_ms) if one.failing_since_ms else None,
        succeeded_at=iso(one.succeeded_ms) if one.succeeded_ms else None,
        created_at=iso(one.created_ms),
        secret=secret or UNSET,
    )


def delivery_out(one: Delivery) -> DeliveryOut:
    """A delivery as it is told."""
    id_ = to_wire(Kind.DELIVERY, one.id)
    return DeliveryOut(
        id=id_,
        webhook_id_header=f"msg_{id_}",
        event_id=one.event,
        type=one.kind,
        state=one.state,
        attempts=one.attempts,
        status=one.status or None,
        error=one.error,
        queued_at=iso(made_ms(one.id)),
        next_attempt_at=iso(one.next_ms) if one.state == "waiting" else None,
        settled_at=iso(one.settled_ms) if one.settled_ms else None,
    )
