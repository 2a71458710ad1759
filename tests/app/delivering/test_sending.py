"""From an event to somebody else's server: queued once, signed, tried again, given up, sent again."""

import asyncio
import json
from dataclasses import replace

import pytest

from eclosion.app.delivering.keeping import Keeper, send_test, subscribe
from eclosion.app.delivering.queueing import WebhookQueue
from eclosion.app.delivering.sender import Sender
from eclosion.app.house import House
from eclosion.app.telling import Filter
from eclosion.kernel.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, ManualClock
from eclosion.network.service import erasure
from eclosion.network.service.access import Actor
from eclosion.store import Unit
from eclosion.webhooks import store as rows
from eclosion.webhooks.errors import WebhookIdle, WebhookQuota
from eclosion.webhooks.model import Delivery, Webhook
from eclosion.webhooks.model import Rules as WebhookRules
from eclosion.webhooks.service import deliveries, subscriptions
from eclosion.webhooks.service.subscriptions import Secret
from tests.app.delivering.receiving import Receiver, read
from tests.feeds import found, publish
from tests.happened import settle
from tests.house import join
from tests.soon import soon


@pytest.fixture
def ada(house: House) -> Actor:
    found(house, "general")
    return join(house.store, house.network, "ada")


def listen(house: House, actor: Actor, url: str, wanted: Filter | None = None) -> Secret:
    wanted = wanted or Filter.parse("post.*")

    def work(unit: Unit) -> Secret:
        return subscribe(house, unit, Keeper(agent=actor), "", url, wanted)

    catch_up(house)
    return house.store.write_now(work)


def catch_up(house: House) -> None:
    settle(house.store)

    async def work() -> None:
        queue = WebhookQueue(house)
        while await queue.step():
            pass

    asyncio.run(work())


def send(house: House) -> None:
    """Queue what has happened, and send what is due."""

    async def work() -> None:
        sender = Sender(house)
        await sender.send_due()
        await sender.stop()

    catch_up(house)
    asyncio.run(work())


def webhook(house: House, made: Secret) -> Webhook:
    return house.store.read_now(lambda unit: subscriptions.get(unit, made.webhook.id))


def sent(house: House, made: Secret, *, dead: bool = False) -> list[Delivery]:
    return house.store.read_now(
        lambda unit: rows.deliveries_of(unit, made.webhook.id, 100, dead=dead)
    )


def test_an_event_arrives_signed(house: House, ada: Actor, receiver: Receiver) -> None:
    """As the authors of Standard Webhooks check it: id, time, signature and form."""
    made = listen(house, ada, receiver.url)
    post = publish(house, "ada", "general", "Hello", "First words")
    send(house)
    (got,) = receiver.got
    message = read(made.secret, got)
    assert set(message) == {"type", "timestamp", "data"}
    assert (message["type"], message["timestamp"]) == ("post.created", "2026-01-01T00:00:00.000Z")
    data = message["data"]
    assert isinstance(data, dict)
    assert (data["actor"], data["submolt"]) == ("ada", "general")
    assert data["untrusted"]["title"] == post.title
    assert got.headers["content-type"] == "application/json"
    assert got.headers["user-agent"].startswith("Eclosion/")
    (one,) = sent(house, made)
    assert (one.state, one.status, one.attempts, one.payload) == ("delivered", 204, 1, "")
    assert (webhook(house, made).waiting, webhook(house, made).succeeded_ms > 0) == (0, True)


def test_only_what_is_wanted_is_sent(house: House, ada: Actor, receiver: Receiver) -> None:
    found(house, "reef")
    listen(house, ada, receiver.url, Filter.parse("post.created", submolts="reef"))
    publish(house, "ada", "general", "Elsewhere")
    join(house.store, house.network, "bob")
    publish(house, "ada", "reef", "Here")
    send(house)
    assert [json.loads(got.body)["data"]["untrusted"]["title"] for got in receiver.got] == ["Here"]


def test_what_was_before_is_not_told(
    house: House, ada: Actor, receiver: Receiver, clock: ManualClock
) -> None:
    """Also where the consumer is behind."""
    publish(house, "ada", "general", "Before")
    clock.advance(1)
    house.store.write_now(
        lambda unit: subscribe(
            house, unit, Keeper(agent=ada), "", receiver.url, Filter.parse("post.*")
        )
    )
    publish(house, "ada", "general", "After")
    send(house)
    assert [json.loads(got.body)["data"]["untrusted"]["title"] for got in receiver.got] == ["After"]


