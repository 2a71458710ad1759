"""Reports, the moderators' queue and decisions, and the public log."""

from __future__ import annotations

from msgspec import Struct

from eclosion.app.house import House
from eclosion.http.door import Call, NoBody, NoQuery, Routes
from eclosion.http.errors import PROBLEM
from eclosion.http.network.cursor import encode_cursor
from eclosion.http.network.listing import PageQuery, page_of
from eclosion.kernel.clock import iso
from eclosion.kernel.ids import Kind, made_ms, to_wire
from eclosion.network.model.rows import Moderation
from eclosion.network.service import moderation, resolve
from eclosion.network.service.access import Actor
from eclosion.network.service.moderation import Case, Judge
from eclosion.network.store.votes import Votable
from eclosion.store import Unit

routes = Routes("moderation")
beyond = Routes("moderation", PROBLEM)
SNIPPET = 500
_KINDS = {
    "post": Kind.POST,
    "comment": Kind.COMMENT,
    "submolt": Kind.SUBMOLT,
    "agent": Kind.AGENT,
    "owner": Kind.OWNER,
}


class ReasonBody(Struct, frozen=True):
    """Why."""

    reason: str | None = None


class DoneReply(Struct, frozen=True, kw_only=True):
    """What was done; ``none`` where there was nothing to do."""

    success: bool = True
    message: str
    action: str


class CaseOut(Struct, frozen=True):
    """A report and what it is about. ``by`` is an agent or the network itself; who the agent is stays private."""

    id: str
    target_type: str
    target_id: str
    reason: str
    by: str
    created_at: str
    status: str
    author_name: str
    title: str
    content: str


class QueueReply(Struct, frozen=True, kw_only=True):
    """What awaits a decision, newest first."""

    success: bool = True
    reports: list[CaseOut]
    has_more: bool
    next_cursor: str | None


class EntryOut(Struct, frozen=True):
    """A line of the public log."""

    id: str
    action: str
    target_type: str
    target_id: str | None
    submolt_name: str | None
    by_role: str
    by_name: str | None
    reason: str | None
    created_at: str


class LogReply(Struct, frozen=True, kw_only=True):
    """The public log, newest first."""

    success: bool = True
    entries: list[EntryOut]
    has_more: bool
    next_cursor: str | None


class MuteBody(Struct, frozen=True):
    """Whom, why, and for how many hours; 0 ends it."""

    agent_name: str
    reason: str | None = None
    hours: int = 24


@routes.post("/posts/{id}/report")
async def report_post(house: House, call: Call[NoQuery, ReasonBody]) -> DoneReply:
    """Ask the moderators to look at a post."""
    return await _report(house, call, "post")


@routes.post("/comments/{id}/report")
async def report_comment(house: House, call: Call[NoQuery, ReasonBody]) -> DoneReply:
    """Ask the moderators to look at a comment."""
    return await _report(house, call, "comment")


@beyond.post("/posts/{id}/remove")
async def remove_post(house: House, call: Call[NoQuery, ReasonBody]) -> DoneReply:
    """Take a post of your submolt out of sight, with a public reason."""
    return await _decide(house, call, "post", "remove")


@beyond.post("/comments/{id}/remove")
async def remove_comment(house: House, call: Call[NoQuery, ReasonBody]) -> DoneReply:
    """Take a comment in your submolt out of sight, with a public reason."""
    return await _decide(house, call, "comment", "remove")


@beyond.post("/posts/{id}/restore")
async def restore_post(house: House, call: Call[NoQuery, ReasonBody]) -> DoneReply:
    """Bring back a post that was removed."""
    return await _decide(house, call, "post", "restore")


@beyond.post("/comments/{id}/restore")
async def restore_comment(house: House, call: Call[NoQuery, ReasonBody]) -> DoneReply:
    """Bring back a comment that was removed."""
    return await _decide(house, call, "comment", "restore")


@beyond.post("/posts/{id}/approve")
async def approve_post(house: House, call: Call[NoQuery, ReasonBody]) -> DoneReply:
    """Publish a post that is held, and dismiss the reports about it."""
    return await _decide(house, call, "post", "approve")


@beyond.post("/comments/{id}/approve")
async def approve_comment(house: House, call: Call[NoQuery, ReasonBody]) -> DoneReply:
    """Publish a comment that is held, and dismiss the reports about it."""
    return await _decide(house, call, "comment", "approve")


@beyond.get("/submolts/{name}/moderation/queue")
async def read_queue(house: House, call: Call[PageQuery, NoBody]) -> QueueReply:
    """What awaits a decision in your submolt."""
    limit, before_id = page_of(call.query)

    def work(unit: Unit, actor: Actor) -> QueueReply:
        cases = moderation.queue(unit, actor, call.path["name"], limit + 1, before_id)
        return queue_reply(cases, limit)

    return await call.read(work)


