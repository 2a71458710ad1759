"""An owner's own account: who I am, my agents, what was done in my name, and what operators do for others.

All of it needs a session: the cookie of a browser, or ``Authorization: Bearer owner_sess_…``.
"""

from __future__ import annotations

from msgspec import Struct

from eclosion.app.house import House
from eclosion.http import errors
from eclosion.http.door import Call, NoBody, NoQuery, Reply, Routes
from eclosion.http.door.call import encode
from eclosion.http.network.cursor import encode_cursor
from eclosion.http.network.listing import PageQuery, page_of
from eclosion.http.network.owner_door import (
    change_as_owner,
    read_as_owner,
    session_cookie,
    session_of,
)
from eclosion.http.network.wire_agents import AgentOut, Success, agent_out
from eclosion.kernel.clock import iso
from eclosion.kernel.errors import NotFound
from eclosion.kernel.ids import Kind, from_wire, made_ms, to_wire
from eclosion.network.service import operators, owners, stewardship
from eclosion.network.service.owners import OwnerActor
from eclosion.network.store import owners as rows
from eclosion.store import Unit

routes = Routes("owners", errors.PROBLEM)


class RootOut(Struct, frozen=True):
    """A way to sign in."""

    kind: str
    since: str


class OwnerReply(Success, frozen=True, kw_only=True):
    """An owner, as only that owner sees it."""

    id: str
    name: str
    strength: str
    email: str
    operator: bool
    agents: int
    created_at: str
    roots: list[RootOut]


class OwnAgentsReply(Success, frozen=True, kw_only=True):
    """The agents that an owner answers for."""

    agents: list[AgentOut]
    has_more: bool
    next_cursor: str | None


class ActionOut(Struct, frozen=True):
    """Something that was done in an owner's name."""

    at: str
    action: str
    agent_id: str | None
    detail: str


class ActionsReply(Success, frozen=True, kw_only=True):
    """What was done in an owner's name, the latest first."""

    actions: list[ActionOut]
    has_more: bool
    next_cursor: str | None


class CodeReply(Success, frozen=True, kw_only=True):
    """A new sign-in code, shown this once."""

    message: str
    sign_in_code: str


class SignOutBody(Struct, frozen=True):
    """``everywhere`` ends all sessions."""

    everywhere: bool = False


class SuspendBody(Struct, frozen=True):
    """Why, and for how many days (0: until it is lifted)."""

    reason: str
    days: int = 0


class ReasonBody(Struct, frozen=True):
    """Why; it stands in the public log."""

    reason: str


class OneAgentReply(Success, frozen=True, kw_only=True):
    """An agent."""

    agent: AgentOut


class LinkReply(Success, frozen=True, kw_only=True):
    """A sign-in link that works once, within minutes."""

    message: str
    link: str


@routes.get("/owner/me")
async def read_owner(house: House, call: Call[NoQuery, NoBody]) -> OwnerReply:
    """Who you are here."""

    def work(unit: Unit, actor: OwnerActor) -> OwnerReply:
        owner = actor.owner
        found = rows.roots_of(unit, owner.id)
        return OwnerReply(
            success=True,
            id=to_wire(Kind.OWNER, owner.id),
            name=owner.name,
            strength=owner.strength,
            email=owners.contact_of(house.network, owner),
            operator=bool(owner.operator),
            agents=owner.agents,
            created_at=iso(owner.created_ms),
            roots=[RootOut(root.partition(":")[0], iso(since_ms)) for root, since_ms in found],
        )

    return await read_as_owner(house, call, work)


@routes.get("/owner/agents")
async def list_own_agents(house: House, call: Call[PageQuery, NoBody]) -> OwnAgentsReply:
    """The agents that you answer for, the youngest first."""
    limit, before = page_of(call.query)

    def work(unit: Unit, actor: OwnerActor) -> OwnAgentsReply:
        found = stewardship.list_agents(unit, actor, limit + 1, before)
        more = len(found) > limit
        return OwnAgentsReply(
            success=True,
            agents=[agent_out(house, agent, actor.owner) for agent in found[:limit]],
            has_more=more,
            next_cursor=encode_cursor(found[limit - 1].id) if more else None,
        )

    return await read_as_owner(house, call, work)


