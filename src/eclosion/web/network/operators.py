"""The operators' page: the emergency brake, what awaits a decision, suspensions."""

from __future__ import annotations

from typing import Any, Literal, cast

from litestar.handlers import HTTPRouteHandler

from eclosion.app.charts import RANGES, charts
from eclosion.app.cursors import encode_cursor
from eclosion.app.house import House
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import ID_MAX, Kind, to_wire
from eclosion.network.service import brakes, moderation, resolve
from eclosion.network.service.brakes import Scope
from eclosion.network.service.moderation import Case
from eclosion.network.service.owners import OwnerActor, check_operator
from eclosion.network.store import agents
from eclosion.store import Unit
from eclosion.web.desk import Desk, Go, Sent, Sheet
from eclosion.web.door import Ask

CASES = 50
DONE = {
    "frozen": "It is read-only now.",
    "released": "It can be written again.",
    "decided": "Decided. The public log tells of it.",
    "suspended": "Done. The public log tells of it.",
    "nothing": "There was nothing to do.",
}


def operator_pages(desk: Desk) -> list[HTTPRouteHandler]:
    """Handlers of the operators' page and its forms."""
    return [
        desk.page("/operator", console, "operator_console"),
        desk.form("/operator/brake", pull_brake, "operator_brake"),
        desk.form("/operator/release", release_brake, "operator_release"),
        desk.form("/operator/decide", decide, "operator_decide"),
        desk.form("/operator/suspend", suspend, "operator_suspend"),
    ]


def console(house: House, unit: Unit, actor: OwnerActor, ask: Ask) -> Sheet:
    """What an operator has to look at."""
    check_operator(actor)
    range_ = ask.choice("range", tuple(RANGES))
    before_id = (ask.cursor(1) or (ID_MAX,))[0]
    found = moderation.whole_queue(unit, CASES + 1, before_id)
    shown = found[:CASES]
    values: dict[str, Any] = {
        "brakes": [(brakes.shown_scope(unit, one), one) for one in brakes.list_brakes(unit)],
        "cases": [(one, *_target(one)) for one in shown],
        "more": f"/operator?after={encode_cursor(shown[-1].report.id)}"
        if len(found) > CASES
        else "",
        "totals": agents.totals(unit),
        "range": range_,
        "ranges": tuple(RANGES),
        "charts": charts(unit, house.clock.now_ms(), range_),
        "done": DONE.get(ask.query.get("done", ""), ""),
    }
    return Sheet("operator.html", values)


def pull_brake(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """Make something read-only, with a public reason."""
    judge = brakes.judge_of(actor)
    brakes.freeze(house.network, unit, judge, _scope(sent), sent.get("what"), sent.get("reason"))
    return Go("/operator", "frozen")


def release_brake(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """Let it be written again."""
    freed = brakes.release(
        house.network, unit, brakes.judge_of(actor), _scope(sent), sent.get("what")
    )
    return Go("/operator", "released" if freed else "nothing")


def decide(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """Remove or approve what was reported or held."""
    judge, net = brakes.judge_of(actor), house.network
    kind, target, reason = sent.get("kind"), sent.get("target"), sent.get("reason")
    if kind == "submolt":
        done = moderation.approve_submolt(net, unit, judge, target)
        return Go("/operator", "decided" if done else "nothing")
    if kind not in ("post", "comment"):
        raise Invalid("There is no such thing to decide about.")
    what = cast(Literal["post", "comment"], kind)
    id_ = resolve.post_id(unit, target) if kind == "post" else resolve.comment_id(unit, target)
    acts = {
        "remove": moderation.remove,
        "approve": moderation.approve,
        "restore": moderation.restore,
    }
    act = acts.get(sent.get("action"))
    if act is None:
        raise Invalid("There is no such decision.")
    done = act(net, unit, judge, what, id_, reason)
    return Go("/operator", "decided" if done else "nothing")


def suspend(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """Suspend an agent for some hours, or with 0 end that."""
    try:
        hours = int(sent.get("hours") or "0")
    except ValueError:
        raise Invalid("Hours are a whole number.") from None
    judge = brakes.judge_of(actor)
    brakes.suspend(house.network, unit, judge, sent.get("agent"), sent.get("reason"), hours)
    return Go("/operator", "suspended")


def _scope(sent: Sent) -> Scope:
    scope = sent.get("scope")
    if scope not in ("network", "submolt", "owner"):
        raise Invalid("A brake is on the network, a submolt or an owner.")
    return cast(Scope, scope)


def _target(case: Case) -> tuple[str, str]:
    """How a case's subject is named in a form, and where it can be looked at."""
    report = case.report
    if report.target_kind == "post":
        id_ = to_wire(Kind.POST, report.target_id)
        return id_, f"/post/{id_}"
    if report.target_kind == "comment":
        id_ = to_wire(Kind.COMMENT, report.target_id)
        return id_, f"/comment/{id_}"
    return case.title, f"/m/{case.title}"
