"""Empties the queues of webhooks: at most ``at_once`` addresses at a time, and each by itself.

An address that is slow or down holds up nobody but itself: it is served by one task, a few messages at once, within a
time; after a failure it rests. Who is killed between sending and writing that down sends again under the same
``webhook-id``.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from functools import partial

from eclosion import __version__
from eclosion.app.house import House
from eclosion.kernel.errors import EclosionError, Unavailable
from eclosion.kernel.ids import Kind, to_wire
from eclosion.network.service import owners
from eclosion.network.store.agents import agent_by_id
from eclosion.store import Unit
from eclosion.webhooks.model import Delivery, Outcome, Webhook, sign
from eclosion.webhooks.service import deliveries, subscriptions
from eclosion.webhooks.store import due_webhooks

LOOK_S = 0.05
IDLE_S = 0.25
STOP_WITHIN_S = 2.0
_DETAIL_MAX = 200

_log = logging.getLogger(__name__)


class Sender:
    """Sends what waits, until it is stopped."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._task: asyncio.Task[None] | None = None
        self._free = asyncio.Event()

    def start(self) -> None:
        """Begin, in the running event loop, unless this network sends nothing."""
        if self._house.hooks.rules.enabled:
            self._task = asyncio.create_task(self._run(), name="webhooks")

    async def stop(self) -> None:
        """End. What is under way may finish within two seconds; what does not is sent again later."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        await self._finish(STOP_WITHIN_S)
        await self._house.courier.close()

    async def send_due(self) -> None:
        """Send all that is due now, and wait for how it goes."""
        while await self._begin():
            await self._finish(None)

    async def _run(self) -> None:
        while True:
            seen = self._house.store.commits
            self._free.clear()
            try:
                await self._begin()
            except Unavailable as error:
                _log.warning("webhooks are put off: %s", error)
            except Exception:  # noqa: BLE001 - one bad moment must not end the sender; it is logged and tried again
                _log.exception("looking for due webhooks failed")
            await self._until_changed(seen)

    async def _begin(self) -> int:
        """Serve those that are due, as many as there are hands for; how many."""
        house, rules = self._house, self._house.hooks.rules
        hands = rules.at_once - len(self._busy)
        if hands <= 0:
            return 0
        now_ms, most = house.clock.now_ms(), rules.at_once
        found = await house.store.read(lambda unit: due_webhooks(unit, now_ms, most))
        begun = [id_ for id_ in found if id_ not in self._busy][:hands]
        for id_ in begun:
            task = asyncio.create_task(self._serve(id_), name=f"webhook {id_}")
            self._busy[id_] = task
            task.add_done_callback(partial(self._done, id_))
        return len(begun)

    def _done(self, id_: int, _: asyncio.Task[None]) -> None:
        del self._busy[id_]
        self._free.set()

    async def _finish(self, within_s: float | None) -> None:
        tasks = list(self._busy.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=within_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _until_changed(self, seen: int) -> None:
        waited = 0.0
        while waited == 0 or (waited < IDLE_S and self._house.store.commits == seen):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._free.wait()
                return
            waited += LOOK_S

    async def _serve(self, webhook_id: int) -> None:
        """Send what is due to one address: a few messages at once."""
        hooks, store = self._house.hooks, self._house.store
        try:
            taken = await store.write(lambda unit: deliveries.take(hooks, unit, webhook_id))
            if taken is None:
                return
            went = await asyncio.gather(*(self._attempt(taken.webhook, one) for one in taken.due))
            after_ms = max((outcome.after_ms for outcome in went), default=0)
            await store.write(lambda unit: deliveries.let_go(hooks, unit, webhook_id, after_ms))
        except Unavailable as error:
            _log.warning("a webhook is put off: %s", error)
        except Exception:  # noqa: BLE001 - logged; it is served again when its time is up
            _log.exception("serving the webhook %d failed", webhook_id)

    async def _attempt(self, webhook: Webhook, one: Delivery) -> Outcome:
        """Send one message, and write down how it went."""
        hooks, body = self._house.hooks, one.payload.encode()
        try:
            headers = self._headers(webhook, one)
        except EclosionError as error:
            outcome = Outcome(0, f"it cannot be signed: {error}")
        else:
            outcome = await self._house.courier.send(webhook.url, headers, body)

        def write_down(unit: Unit) -> None:
            reason = deliveries.settle(hooks, unit, one, outcome)
            if reason:
                self._tell_owner(unit, webhook, reason)

        await self._house.store.write(write_down)
        return outcome

    def _headers(self, webhook: Webhook, one: Delivery) -> dict[str, str]:
        """What Standard Webhooks asks for; the id is the same at each attempt, the time is that of this one."""
        id_, at_s = f"msg_{to_wire(Kind.DELIVERY, one.id)}", self._house.clock.now_ms() // 1000
        secrets = subscriptions.secrets_of(self._house.hooks, webhook)
        return {
            "content-type": "application/json",
            "user-agent": f"Eclosion/{__version__} (+{self._house.settings.server.url})",
            "webhook-id": id_,
            "webhook-timestamp": str(at_s),
            "webhook-signature": " ".join(sign(one_, id_, at_s, one.payload) for one_ in secrets),
        }

    def _tell_owner(self, unit: Unit, webhook: Webhook, reason: str) -> None:
        """Let the owner of an agent know that its webhook was disabled."""
        agent = agent_by_id(unit, webhook.holder_id)
        if agent is not None and agent.owner_id:
            net = self._house.network
            detail = reason[:_DETAIL_MAX]
            owners.note(net, unit, agent.owner_id, "webhook_disabled", agent.id, detail)
