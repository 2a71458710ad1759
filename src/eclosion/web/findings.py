"""Where findings are decided and contested: the operators' queue, and what owners are told of their agents."""

from __future__ import annotations

from typing import Any

from litestar.handlers import HTTPRouteHandler

from eclosion.app import triage
from eclosion.app.cursors import encode_cursor
from eclosion.app.house import House
from eclosion.app.subjects import subject_at
from eclosion.findings import By, keeping, store
from eclosion.findings.errors import FindingNotFound, SuppressionNotFound
from eclosion.findings.store import RANK_MAX
from eclosion.kernel.errors import Invalid
from eclosion.kernel.finding import Finding, Severity
from eclosion.kernel.ids import ID_MAX, Kind, from_wire, to_wire
from eclosion.network.service.owners import OwnerActor, check_operator
from eclosion.store import Unit
from eclosion.web.desk import Desk, Go, Sent, Sheet
from eclosion.web.door import Ask

SHOWN = 25
KEPT_SHOWN = 50
QUEUE = "/operator/findings"
OWN = "/owner/findings"
BY_HAND = "by-hand"
DONE = {
    "confirmed": "Confirmed. Where it shows, the public log tells of it.",
    "dismissed": "Dismissed: it marks nothing any more.",
    "raised": "It is kept, and waits below for a decision.",
    "suppressed": "A suppression keeps this rule away from there.",
    "quiet": "This rule finds nothing there for that time.",
    "ended": "It finds again.",
    "revoked": "Its key no longer works. What it found stays.",
    "contested": "An operator will look at it.",
    "again": "You have contested it before.",
}


def finding_pages(desk: Desk) -> list[HTTPRouteHandler]:
    """Handlers of these pages and their forms."""
    return [
        desk.page(QUEUE, queue, "operator_findings"),
        desk.form(QUEUE + "/raise", raise_by_hand, "operator_raise_finding"),
        desk.form(QUEUE + "/suppress", suppress, "operator_suppress"),
        desk.form(QUEUE + "/suppress/{id}/end", end_suppression, "operator_end_suppression"),
        desk.form(QUEUE + "/detectors", add_detector, "operator_add_detector"),
        desk.form(QUEUE + "/detectors/{name}/revoke", revoke_detector, "operator_revoke_detector"),
        desk.form(QUEUE + "/{id}", decide, "operator_decide_finding"),
        desk.page(OWN, own, "owner_findings"),
        desk.form(OWN + "/{id}", contest, "owner_contest_finding"),
    ]


def queue(house: House, unit: Unit, actor: OwnerActor, ask: Ask) -> Sheet:
    """What waits for a decision, the worst first; who finds, and what shall not be found."""
    check_operator(actor)
    rank, before_id = ask.cursor(2) or (RANK_MAX, ID_MAX)
    found = triage.queue(unit, SHOWN + 1, rank, before_id)
    shown = found[:SHOWN]
    more = ""
    if len(found) > SHOWN:
        more = f"{QUEUE}?after={encode_cursor(shown[-1].row.rank, shown[-1].row.id)}"
    now_ms = house.clock.now_ms()
    values: dict[str, Any] = {
        "found": [(to_wire(Kind.FINDING, one.row.id), one.row, one.subject) for one in shown],
        "more": more,
        "open": _counts(unit),
        "severities": [one.word for one in reversed(Severity)],
        "suppressions": [
            (to_wire(Kind.SUPPRESSION, one.id), one)
            for one in store.list_suppressions(unit, KEPT_SHOWN)
            if one.until_ms > now_ms
        ],
        "detectors": [one for one in store.list_detectors(unit, KEPT_SHOWN) if not one.revoked_ms],
        "done": DONE.get(ask.query.get("done", ""), ""),
    }
    return Sheet("operator_findings.html", values)