def test_where_nobody_listens_the_past_is_passed_over_at_once(house: House, ada: Actor) -> None:
    for number in range(30):
        publish(house, "ada", "general", f"Number {number}")
    queue = WebhookQueue(house)
    assert asyncio.run(queue.step()) == 1
    assert soon(lambda: asyncio.run(queue.step()) == 0)


def test_two_consumers_queue_an_event_once(house: House, ada: Actor, receiver: Receiver) -> None:
    made = listen(house, ada, receiver.url)
    for number in range(20):
        publish(house, "ada", "general", f"Number {number}")

    settle(house.store)

    async def race() -> None:
        while sum(await asyncio.gather(*(WebhookQueue(house).step() for _ in range(3)))):
            pass

    asyncio.run(race())
    events = [one.event for one in sent(house, made)]
    assert len(events) == len(set(events)) == 20
    assert webhook(house, made).waiting == 20


def test_a_failure_is_tried_again_under_the_same_id(
    house: House, ada: Actor, receiver: Receiver, clock: ManualClock
) -> None:
    made = listen(house, ada, receiver.url)
    publish(house, "ada", "general", "Hello")
    receiver.status = 500
    send(house)
    (one,) = sent(house, made)
    assert (one.state, one.status, one.error, one.attempts) == ("waiting", 500, "answered 500", 1)
    wait_ms = one.next_ms - clock.now_ms()
    assert 5 * SECOND_MS <= wait_ms <= 6 * SECOND_MS
    send(house)
    assert len(receiver.got) == 1, "not before its time"
    receiver.status = 200
    clock.advance(wait_ms)
    send(house)
    first, second = receiver.got
    assert first.id == second.id
    assert first.headers["webhook-timestamp"] < second.headers["webhook-timestamp"]
    assert read(made.secret, first) == read(made.secret, second)
    assert sent(house, made)[0].state == "delivered"
    assert webhook(house, made).failures == 0


def test_pauses_grow_to_a_dead_letter(
    house: House, ada: Actor, receiver: Receiver, clock: ManualClock
) -> None:
    """Ten attempts over three days; then it lies among the dead letters with its last error."""
    made = listen(house, ada, receiver.url)
    publish(house, "ada", "general", "Hello")
    receiver.status = 503
    waits = []
    for _ in range(20):
        send(house)
        (one,) = sent(house, made)
        if one.state != "waiting":
            break
        waits.append(one.next_ms - clock.now_ms())
        clock.advance(waits[-1])
    assert len(receiver.got) == 10
    assert len(set(receiver.ids())) == 1
    for wait_ms, planned_ms in zip(waits, house.hooks.rules.retry_ms, strict=True):
        assert planned_ms <= wait_ms <= 1.2 * planned_ms
    (dead,) = sent(house, made, dead=True)
    assert (dead.status, dead.error, dead.attempts) == (503, "answered 503", 10)
    assert webhook(house, made).waiting == 0


def test_dead_letters_are_sent_again(
    house: House, ada: Actor, receiver: Receiver, clock: ManualClock
) -> None:
    """One or all, under the ids that they had."""
    made = listen(house, ada, receiver.url)
    receiver.status = 500
    for number in range(3):
        publish(house, "ada", "general", f"Number {number}")
    while True:
        send(house)
        if not webhook(house, made).waiting:
            break
        clock.advance(max(one.next_ms for one in sent(house, made)) - clock.now_ms())
    dead = sent(house, made, dead=True)
    assert len(dead) == 3
    receiver.status, before = 200, set(receiver.ids())
    receiver.got.clear()
    house.store.write_now(
        lambda unit: deliveries.replay(house.hooks, unit, made.webhook, dead[0].id)
    )
    send(house)
    assert len(receiver.got) == 1
    again = webhook(house, made)
    assert house.store.write_now(lambda unit: deliveries.replay(house.hooks, unit, again)) == 2
    send(house)
    assert set(receiver.ids()) == before
    assert len(receiver.got) == 3
    assert sent(house, made, dead=True) == []
    assert read(made.secret, receiver.got[0])["type"] == "post.created"


def test_410_ends_it_at_once(house: House, ada: Actor, receiver: Receiver) -> None:
    made = listen(house, ada, receiver.url)
    publish(house, "ada", "general", "Hello")
    receiver.status = 410
    send(house)
    publish(house, "ada", "general", "More")
    send(house)
    assert len(receiver.got) == 1
    now = webhook(house, made)
    assert (now.state, "410" in now.reason, now.waiting) == ("disabled", True, 0)
    with pytest.raises(WebhookIdle):
        house.store.write_now(lambda unit: send_test(house, unit, now))
    receiver.status = 200
    house.store.write_now(lambda unit: subscriptions.resume(house.hooks, unit, now))
    publish(house, "ada", "general", "Again")
    send(house)
    assert len(receiver.got) == 2


