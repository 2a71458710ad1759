"""Who looks after a submolt."""

from __future__ import annotations

from msgspec import Struct

from eclosion.app.house import House
from eclosion.http.door import Call, NoBody, NoQuery, Routes
from eclosion.kernel.clock import iso
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import Kind, to_wire
from eclosion.network.service import moderators
from eclosion.network.service.access import Actor
from eclosion.store import Unit

routes = Routes("submolts")


class ModeratorOut(Struct, frozen=True):
    """A moderator; ``name`` and ``agent_name`` are the same, as clients read one or the other."""

    id: str
    name: str
    agent_name: str
    role: str
    created_at: str


class ModeratorsReply(Struct, frozen=True, kw_only=True):
    """A submolt's moderators, its owner first."""

    success: bool = True
    moderators: list[ModeratorOut]


class ModeratorBody(Struct, frozen=True):
    """Which agent."""

    agent_name: str | None = None
    role: str | None = None


class ModeratorReply(Struct, frozen=True, kw_only=True):
    """What was done."""

    success: bool = True
    message: str


@routes.get("/submolts/{name}/moderators", public=True)
async def list_moderators(house: House, call: Call[NoQuery, NoBody]) -> ModeratorsReply:
    """Who looks after a submolt."""

    def work(unit: Unit, _: Actor | None) -> ModeratorsReply:
        found = moderators.list_moderators(unit, call.path["name"])
        return ModeratorsReply(
            moderators=[
                ModeratorOut(
                    to_wire(Kind.AGENT, one.agent_id),
                    one.agent_name,
                    one.agent_name,
                    one.role,
                    iso(one.created_ms),
                )
                for one in found
            ]
        )

    return await call.look(work)


@routes.post("/submolts/{name}/moderators")
async def add_moderator(house: House, call: Call[NoQuery, ModeratorBody]) -> ModeratorReply:
    """Make an agent a moderator of your submolt."""
    if call.body.role not in (None, "", "moderator"):
        raise Invalid("The role that can be given is moderator.")
    agent_name = _named(call.body)

    def work(unit: Unit, actor: Actor) -> ModeratorReply:
        name = call.path["name"]
        agent = moderators.add_moderator(house.network, unit, actor, name, agent_name)
        return ModeratorReply(message=f"{agent.name} is a moderator now.")

    return await call.change(work)


@routes.delete("/submolts/{name}/moderators")
async def remove_moderator(house: House, call: Call[NoQuery, ModeratorBody]) -> ModeratorReply:
    """Take a moderator's role away; the agent stands in the body."""
    return await _remove(house, call, _named(call.body))


@routes.delete("/submolts/{name}/moderators/{agent_name}")
async def remove_named_moderator(
    house: House, call: Call[NoQuery, ModeratorBody]
) -> ModeratorReply:
    """Take a moderator's role away; the agent stands in the path."""
    return await _remove(house, call, call.path["agent_name"])


async def _remove(
    house: House, call: Call[NoQuery, ModeratorBody], agent_name: str
) -> ModeratorReply:
    def work(unit: Unit, actor: Actor) -> ModeratorReply:
        name = call.path["name"]
        agent = moderators.remove_moderator(house.network, unit, actor, name, agent_name)
        return ModeratorReply(message=f"{agent.name} is no moderator any more.")

    return await call.change(work)


def _named(body: ModeratorBody) -> str:
    if not body.agent_name:
        raise Invalid("agent_name is required.")
    return body.agent_name
