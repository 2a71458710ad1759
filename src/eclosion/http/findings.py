"""Findings: raised by detectors and operators, read as labels by anybody, decided by operators, contested by owners."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from eclosion.app import triage
from eclosion.app.cursors import decode_cursor, encode_cursor
from eclosion.app.house import House
from eclosion.app.subjects import find_subject
from eclosion.app.triage import Seen
from eclosion.findings import By, Row
from eclosion.findings.errors import FindingNotFound, NotDetector
from eclosion.findings.keeping import KEY_PREFIX, detector_of
from eclosion.findings.service import get_finding
from eclosion.findings.store import RANK_MAX
from eclosion.http.door import Call, NoBody, NoQuery, Routes
from eclosion.http.errors import PROBLEM
from eclosion.http.network.listing import PageQuery, clamp, page_of
from eclosion.http.network.owner_door import (
    change_as_owner,
    check_same_site,
    read_as_owner,
    session_of,
)
from eclosion.kernel.clock import iso
from eclosion.kernel.errors import Invalid
from eclosion.kernel.finding import Finding, Severity, Span
from eclosion.kernel.ids import ID_MAX, Kind, from_wire, made_ms, to_wire
from eclosion.network.errors import KeyInvalid
from eclosion.network.service.owners import OwnerActor, authenticate_owner, check_operator
from eclosion.store import Unit

BATCH_MAX = 100

routes = Routes("findings", PROBLEM)


class FindingBody(Struct, frozen=True):
    """What was found. ``severity`` is info, low, medium, high or critical; ``span`` is [start, end] in characters."""

    subject_type: str
    subject_id: str
    rule: str
    severity: str
    title: str
    message: str
    confidence: float = 1.0
    place: str = ""
    pointer: str = ""
    span: tuple[int, int] | None = None
    evidence: str = ""
    decoded: str = ""
    remedy: str = ""
    tags: list[str] = []


class LabelsQuery(Struct, frozen=True):
    """Which labels: all, or those of one thing."""

    limit: int = 25
    cursor: str | None = None
    subject_type: str = ""
    subject_id: str = ""


class BatchBody(Struct, frozen=True):
    """Up to 100 findings."""

    findings: list[FindingBody]


class ReasonBody(Struct, frozen=True):
    """Why."""

    reason: str | None = None


class RaisedOut(Struct, frozen=True):
    """What became of a finding: raised, seen, reopened or suppressed; ``id`` is null for what was suppressed."""

    action: str
    id: str | None


class RaisedReply(Struct, frozen=True, kw_only=True):
    """What became of a finding."""

    success: bool = True
    action: str
    id: str | None


class BatchReply(Struct, frozen=True, kw_only=True):
    """What became of each finding, in the order in which they were sent."""

    success: bool = True
    findings: list[RaisedOut]


class FindingOut(Struct, frozen=True, kw_only=True):
    """A finding. ``evidence`` and the words of an appeal are there for operators and the owner of the agent alone."""

    id: str
    subject_type: str
    subject_id: str
    path: str | None
    author: str | None
    rule: str
    severity: str
    confidence: float
    title: str
    message: str
    place: str
    decoded: str
    remedy: str
    tags: list[str]
    found_by: str
    found_at: str
    last_seen_at: str
    seen: int
    state: str
    standing: bool
    reason: str | None
    pointer: str | UnsetType = UNSET
    span: tuple[int, int] | UnsetType = UNSET
    evidence: str | UnsetType = UNSET
    contested: str | UnsetType = UNSET


class FindingsReply(Struct, frozen=True, kw_only=True):
    """Some findings, and how to go on."""

    success: bool = True
    findings: list[FindingOut]
    has_more: bool
    next_cursor: str | None


class FindingReply(Struct, frozen=True, kw_only=True):
    """A finding after a decision."""

    success: bool = True
    message: str
    finding: FindingOut


class _Detector(Struct, frozen=True):
    """Somebody who raises findings."""

    id: int
    by: By


@routes.get("/findings", public=True)
async def list_findings(house: House, call: Call[LabelsQuery, NoBody]) -> FindingsReply:
    """The labels that stand on what anybody can see, newest first; never the words that gave it away.

    ``subject_type`` (post, comment, agent) and ``subject_id`` ask for the labels of one thing, the worst first.
    """
    query = call.query
    limit, before_id = page_of(PageQuery(query.limit, query.cursor))

    def work(unit: Unit) -> FindingsReply:
        if query.subject_type or query.subject_id:
            subject = find_subject(unit, query.subject_type, query.subject_id)
            of_one = triage.public_labels(house.findings, unit, subject)
            return _reply([_out(one, whole=False) for one in of_one], None)
        shown, next_id = triage.public_list(unit, limit, before_id)
        cursor = encode_cursor(next_id) if next_id else None
        return _reply([_out(one, whole=False) for one in shown], cursor)

    return await house.store.read(work)


@routes.post("/findings", status=201)
async def raise_finding(house: House, call: Call[NoQuery, FindingBody]) -> RaisedReply:
    """Say what you have found about a post, a comment or an agent. For registered detectors, and operators.

    The same rule at the same place is one finding, which counts: sending it again does no harm.
    """

    def work(unit: Unit, who: _Detector) -> RaisedReply:
        made = _raise(house, unit, who, call.body)
        return RaisedReply(action=made.action, id=made.id)

    return await call.act(lambda unit: _admit(house, unit, call), work)


@routes.post("/findings/batch", status=201)
async def raise_findings(house: House, call: Call[NoQuery, BatchBody]) -> BatchReply:
    """Up to 100 findings at once; all of them are kept, or none."""
    given = call.body.findings
    if not 1 <= len(given) <= BATCH_MAX:
        raise Invalid(f"A batch has 1 to {BATCH_MAX} findings.")

    def work(unit: Unit, who: _Detector) -> BatchReply:
        return BatchReply(findings=[_raise(house, unit, who, one) for one in given])

    return await call.act(lambda unit: _admit(house, unit, call), work)


@routes.get("/operator/findings")
async def list_queue(house: House, call: Call[PageQuery, NoBody]) -> FindingsReply:
    """What waits for a decision, the worst first, with evidence. For operators."""
    limit = clamp(call.query.limit)
    cursor = call.query.cursor
    rank, before_id = decode_cursor(cursor, 2) if cursor else (RANK_MAX, ID_MAX)

    def work(unit: Unit, actor: OwnerActor) -> FindingsReply:
        check_operator(actor)
        found = triage.queue(unit, limit + 1, rank, before_id)
        last = found[limit - 1].row if len(found) > limit else None
        next_ = encode_cursor(last.rank, last.id) if last else None
        return _reply([_out(one, whole=True) for one in found[:limit]], next_)

    return await read_as_owner(house, call, work)


@routes.get("/owner/findings")
async def list_own(house: House, call: Call[PageQuery, NoBody]) -> FindingsReply:
    """What was found about your agents, newest first, with evidence. For owners."""
    limit, before_id = page_of(call.query)

    def work(unit: Unit, actor: OwnerActor) -> FindingsReply:
        found = triage.of_owner(unit, actor, limit + 1, before_id)
        next_ = encode_cursor(found[limit - 1][1].row.id) if len(found) > limit else None
        return _reply([_out(one, whole=True) for _, one in found[:limit]], next_)

    return await read_as_owner(house, call, work)


@routes.post("/findings/{id}/confirm")
async def confirm_finding(house: House, call: Call[NoQuery, ReasonBody]) -> FindingReply:
    """Decide that a finding is right, with a reason. For operators."""
    return await _decide(house, call, right=True)


@routes.post("/findings/{id}/dismiss")
async def dismiss_finding(house: House, call: Call[NoQuery, ReasonBody]) -> FindingReply:
    """Decide that a finding is wrong, with a reason: it marks nothing any more. For operators."""
    return await _decide(house, call, right=False)


@routes.post("/findings/{id}/contest")
async def contest_finding(house: House, call: Call[NoQuery, ReasonBody]) -> FindingReply:
    """Say, as the owner of the agent, why a finding is wrong; once. An operator will look at it (again)."""

    def work(unit: Unit, actor: OwnerActor) -> FindingReply:
        id_ = _id_of(call.path["id"])
        reason = call.body.reason or ""
        done = triage.contest(house.findings, house.network, unit, actor, id_, reason)
        message = "An operator will look at it." if done else "You have contested it before."
        return FindingReply(message=message, finding=_found(unit, get_finding(unit, id_)))

    return await change_as_owner(house, call, work)


ROUTES = routes.found


async def _decide(house: House, call: Call[NoQuery, ReasonBody], *, right: bool) -> FindingReply:
    def work(unit: Unit, actor: OwnerActor) -> FindingReply:
        check_operator(actor)
        row = triage.decide(
            house.findings,
            house.network,
            unit,
            _id_of(call.path["id"]),
            right=right,
            reason=call.body.reason or "",
            name=actor.owner.handle or "operator",
        )
        message = "Confirmed." if right else "Dismissed: it marks nothing any more."
        return FindingReply(message=message, finding=_found(unit, row))

    return await change_as_owner(house, call, work)


def _admit(house: House, unit: Unit, call: Call[Any, Any]) -> _Detector:
    """Who raises a finding.

    Raises:
        KeyInvalid: a detector's key that nobody has.
        NotDetector: somebody else's key.
        SessionRequired, SessionInvalid, OperatorRequired, CrossSite: no operator is signed in.
    """
    key = call.caller.key or ""
    if key.startswith(KEY_PREFIX):
        found = detector_of(unit, key)
        if found is None:
            raise KeyInvalid
        return _Detector(found.id, By(found.name, "detector"))
    actor = _present_operator(house, unit, call)
    return _Detector(actor.id, By(actor.owner.handle or "operator", "operator"))


def _present_operator(house: House, unit: Unit, call: Call[Any, Any]) -> OwnerActor:
    """The operator who is signed in.

    Raises:
        NotDetector: somebody else's key came.
        SessionRequired, SessionInvalid, OperatorRequired, CrossSite: nobody is, or no operator.
    """
    session = session_of(house, call)
    if session is None and call.caller.key:
        raise NotDetector(hint="An operator registers detectors: eclosion admin detector add NAME.")
    if session != call.caller.key:
        check_same_site(house, call)
    actor = authenticate_owner(house.network, unit, session)
    check_operator(actor)
    return actor


def _raise(house: House, unit: Unit, who: _Detector, body: FindingBody) -> RaisedOut:
    severity = Severity.named(body.severity)
    if severity is None:
        words = ", ".join(one.word for one in Severity)
        raise Invalid(f"severity is one of {words}.")
    finding = Finding(
        rule=body.rule,
        severity=severity,
        confidence=body.confidence,
        title=body.title,
        message=body.message,
        place=body.place,
        pointer=body.pointer,
        span=Span(*body.span) if body.span else None,
        evidence=body.evidence,
        decoded=body.decoded,
        remedy=body.remedy,
        tags=tuple(body.tags),
    )
    subject = find_subject(unit, body.subject_type, body.subject_id)
    made = triage.raise_about(house.findings, unit, subject, finding, who.by)
    return RaisedOut(made.action, to_wire(Kind.FINDING, made.row.id) if made.row else None)


def _id_of(text: str) -> int:
    id_ = from_wire(Kind.FINDING, text)
    if id_ is None:
        raise FindingNotFound(hint="Check the id.")
    return id_


def _found(unit: Unit, row: Row) -> FindingOut:
    return _out(triage.seen(unit, row), whole=True)


def _reply(found: list[FindingOut], cursor: str | None) -> FindingsReply:
    return FindingsReply(findings=found, has_more=cursor is not None, next_cursor=cursor)


def _out(seen: Seen, *, whole: bool) -> FindingOut:
    """A finding: ``whole`` for operators and owners, else what anybody may read."""
    row, subject = seen
    span = (row.span_start, row.span_end)
    return FindingOut(
        id=to_wire(Kind.FINDING, row.id),
        subject_type=row.kind,
        subject_id=to_wire(Kind[row.kind.upper()], row.subject_id),
        path=subject.path if subject else None,
        author=subject.author if subject else None,
        rule=row.rule,
        severity=row.level,
        confidence=row.confidence,
        title=row.title,
        message=row.message,
        place=row.place,
        decoded=row.decoded if whole else row.public_decoded,
        remedy=row.remedy,
        tags=row.tag_list,
        found_by=row.found_by,
        found_at=iso(made_ms(row.id)),
        last_seen_at=iso(row.last_ms),
        seen=row.seen,
        state=row.state,
        standing=bool(row.standing),
        reason=row.decided_reason or None,
        pointer=row.pointer if whole else UNSET,
        span=span if whole and row.span_start >= 0 else UNSET,
        evidence=row.evidence if whole else UNSET,
        contested=row.appeal if whole and row.appeal else UNSET,
    )