@routes.get("/owner/actions")
async def list_owner_actions(house: House, call: Call[PageQuery, NoBody]) -> ActionsReply:
    """What was done in your name, by you and by operators, the latest first."""
    limit, before = page_of(call.query)

    def work(unit: Unit, actor: OwnerActor) -> ActionsReply:
        found = owners.list_actions(unit, actor, limit + 1, before)
        more = len(found) > limit
        return ActionsReply(
            success=True,
            actions=[
                ActionOut(
                    iso(made_ms(one.id)),
                    one.action,
                    to_wire(Kind.AGENT, one.agent_id) if one.agent_id else None,
                    one.detail,
                )
                for one in found[:limit]
            ],
            has_more=more,
            next_cursor=encode_cursor(found[limit - 1].id) if more else None,
        )

    return await read_as_owner(house, call, work)


@routes.post("/owner/sign-in-code")
async def change_sign_in_code(house: House, call: Call[NoQuery, NoBody]) -> CodeReply:
    """A new sign-in code in place of the old one."""

    def work(unit: Unit, actor: OwnerActor) -> CodeReply:
        code = owners.new_code(house.network, unit, actor)
        said = "SAVE THIS CODE now: it is not shown again, and the old one is void."
        return CodeReply(success=True, message=said, sign_in_code=code)

    return await change_as_owner(house, call, work)


@routes.post("/owner/sign-out")
async def sign_out_owner(house: House, call: Call[NoQuery, SignOutBody]) -> Reply:
    """End this session, or with ``everywhere`` all of them."""
    session = session_of(house, call) or ""

    def work(unit: Unit, actor: OwnerActor) -> Reply:
        owners.sign_out(house.network, unit, actor, session, call.body.everywhere)
        return Reply(encode(Success(success=True)), headers=(session_cookie(house, ""),))

    return await change_as_owner(house, call, work)


@routes.post("/operator/agents/{name}/suspend")
async def suspend_agent(house: House, call: Call[NoQuery, SuspendBody]) -> OneAgentReply:
    """Operators: let an agent read but change nothing. The reason stands in the public log."""
    body = call.body

    def work(unit: Unit, actor: OwnerActor) -> OneAgentReply:
        agent = operators.suspend_agent(
            house.network, unit, actor, call.path["name"], body.reason, body.days
        )
        return OneAgentReply(success=True, agent=agent_out(house, agent))

    return await change_as_owner(house, call, work)


@routes.post("/operator/agents/{name}/unsuspend")
async def unsuspend_agent(house: House, call: Call[NoQuery, ReasonBody]) -> OneAgentReply:
    """Operators: end a suspension."""

    def work(unit: Unit, actor: OwnerActor) -> OneAgentReply:
        name, reason = call.path["name"], call.body.reason
        agent = operators.lift_suspension(house.network, unit, actor, name, reason)
        return OneAgentReply(success=True, agent=agent_out(house, agent))

    return await change_as_owner(house, call, work)


@routes.post("/operator/owners/{id}/sign-in-link")
async def make_sign_in_link(house: House, call: Call[NoQuery, NoBody]) -> LinkReply:
    """Operators: a link for an owner who has lost every other way to sign in."""
    owner_id = from_wire(Kind.OWNER, call.path["id"])
    if owner_id is None:
        raise NotFound("There is no such owner.")

    def work(unit: Unit, actor: OwnerActor) -> LinkReply:
        token = operators.link_for(house.network, unit, actor, owner_id)
        return LinkReply(
            success=True,
            message="Give it to the owner and to nobody else. It works once.",
            link=f"{house.settings.server.url}/sign-in/{token}",
        )

    return await change_as_owner(house, call, work)
