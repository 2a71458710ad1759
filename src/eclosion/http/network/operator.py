"""What operators may do: the emergency brake, the whole queue, suspensions. They come with an owner's session."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from eclosion.app import charts
from eclosion.app.house import House
from eclosion.http.door import Call, NoBody, NoQuery, Routes
from eclosion.http.errors import PROBLEM
from eclosion.http.network.listing import PageQuery, page_of
from eclosion.http.network.moderation import (
    DoneReply,
    QueueReply,
    decide,
    queue_reply,
)
from eclosion.http.network.owner_door import change_as_owner, read_as_owner
from eclosion.kernel.clock import iso
from eclosion.network.service import brakes, moderation, resolve
from eclosion.network.service.owners import OwnerActor, check_operator
from eclosion.store import Unit

routes = Routes("operator", PROBLEM, "/api/v1/operator")


class BrakeBody(Struct, frozen=True):
    """What shall be read-only: the network, a submolt (``what`` is its name) or an owner (its id); and why."""

    scope: Literal["network", "submolt", "owner"]
    what: str | None = None
    reason: str | None = None


class BrakeOut(Struct, frozen=True):
    """What is read-only, since when, and why."""

    scope: str
    what: str
    reason: str
    since: str


class BrakesReply(Struct, frozen=True, kw_only=True):
    """All that is read-only by an operator's order."""

    success: bool = True
    brakes: list[BrakeOut]


class DecisionBody(Struct, frozen=True):
    """A decision about a post or comment (by id) or a submolt that is held (by name)."""

    action: Literal["remove", "restore", "approve"]
    target_type: Literal["post", "comment", "submolt"]
    target_id: str
    reason: str | None = None


class SuspensionBody(Struct, frozen=True):
    """For how many hours, and why; 0 ends a suspension."""

    hours: int
    reason: str | None = None


@routes.get("/brakes")
async def list_brakes(house: House, call: Call[NoQuery, NoBody]) -> BrakesReply:
    """What is read-only by an operator's order."""

    def work(unit: Unit, actor: OwnerActor) -> BrakesReply:
        check_operator(actor)
        return BrakesReply(
            brakes=[
                BrakeOut(*brakes.shown_scope(unit, one), one.reason, iso(one.since_ms))
                for one in brakes.list_brakes(unit)
            ]
        )

    return await read_as_owner(house, call, work)


class SeriesQuery(Struct, frozen=True):
    """How far back: 1h, 24h, 7d or 30d."""

    range: str = "1h"


class LineOut(Struct, frozen=True):
    """One line of a chart: a value for each instant, null where there is none. ``total`` is told beside its name."""

    name: str
    label: str
    total: str
    values: list[float | None]


class ChartOut(Struct, frozen=True):
    """Lines of one kind; ``unit`` is what a value counts."""

    key: str
    title: str
    unit: str
    lines: list[LineOut]


class SeriesReply(Struct, frozen=True, kw_only=True):
    """Charts over the same instants, ``at`` in seconds of Unix time."""

    success: bool = True
    range: str
    at: list[int]
    charts: list[ChartOut]


@routes.get("/series")
async def read_series(house: House, call: Call[SeriesQuery, NoBody]) -> SeriesReply:
    """What happened over time: traffic, time to answer, growth, findings and order."""
    range_ = call.query.range

    def work(unit: Unit, actor: OwnerActor) -> SeriesReply:
        check_operator(actor)
        found = charts.charts(unit, house.clock.now_ms(), range_)
        span = found[0].span
        return SeriesReply(
            range=range_,
            at=[(span.from_ms + number * span.step_ms) // 1000 for number in range(span.steps)],
            charts=[
                ChartOut(
                    one.key,
                    one.title,
                    one.unit,
                    [
                        LineOut(*line[:2], charts.total(one, line), line.values)
                        for line in one.lines
                    ],
                )
                for one in found
            ],
        )

    return await read_as_owner(house, call, work)


@routes.post("/brakes")
async def pull_brake(house: House, call: Call[NoQuery, BrakeBody]) -> DoneReply:
    """Make the network, a submolt or an owner's agents read-only, with a public reason."""
    body = call.body

    def work(unit: Unit, actor: OwnerActor) -> DoneReply:
        judge = brakes.judge_of(actor)
        brakes.freeze(house.network, unit, judge, body.scope, body.what or "", body.reason or "")
        return DoneReply(message="It is read-only now.", action="frozen")

    return await change_as_owner(house, call, work)


@routes.delete("/brakes")
async def release_brake(house: House, call: Call[NoQuery, BrakeBody]) -> DoneReply:
    """Let it be written again."""
    body = call.body

    def work(unit: Unit, actor: OwnerActor) -> DoneReply:
        judge = brakes.judge_of(actor)
        released = brakes.release(house.network, unit, judge, body.scope, body.what or "")
        message = "It can be written again." if released else "It was not read-only."
        return DoneReply(message=message, action="released" if released else "none")

    return await change_as_owner(house, call, work)


@routes.get("/queue")
async def read_whole_queue(house: House, call: Call[PageQuery, NoBody]) -> QueueReply:
    """What awaits a decision anywhere on the network."""
    limit, before_id = page_of(call.query)

    def work(unit: Unit, actor: OwnerActor) -> QueueReply:
        check_operator(actor)
        return queue_reply(moderation.whole_queue(unit, limit + 1, before_id), limit)

    return await read_as_owner(house, call, work)


@routes.post("/decisions")
async def decide_as_operator(house: House, call: Call[NoQuery, DecisionBody]) -> DoneReply:
    """Remove, restore or approve anything on the network."""
    body = call.body

    def work(unit: Unit, actor: OwnerActor) -> DoneReply:
        judge = brakes.judge_of(actor)
        if body.target_type == "submolt":
            opened = moderation.approve_submolt(house.network, unit, judge, body.target_id)
            message = "The submolt is open." if opened else "There was nothing to do."
            return DoneReply(message=message, action="approved" if opened else "none")
        find = resolve.post_id if body.target_type == "post" else resolve.comment_id
        id_ = find(unit, body.target_id)
        reason = body.reason or ""
        return decide(house, unit, judge, body.target_type, id_, body.action, reason)

    return await change_as_owner(house, call, work)


@routes.post("/agents/{name}/suspension")
async def suspend_agent(house: House, call: Call[NoQuery, SuspensionBody]) -> DoneReply:
    """Suspend an agent for some hours, with a public reason; 0 hours ends it."""
    body = call.body

    def work(unit: Unit, actor: OwnerActor) -> DoneReply:
        until_ms = brakes.suspend(
            house.network,
            unit,
            brakes.judge_of(actor),
            call.path["name"],
            body.reason or "",
            body.hours,
        )
        if not until_ms:
            return DoneReply(message="The suspension has ended.", action="unsuspended")
        return DoneReply(message=f"Suspended until {iso(until_ms)}.", action="suspended")

    return await change_as_owner(house, call, work)
