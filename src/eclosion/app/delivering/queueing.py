"""From events to queues: the consumer of the outbox that webhooks are fed by.

What was matched is queued in the transaction that moves the position, so each event is queued exactly once for each
webhook that wants it. Matching itself is done before, in a reading: it is the larger part of the work, and clients'
writes need not wait for it. With the events it also learns whose webhooks end.
"""

from __future__ import annotations

import contextlib
from typing import NamedTuple

import msgspec

from eclosion.app.delivering.matching import Matcher
from eclosion.app.house import House
from eclosion.app.telling import Told, tell
from eclosion.kernel.clock import iso
from eclosion.store import Event, Unit
from eclosion.store.outbox import end_position, get_position, move_position, read_events
from eclosion.webhooks.service import deliveries, subscriptions
from eclosion.webhooks.service.deliveries import Message
from eclosion.webhooks.store import all_webhooks, webhooks_in

BATCH = 200
QUEUED_MOST = 500
"""How many deliveries one transaction queues, unless a single event makes more."""

_encode = msgspec.json.Encoder().encode


class _Found(NamedTuple):
    """What follows from some events: who is told what, whose webhooks end, and how far that goes."""

    was: str
    to: str
    wanted: list[tuple[int, Message]]
    gone: list[int]
    events: int


class _Raced(Exception):
    """Another process queued these events at the same time, and was first."""


class WebhookQueue:
    """Queues events for the webhooks that want them."""

    name = "webhooks"

    def __init__(self, house: House) -> None:
        self._house = house

    async def step(self) -> int:
        """Queue the next events. Looking for some writes nothing."""
        store = self._house.store
        if not await store.read(self._waiting):
            return 0
        found = await store.read(self._look, slow=True)
        if found is None:
            return 0
        with contextlib.suppress(_Raced):
            return await store.write(lambda unit: self._queue(unit, found))
        return 0

    def _waiting(self, unit: Unit) -> bool:
        return bool(read_events(unit, get_position(unit, self.name), 1))

    def _look(self, unit: Unit) -> _Found | None:
        was = get_position(unit, self.name)
        events = read_events(unit, was, BATCH)
        if not events:
            return None
        house, rules = self._house, self._house.hooks.rules
        if not all_webhooks(unit, 1):
            # Nobody listens, and whoever begins to is not told of what was before: go to the end at once.
            return _Found(was, end_position(unit), [], [], 1)
        active = webhooks_in(unit, "active", rules.in_all) if rules.enabled else []
        told = {one.id: one for one in tell(house.network, unit, events)} if active else {}
        matcher = Matcher(active)
        wanted: list[tuple[int, Message]] = []
        gone: list[int] = []
        for count, event in enumerate(events):
            one = told.get(event.position)
            found = _wanted(matcher, one, event) if one else []
            if wanted and len(wanted) + len(found) > QUEUED_MOST:
                return _Found(was, events[count - 1].position, wanted, gone, count)
            wanted += found
            if event.kind == "agent.erased":
                gone.append(event.subject)
        return _Found(was, events[-1].position, wanted, gone, len(events))

    def _queue(self, unit: Unit, found: _Found) -> int:
        if not move_position(unit, self.name, found.was, found.to):
            raise _Raced
        for webhook_id, message in found.wanted:
            deliveries.queue(self._house.hooks, unit, webhook_id, message)
        for agent_id in found.gone:
            subscriptions.remove_all_of(unit, agent_id)
        return found.events


def message_of(kind: str, event: str, at_ms: int, data: object) -> Message:
    """A message as it is sent: ``type``, ``timestamp`` and ``data``, the form that Standard Webhooks proposes."""
    payload = {"type": kind, "timestamp": iso(at_ms), "data": data}
    return Message(event, kind, _encode(payload).decode(), at_ms)


def _wanted(matcher: Matcher, told: Told, event: Event) -> list[tuple[int, Message]]:
    """Who wants an event; its message is written once for all of them."""
    found = matcher.wanting(told)
    if not found:
        return []
    message = message_of(told.type, told.id, event.at_ms, told)
    return [(id_, message) for id_ in found]