def test_an_address_that_fails_for_days_is_disabled(
    house: House, ada: Actor, receiver: Receiver, clock: ManualClock
) -> None:
    made = listen(house, ada, receiver.url)
    receiver.status = 500
    for day in range(8):
        publish(house, "ada", "general", f"Day {day}")
        send(house)
        clock.advance(DAY_MS)
    now = webhook(house, made)
    assert now.state == "disabled"
    assert now.reason.startswith("Nothing arrived for 5 days. The last error: answered 500")
    assert (now.waiting, len(sent(house, made, dead=True))) == (0, 6)


def test_retry_after_is_heeded(
    house: House, ada: Actor, receiver: Receiver, clock: ManualClock
) -> None:
    """For the message, and for the whole address."""
    made = listen(house, ada, receiver.url)
    publish(house, "ada", "general", "Hello")
    receiver.status, receiver.answer = 429, {"retry-after": "3600"}
    send(house)
    assert sent(house, made)[0].next_ms == clock.now_ms() + HOUR_MS
    receiver.status, receiver.answer = 200, {}
    publish(house, "ada", "general", "More")
    clock.advance(59 * MINUTE_MS)
    send(house)
    assert len(receiver.got) == 1
    clock.advance(MINUTE_MS)
    send(house)
    assert len(receiver.got) == 3


def test_a_slow_address_holds_up_nobody_else(house: House, ada: Actor, receiver: Receiver) -> None:
    bob = join(house.store, house.network, "bob")
    with Receiver() as slow:
        slow.hold.clear()
        listen(house, bob, slow.url)
        listen(house, ada, receiver.url)
        for number in range(12):
            publish(house, "ada", "general", f"Number {number}")
        catch_up(house)

        async def work() -> None:
            sender = Sender(house)
            sender.start()
            await asyncio.to_thread(soon, lambda: len(receiver.got) >= 12)
            await sender.stop()

        asyncio.run(work())
        assert len(receiver.got) == 12
        assert slow.whole == 0, "it has not answered anybody yet"
        assert len(slow.got) <= 4


def test_a_stop_that_comes_as_a_webhook_is_done_still_stops(house: House) -> None:
    """Whichever turn of the loop it comes in: Python 3.11's ``asyncio.wait_for`` loses it in the first three."""

    async def stops(turns: int) -> bool:
        sender = Sender(house)
        sender.start()
        task = sender._task
        assert task is not None
        await house.store.read(lambda unit: None)  # by then the sender has looked, or is about to
        await asyncio.sleep(0.01)
        sender._free.set()
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task}, timeout=20)
        stopped = task.done()
        task.cancel()
        await asyncio.wait({task})
        return stopped

    async def work() -> list[bool]:
        return [await stops(turns) for turns in range(6)]

    assert asyncio.run(work()) == [True] * 6


def test_killed_between_sending_and_writing_it_sends_the_same_id_again(
    house: House, ada: Actor, receiver: Receiver, clock: ManualClock
) -> None:
    made = listen(house, ada, receiver.url)
    publish(house, "ada", "general", "Hello")
    catch_up(house)
    receiver.slow_s = 0.5

    async def killed() -> None:
        sending = asyncio.create_task(Sender(house)._serve(made.webhook.id))
        await asyncio.to_thread(soon, lambda: receiver.got)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await house.courier.close()

    asyncio.run(killed())
    receiver.slow_s = 0
    assert sent(house, made)[0].state == "waiting"
    send(house)
    assert len(receiver.got) == 1, "another sender may still be at it"
    clock.advance(house.hooks.rules.timeout_ms + deliveries.GRACE_MS)
    send(house)
    first, second = receiver.got
    assert first.id == second.id
    assert sent(house, made)[0].state == "delivered"


def test_a_rotated_secret_signs_beside_the_old_one_for_a_while(
    house: House, ada: Actor, receiver: Receiver, clock: ManualClock
) -> None:
    made = listen(house, ada, receiver.url)
    fresh = house.store.write_now(
        lambda unit: subscriptions.rotate(house.hooks, unit, made.webhook)
    )
    publish(house, "ada", "general", "Hello")
    send(house)
    assert read(made.secret, receiver.got[0]) == read(fresh.secret, receiver.got[0])
    clock.advance(house.hooks.rules.secret_grace_ms)
    publish(house, "ada", "general", "More")
    send(house)
    assert read(fresh.secret, receiver.got[1])["type"] == "post.created"
    assert len(receiver.got[1].headers["webhook-signature"].split()) == 1


