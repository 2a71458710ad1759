"""An owner's pages about webhooks: what its agents have, how they fare, what could not be delivered."""

from __future__ import annotations

from typing import Any

from litestar.handlers import HTTPRouteHandler

from eclosion.app.cursors import encode_cursor
from eclosion.app.delivering import keeping
from eclosion.app.delivering.keeping import Keeper
from eclosion.app.delivering.matching import filter_of
from eclosion.app.house import House
from eclosion.app.telling import TYPES, Filter
from eclosion.kernel.ids import ID_MAX, Kind, made_ms, to_wire
from eclosion.network.service.owners import OwnerActor
from eclosion.network.store.agents import agent_by_id
from eclosion.network.store.owners import agents_of
from eclosion.store import Unit
from eclosion.web.desk import Desk, Go, Sent, Sheet
from eclosion.web.door import Ask
from eclosion.webhooks import store
from eclosion.webhooks.model import Webhook
from eclosion.webhooks.service import deliveries, subscriptions

AT = "/owner/webhooks"
SHOWN = 50
DELIVERIES = 25
AGENTS = 100
DONE = {
    "removed": "The webhook is gone. Nothing more is sent to it.",
    "tested": "A test message is on its way. Load this page again to see how it went.",
    "paused": "It is paused. What happens meanwhile is not told later.",
    "resumed": "It is active again, with a clean record.",
    "replayed": "They are on their way again, under the ids that they had.",
    "nothing": "There was nothing to send again.",
}


def webhook_pages(desk: Desk) -> list[HTTPRouteHandler]:
    """Handlers of the pages and forms about webhooks."""
    one = AT + "/{id}"
    return [
        desk.page(AT, overview, "owner_webhooks"),
        desk.page(one, detail, "owner_webhook"),
        desk.form(AT, make, "owner_webhook_make", first=check_address),
        desk.form(one + "/test", send_test, "owner_webhook_test"),
        desk.form(one + "/pause", pause, "owner_webhook_pause"),
        desk.form(one + "/resume", resume, "owner_webhook_resume"),
        desk.form(one + "/rotate", rotate, "owner_webhook_rotate"),
        desk.form(one + "/remove", remove, "owner_webhook_remove"),
        desk.form(one + "/replay", replay, "owner_webhook_replay"),
    ]


def overview(house: House, unit: Unit, actor: OwnerActor, ask: Ask) -> Sheet:
    """All webhooks that the owner keeps; for an operator who asks so, everybody's."""
    everybodys = ask.query.get("all", "") == "yes"
    before_id = (ask.cursor(1) or (ID_MAX,))[0]
    found = keeping.list_kept(
        unit, Keeper(owner=actor), SHOWN + 1, before_id, everybodys=everybodys
    )
    shown = found[:SHOWN]
    more = f"{AT}?after={encode_cursor(shown[-1].id)}" if len(found) > SHOWN else ""
    values: dict[str, Any] = {
        "webhooks": [_line(unit, one) for one in shown],
        "more": more + "&all=yes" if more and everybodys else more,
        "everybodys": everybodys,
        "agents": agents_of(unit, actor.id, AGENTS),
        "types": TYPES,
        "https_only": not house.hooks.rules.allow_http,
        "enabled": house.hooks.rules.enabled,
        "done": DONE.get(ask.query.get("done", ""), ""),
    }
    return Sheet("owner_webhooks.html", values)


def detail(house: House, unit: Unit, actor: OwnerActor, ask: Ask) -> Sheet:
    """One webhook: how it fares, what was sent, what could not be delivered."""
    webhook = keeping.find(unit, Keeper(owner=actor), ask.params.get("id", ""))
    sent = store.deliveries_of(unit, webhook.id, DELIVERIES)
    dead = store.deliveries_of(unit, webhook.id, DELIVERIES, dead=True)
    values: dict[str, Any] = {
        "one": _line(unit, webhook),
        "sent": [(made_ms(each.id), each) for each in sent],
        "dead": [(to_wire(Kind.DELIVERY, each.id), each) for each in dead],
        "done": DONE.get(ask.query.get("done", ""), ""),
    }
    return Sheet("owner_webhook.html", values)


async def check_address(house: House, sent: Sent) -> Sent:
    """Look the address up before anything is written; its plain form goes on."""
    url = await house.courier.check(sent.get("url"))
    return sent._replace(fields={**sent.fields, "url": url})


def make(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Sheet:
    """A new webhook; its secret is shown this once."""
    wanted = Filter.parse(
        sent.get("types"), sent.get("submolts"), sent.get("agents"), sent.get("posts")
    )
    keeper = Keeper(owner=actor)
    made = keeping.subscribe(house, unit, keeper, sent.get("agent"), sent.get("url"), wanted)
    return _secret(made.webhook, made.secret, "A webhook's secret")


def send_test(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """Send a message that says that it arrived."""
    keeping.send_test(house, unit, _find(unit, actor, sent))
    return Go(f"{AT}/{sent.id}", "tested")


def pause(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """Send nothing until it goes on."""
    webhook = _find(unit, actor, sent)
    subscriptions.pause(unit, webhook)
    keeping.note(house, unit, Keeper(owner=actor), webhook, "webhook_paused", webhook.url)
    return Go(f"{AT}/{sent.id}", "paused")


def resume(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """Let it go on."""
    webhook = _find(unit, actor, sent)
    subscriptions.resume(house.hooks, unit, webhook)
    keeping.note(house, unit, Keeper(owner=actor), webhook, "webhook_resumed", webhook.url)
    return Go(f"{AT}/{sent.id}", "resumed")


def rotate(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Sheet:
    """A new secret, shown this once."""
    webhook = _find(unit, actor, sent)
    made = subscriptions.rotate(house.hooks, unit, webhook)
    keeping.note(house, unit, Keeper(owner=actor), webhook, "webhook_secret_rotated", webhook.url)
    return _secret(made.webhook, made.secret, "A webhook's new secret")


def remove(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """End it."""
    keeping.remove(house, unit, Keeper(owner=actor), _find(unit, actor, sent))
    return Go(AT, "removed")


def replay(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """Send one dead letter again, or all."""
    webhook = _find(unit, actor, sent)
    delivery_id = keeping.delivery_id(sent.get("delivery"))
    count = deliveries.replay(house.hooks, unit, webhook, delivery_id)
    return Go(f"{AT}/{sent.id}", "replayed" if count else "nothing")


def _find(unit: Unit, actor: OwnerActor, sent: Sent) -> Webhook:
    return keeping.find(unit, Keeper(owner=actor), sent.id)


def _secret(webhook: Webhook, secret: str, title: str) -> Sheet:
    values: dict[str, Any] = {
        "title": title,
        "secret": secret,
        "words": "Give it to the program that receives, to check every message with. It is shown this once.",
        "back": f"{AT}/{to_wire(Kind.WEBHOOK, webhook.id)}",
        "until_ms": 0,
    }
    return Sheet("owner_secret.html", values)


def _line(unit: Unit, webhook: Webhook) -> dict[str, Any]:
    """A webhook as pages show it."""
    agent = agent_by_id(unit, webhook.holder_id)
    wanted = filter_of(webhook.filter)
    about = [f"in m/{name}" for name in wanted.submolts]
    about += [f"by or about {name}" for name in wanted.agents]
    about += [f"in the thread {id_}" for id_ in wanted.posts]
    return {
        "id": to_wire(Kind.WEBHOOK, webhook.id),
        "agent": agent.name if agent else "",
        "types": wanted.types,
        "about": about,
        "webhook": webhook,
    }
