"""``eclosion admin webhooks``: what is sent to other systems, what could not be, and sending it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from eclosion.cli.options import AsJson, ConfigFile, Database, DataDir, read_settings
from eclosion.cli.output import put, put_json, say

if TYPE_CHECKING:
    from eclosion.webhooks.model import Delivery, Webhook

LISTED_MOST = 10_000
webhooks = typer.Typer(no_args_is_help=True, help="Events that are sent to other systems.")

WebhookId = Annotated[str, typer.Argument(metavar="ID", help="The webhook's id, as list shows it.")]


@webhooks.command("list")
def list_webhooks(
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """List all webhooks, the latest first.

    With how they fare: active, failing, paused or disabled, and how many deliveries wait.
    """
    from eclosion.app.operating import reading
    from eclosion.network.store.agents import agent_by_id
    from eclosion.webhooks import store as rows

    with reading(read_settings(data, db, config)) as store:
        found = store.read_now(
            lambda unit: [
                _told(one, agent.name if (agent := agent_by_id(unit, one.holder_id)) else "")
                for one in rows.all_webhooks(unit, LISTED_MOST)
            ]
        )
    if as_json:
        put_json(found)
        return
    for one in found:
        put(
            f"{one['id']}  {one['state']:<8} {one['waiting']:>6} waiting  {one['agent']}  {one['url']}"
        )
        if one["reason"]:
            put(f"  {one['reason']}")
    if not found:
        say("There are none.")


@webhooks.command("dead")
def list_dead_letters(
    webhook: WebhookId,
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """List a webhook's dead letters, the latest first.

    What could not be delivered, with the last status and error.
    """
    from eclosion.app.delivering.keeping import find_any
    from eclosion.app.operating import reading
    from eclosion.webhooks import store as rows

    with reading(read_settings(data, db, config)) as store:
        found = store.read_now(
            lambda unit: rows.deliveries_of(
                unit, find_any(unit, webhook).id, LISTED_MOST, dead=True
            )
        )
    told = [_letter(one) for one in found]
    if as_json:
        put_json(told)
        return
    for one in told:
        put(f"{one['id']}  {one['settled_at']}  {one['type']}  {one['error']}")
    if not told:
        say("There are none.")


@webhooks.command("replay")
def replay(
    webhook: WebhookId,
    delivery: Annotated[
        str, typer.Option(metavar="ID", help="Only this dead letter; else all, at most 500.")
    ] = "",
    resume: Annotated[
        bool, typer.Option("--resume", help="Let a paused or disabled webhook go on first.")
    ] = False,
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Send dead letters again, under the ids that they had.

    A running server takes them up within a second.
    """
    from eclosion.app.delivering.keeping import delivery_id, find_any
    from eclosion.app.operating import office
    from eclosion.store import Unit
    from eclosion.webhooks import Webhooks
    from eclosion.webhooks.service import deliveries, subscriptions

    with office(read_settings(data, db, config)) as place:
        net, rules = place.network, place.settings.webhooks
        hooks = Webhooks(net.clock, net.ids, rules, net.sealer)

        def work(unit: Unit) -> int:
            found = find_any(unit, webhook)
            if resume:
                found = subscriptions.resume(hooks, unit, found)
            return deliveries.replay(hooks, unit, found, delivery_id(delivery))

        count = place.store.write_now(work)
    if as_json:
        put_json({"webhook": webhook, "replayed": count})
        return
    put(f"{count} on their way." if count else "There was no dead letter.")


def _told(one: Webhook, agent: str) -> dict[str, Any]:
    from eclosion.kernel.ids import Kind, to_wire

    failing = one.state == "active" and one.failing_since_ms
    return {
        "id": to_wire(Kind.WEBHOOK, one.id),
        "agent": agent,
        "url": one.url,
        "state": "failing" if failing else one.state,
        "reason": one.reason,
        "waiting": one.waiting,
        "dropped": one.dropped,
        "failures": one.failures,
    }


def _letter(one: Delivery) -> dict[str, Any]:
    from eclosion.kernel.clock import iso
    from eclosion.kernel.ids import Kind, to_wire

    return {
        "id": to_wire(Kind.DELIVERY, one.id),
        "event": one.event,
        "type": one.kind,
        "attempts": one.attempts,
        "status": one.status,
        "error": one.error,
        "settled_at": iso(one.settled_ms),
    }