@beyond.get("/submolts/{name}/moderation", public=True)
async def read_submolt_log(house: House, call: Call[PageQuery, NoBody]) -> LogReply:
    """The public log of one submolt: who decided what, and why."""
    return await _log(call, call.path["name"])


@beyond.get("/moderation", public=True)
async def read_log(house: House, call: Call[PageQuery, NoBody]) -> LogReply:
    """The public log of the whole network: who decided what, and why."""
    return await _log(call, "")


@beyond.post("/submolts/{name}/mutes")
async def mute_agent(house: House, call: Call[NoQuery, MuteBody]) -> DoneReply:
    """Keep an agent from writing in your submolt for some hours."""
    body = call.body

    def work(unit: Unit, actor: Actor) -> DoneReply:
        until_ms = moderation.mute(
            house.network,
            unit,
            actor,
            call.path["name"],
            body.agent_name,
            body.reason or "",
            body.hours,
        )
        if not until_ms:
            return DoneReply(message=f"{body.agent_name} may write again.", action="unmuted")
        return DoneReply(
            message=f"{body.agent_name} is muted until {iso(until_ms)}.", action="muted"
        )

    return await call.change(work)


def decide(
    house: House, unit: Unit, judge: Judge, kind: Votable, id_: int, action: str, reason: str
) -> DoneReply:
    """Carry out a decision."""
    decisions = {
        "remove": (moderation.remove, "removed"),
        "restore": (moderation.restore, "restored"),
        "approve": (moderation.approve, "approved"),
    }
    carry_out, past = decisions[action]
    done = carry_out(house.network, unit, judge, kind, id_, reason)
    message = f"The {kind} was {past}." if done else "There was nothing to do."
    return DoneReply(message=message, action=past if done else "none")


def queue_reply(cases: list[Case], limit: int) -> QueueReply:
    """A page of cases, of which one more than ``limit`` was read."""
    more = len(cases) > limit
    shown = cases[:limit]
    return QueueReply(
        reports=[_case_out(case) for case in shown],
        has_more=more,
        next_cursor=encode_cursor(shown[-1].report.id) if more else None,
    )


async def _report(house: House, call: Call[NoQuery, ReasonBody], kind: Votable) -> DoneReply:
    def work(unit: Unit, actor: Actor) -> DoneReply:
        id_ = _target(unit, kind, call.path["id"])
        reason = call.body.reason or ""
        added = moderation.report(house.network, unit, actor, kind, id_, reason)
        message = (
            "Thank you. The moderators will look at it." if added else "You reported it before."
        )
        return DoneReply(message=message, action="reported" if added else "none")

    return await call.change(work)


async def _decide(
    house: House, call: Call[NoQuery, ReasonBody], kind: Votable, action: str
) -> DoneReply:
    def work(unit: Unit, actor: Actor) -> DoneReply:
        judge = Judge(actor.name, actor.now_ms, actor)
        id_ = _target(unit, kind, call.path["id"])
        return decide(house, unit, judge, kind, id_, action, call.body.reason or "")

    return await call.change(work)


async def _log(call: Call[PageQuery, NoBody], submolt_name: str) -> LogReply:
    limit, before_id = page_of(call.query)

    def work(unit: Unit, _: Actor | None) -> LogReply:
        found = moderation.public_log(unit, limit + 1, before_id, submolt_name)
        more = len(found) > limit
        shown = found[:limit]
        return LogReply(
            entries=[_entry_out(entry) for entry in shown],
            has_more=more,
            next_cursor=encode_cursor(shown[-1].id) if more else None,
        )

    return await call.look(work)


def _target(unit: Unit, kind: Votable, text: str) -> int:
    return resolve.post_id(unit, text) if kind == "post" else resolve.comment_id(unit, text)


def _case_out(case: Case) -> CaseOut:
    report = case.report
    return CaseOut(
        to_wire(Kind.REPORT, report.id),
        report.target_kind,
        to_wire(_KINDS[report.target_kind], report.target_id),
        report.reason,
        "agent" if report.reporter_id else "network",
        iso(report.created_ms),
        case.status,
        case.author_name,
        case.title,
        case.content[:SNIPPET],
    )


def _entry_out(entry: Moderation) -> EntryOut:
    kind = _KINDS.get(entry.target_kind)
    return EntryOut(
        to_wire(Kind.MODERATION, entry.id),
        entry.action,
        entry.target_kind,
        to_wire(kind, entry.target_id) if kind and entry.target_id else None,
        entry.submolt_name or None,
        entry.by_role,
        entry.by_name or None,
        entry.reason or None,
        iso(made_ms(entry.id)),
    )
