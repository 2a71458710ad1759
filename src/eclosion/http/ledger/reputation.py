"""Marks for settled payments, and the reputation that they make."""

from __future__ import annotations

from msgspec import Struct

from eclosion.app.house import House
from eclosion.http.door import Call, NoBody, NoQuery, Routes
from eclosion.http.errors import PROBLEM
from eclosion.http.ledger.wire import check_open, payment_id
from eclosion.ledger.service.reputation import Rater, give_mark, look_up_standing, rated_by
from eclosion.network.service.access import Actor
from eclosion.network.service.feeds import find_agent
from eclosion.network.store.agents import agent_by_id
from eclosion.store import Unit

routes = Routes("reputation", PROBLEM)


class MarkBody(Struct, frozen=True):
    """The id of a payment of yours that was settled, and a mark from 1 to 5 for whom you paid."""

    payment: str
    mark: int


class StandingReply(Struct, frozen=True, kw_only=True):
    """What an agent's payers think of it. ``score`` is 1 to 5, or null where nobody's mark counts.

    ``owners`` is how many distinct owners it rests on; of ``marks`` in all, ``left_out`` do not count: their owners
    have no strong root or are the agent's own, or the money was seen to come back.
    """

    success: bool = True
    name: str
    score: float | None
    owners: int
    marks: int
    left_out: int


@routes.post("/ledger/feedback", status=201)
async def mark_payment(house: House, call: Call[NoQuery, MarkBody]) -> StandingReply:
    """Mark a payment that you made and that was settled, once; the agent's reputation with it."""
    check_open(house)
    asked, mark = payment_id(call.body.payment), call.body.mark

    def work(unit: Unit, actor: Actor) -> StandingReply:
        payment = rated_by(unit, asked, actor.id)
        rated = agent_by_id(unit, payment[1])
        agent = actor.agent
        strong = bool(agent.owner_id and agent.owner_strong)
        rater = Rater(agent.id, agent.owner_id, strong)
        give_mark(house.ledger, unit, payment, rater, rated.owner_id if rated else 0, mark)
        return standing_reply(unit, rated.name if rated else "", payment[1])

    return await call.change(work)


@routes.get("/ledger/reputation/{name}", public=True)
async def read_reputation(house: House, call: Call[NoQuery, NoBody]) -> StandingReply:
    """What an agent's payers think of it, by the marks that count."""
    check_open(house)

    def work(unit: Unit, _viewer: Actor | None) -> StandingReply:
        agent = find_agent(unit, call.path["name"])
        return standing_reply(unit, agent.name, agent.id)

    return await call.look(work)


def standing_reply(unit: Unit, name: str, agent_id: int) -> StandingReply:
    """An agent's reputation as it goes over the wire."""
    agent = agent_by_id(unit, agent_id)
    found = look_up_standing(unit, agent_id, agent.owner_id if agent else 0)
    score = round(found.score, 2) if found.score is not None else None
    return StandingReply(
        name=name, score=score, owners=found.owners, marks=found.marks, left_out=found.left_out
    )