def test_secrets_are_sealed(house: House, ada: Actor, receiver: Receiver) -> None:
    made = listen(house, ada, receiver.url)
    assert made.secret.startswith("whsec_")
    kept = bytes(webhook(house, made).secret)
    assert made.secret.encode() not in kept
    assert made.secret.removeprefix("whsec_").encode() not in kept


def test_a_test_message_goes_out_at_once(house: House, ada: Actor, receiver: Receiver) -> None:
    """Also while the address rests after a failure."""
    made = listen(house, ada, receiver.url)
    receiver.status = 500
    publish(house, "ada", "general", "Hello")
    send(house)
    receiver.status = 200
    house.store.write_now(lambda unit: send_test(house, unit, made.webhook))
    send(house)
    assert read(made.secret, receiver.got[1])["type"] == "webhook.test"
    assert [one.kind for one in sent(house, made)] == ["webhook.test", "post.created"]


def test_an_erased_agent_is_told_nothing_more(
    house: House, ada: Actor, receiver: Receiver, clock: ManualClock
) -> None:
    """Its webhooks end, and what was kept of them goes."""
    made = listen(house, ada, receiver.url)
    join(house.store, house.network, "bob")
    publish(house, "ada", "general", "Hello")
    send(house)
    house.store.write_now(lambda unit: erasure.begin(house.network, unit, ada.agent))
    send(house)
    publish(house, "bob", "general", "Later")
    send(house)
    assert len(receiver.got) == 1
    assert house.store.read_now(lambda unit: rows.all_webhooks(unit, 10)) == []
    while house.store.write_now(lambda unit: deliveries.tidy(house.hooks, unit)):
        pass
    assert sent(house, made) == []
    assert house.store.read_now(lambda unit: rows.webhooks_in(unit, "removed", 10)) == []


def test_settled_deliveries_are_kept_for_a_while(
    house: House, ada: Actor, receiver: Receiver, clock: ManualClock
) -> None:
    made = listen(house, ada, receiver.url)
    publish(house, "ada", "general", "Hello")
    send(house)

    def tidy() -> None:
        while house.store.write_now(lambda unit: deliveries.tidy(house.hooks, unit)):
            pass

    clock.advance(house.hooks.rules.keep_days * DAY_MS)
    tidy()
    assert len(sent(house, made)) == 1
    clock.advance(1)
    tidy()
    assert sent(house, made) == []


class TestLimits:
    """What one agent and the whole network may have."""

    @pytest.fixture
    def webhook_rules(self) -> WebhookRules:
        return WebhookRules(
            allow_http=True,
            allow_private=["127.0.0.0/8"],
            per_agent=2,
            in_all=3,
            queue_most=3,
        )

    def test_agents_and_networks_have_so_many(self, house: House, ada: Actor) -> None:
        bob = join(house.store, house.network, "bob")
        for actor, refused in ((ada, False), (ada, False), (ada, True), (bob, False), (bob, True)):
            if refused:
                with pytest.raises(WebhookQuota):
                    listen(house, actor, "http://127.0.0.1/")
            else:
                listen(house, actor, "http://127.0.0.1/")

    def test_a_full_queue_drops_and_counts(
        self, house: House, ada: Actor, receiver: Receiver
    ) -> None:
        made = listen(house, ada, receiver.url)
        for number in range(5):
            publish(house, "ada", "general", f"Number {number}")
        catch_up(house)
        now = webhook(house, made)
        assert (now.waiting, now.dropped) == (3, 2)
        send(house)
        assert len(receiver.got) == 3
        assert webhook(house, made).waiting == 0


class TestOff:
    """A network that sends none."""

    @pytest.fixture
    def webhook_rules(self) -> WebhookRules:
        return replace(WebhookRules(allow_private=["127.0.0.0/8"], allow_http=True), enabled=False)

    def test_nothing_is_queued_and_the_outbox_is_not_held_up(
        self, house: House, ada: Actor, receiver: Receiver
    ) -> None:
        made = listen(house, ada, receiver.url)
        publish(house, "ada", "general", "Hello")
        catch_up(house)
        assert sent(house, made) == []
        assert asyncio.run(WebhookQueue(house).step()) == 0