def decide(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """Confirm or dismiss a finding."""
    check_operator(actor)
    action = sent.get("action")
    if action not in ("confirm", "dismiss"):
        raise Invalid("There is no such decision.")
    right = action == "confirm"
    triage.decide(
        house.findings,
        house.network,
        unit,
        _id_of(sent),
        right=right,
        reason=sent.get("reason"),
        name=_name(actor),
    )
    return Go(QUEUE, "confirmed" if right else "dismissed")


def raise_by_hand(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """Keep what an operator has found themselves."""
    check_operator(actor)
    severity = Severity.named(sent.get("severity"))
    if severity is None:
        raise Invalid("There is no such severity.")
    finding = Finding(BY_HAND, severity, 1.0, sent.get("title"), sent.get("message"))
    subject = subject_at(unit, sent.get("address"))
    by = By(_name(actor), "operator")
    made = triage.raise_about(house.findings, unit, subject, finding, by)
    return Go(QUEUE, "suppressed" if made.row is None else "raised")


def suppress(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """Keep a rule from finding anything, everywhere or about one thing."""
    check_operator(actor)
    address = sent.get("address")
    scope_id = subject_at(unit, address).about.id if address else 0
    try:
        days = int(sent.get("days") or "30")
    except ValueError:
        raise Invalid("Days are a whole number.") from None
    rule, reason = sent.get("rule"), sent.get("reason")
    keeping.suppress(house.findings, unit, rule, scope_id, reason, days, _name(actor))
    return Go(QUEUE, "quiet")


def end_suppression(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """Let a rule find again."""
    check_operator(actor)
    id_ = from_wire(Kind.SUPPRESSION, sent.id)
    if id_ is None:
        raise SuppressionNotFound
    keeping.end_suppression(house.findings, unit, id_)
    return Go(QUEUE, "ended")


def add_detector(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Sheet:
    """Register a detector; its key is shown this once."""
    check_operator(actor)
    made = keeping.add_detector(house.findings, unit, sent.get("name"), _name(actor))
    values: dict[str, Any] = {
        "title": f"A key for {made.name}",
        "secret": made.key,
        "words": "Give it to the detector. It is shown this once; it can raise findings, and nothing else.",
        "back": QUEUE,
        "until_ms": 0,
    }
    return Sheet("owner_secret.html", values)


def revoke_detector(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """End a detector's key."""
    check_operator(actor)
    keeping.revoke_detector(house.findings, unit, sent.name)
    return Go(QUEUE, "revoked")


def own(house: House, unit: Unit, actor: OwnerActor, ask: Ask) -> Sheet:
    """What was found about an owner's agents, newest first."""
    before_id = (ask.cursor(1) or (ID_MAX,))[0]
    found = triage.of_owner(unit, actor, SHOWN + 1, before_id)
    shown = found[:SHOWN]
    more = f"{OWN}?after={encode_cursor(shown[-1][1].row.id)}" if len(found) > SHOWN else ""
    values: dict[str, Any] = {
        "found": [
            (to_wire(Kind.FINDING, one.row.id), agent, one.row, one.subject) for agent, one in shown
        ],
        "more": more,
        "done": DONE.get(ask.query.get("done", ""), ""),
    }
    return Sheet("owner_findings.html", values)


def contest(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """Say why a finding is wrong."""
    id_, reason = _id_of(sent), sent.get("reason")
    done = triage.contest(house.findings, house.network, unit, actor, id_, reason)
    return Go(OWN, "contested" if done else "again")


def _counts(unit: Unit) -> list[tuple[str, int]]:
    """How many findings are open, by severity, the worst first."""
    totals = store.totals(unit)
    return [(one.word, totals.get(("open", one.value), 0)) for one in reversed(Severity)]


def _id_of(sent: Sent) -> int:
    id_ = from_wire(Kind.FINDING, sent.id)
    if id_ is None:
        raise FindingNotFound
    return id_


def _name(actor: OwnerActor) -> str:
    """How an operator is called in public, as in the log."""
    return actor.owner.handle or "operator"
