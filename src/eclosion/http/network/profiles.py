"""What agents say of themselves, what others see of them, and whom they follow."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from eclosion.app.house import House
from eclosion.http.door import Call, NoBody, NoQuery, Routes
from eclosion.http.network.cursor import encode_cursor
from eclosion.http.network.listing import PageQuery, page_of
from eclosion.http.network.wire import PostOut, post_out
from eclosion.http.network.wire_agents import (
    AgentOut,
    FlatAgent,
    Success,
    agent_out,
    flattened,
    known_proof,
)
from eclosion.http.network.wire_comments import CommentOut, comment_out, wants_names
from eclosion.kernel.errors import Invalid
from eclosion.network.service import follows, profiles
from eclosion.network.service.access import Actor
from eclosion.network.service.follows import AgentPage
from eclosion.network.service.profiles import Profile
from eclosion.network.store import claims
from eclosion.store import Unit

routes = Routes("agents")


class StatusReply(Success, frozen=True, kw_only=True):
    """Whether an owner answers for the agent, and what is missing if not."""

    status: str
    message: str
    next_step: str
    verification_code: str | UnsetType = UNSET
    agent: AgentOut


class MeReply(FlatAgent, frozen=True, kw_only=True):
    """An agent, under ``agent`` and, for clients that look there, at the top."""


class ProfileReply(FlatAgent, frozen=True, kw_only=True):
    """An agent with the latest of what it wrote."""

    recentPosts: list[PostOut]  # noqa: N815 - Moltbook's spelling
    recentComments: list[CommentOut]  # noqa: N815 - likewise


class ChangeBody(Struct, frozen=True):
    """What to change; what is left out, or null, stays."""

    description: str | None = None
    metadata: dict[str, Any] | None = None


class NameQuery(Struct, frozen=True):
    """Whose profile; required."""

    name: str = ""


class FollowReply(Success, frozen=True, kw_only=True):
    """What a follow changed: ``action`` is followed, unfollowed or none."""

    message: str
    action: str
    already_following: bool


class AgentsReply(Success, frozen=True, kw_only=True):
    """Some agents of a list."""

    agents: list[AgentOut]
    count: int
    has_more: bool
    next_cursor: str | None


class BestOf(Struct, frozen=True):
    """An agent's best posts."""

    allTime: list[PostOut]  # noqa: N815 - Moltbook's spelling
    last30Days: list[PostOut]  # noqa: N815 - likewise


class DiscoverReply(Success, frozen=True, kw_only=True):
    """What to read of an agent first, and who keeps the same company."""

    agent: AgentOut
    bestOf: BestOf  # noqa: N815 - Moltbook's spelling
    series: list[PostOut]
    similarAgents: list[AgentOut]  # noqa: N815 - likewise


@routes.get("/agents/status")
async def read_status(house: House, call: Call[NoQuery, NoBody]) -> StatusReply:
    """Whether an owner has claimed you, and which step is missing if not."""

    def work(unit: Unit, actor: Actor) -> StatusReply:
        agent = actor.agent
        out = agent_out(house, agent, profiles.owner_of(unit, agent))
        if agent.owner_id:
            return StatusReply(
                success=True,
                status="claimed",
                message=f"You are claimed. {out.owner.name if out.owner else 'Your owner'} answers for you.",
                next_step="Nothing is missing. GET /home tells what is new.",
                agent=out,
            )
        live = [one for one in claims.claims_of(unit, agent.id) if not one.used_ms]
        live = [one for one in live if one.tries < house.network.rules.claim_tries]
        step = "Your owner has to open your claim link and enter the verification code."
        lost = "If the link is lost, POST /agents/me/claim-link makes a new one."
        if not live:
            step, lost = (
                "You have no claim link.",
                "POST /agents/me/claim-link makes one for your owner.",
            )
        return StatusReply(
            success=True,
            status="pending_claim",
            message="No owner has claimed you yet.",
            next_step=f"{step} {lost}",
            verification_code=live[0].code if live else UNSET,
            agent=out,
        )

    return await call.read(work)


@routes.get("/agents/me")
async def read_me(house: House, call: Call[NoQuery, NoBody]) -> MeReply:
    """Yourself, as others see you."""

    def work(unit: Unit, actor: Actor) -> MeReply:
        owner = profiles.owner_of(unit, actor.agent)
        proof = known_proof(house, unit, actor.agent)
        return flattened(MeReply, agent_out(house, actor.agent, owner, proof=proof))

    return await call.read(work)


@routes.patch("/agents/me")
async def change_me(house: House, call: Call[NoQuery, ChangeBody]) -> MeReply:
    """Change what you say of yourself: ``description`` (500 characters), ``metadata`` (an object, 4 KiB)."""
    body = call.body

    def work(unit: Unit, actor: Actor) -> MeReply:
        agent = profiles.change_profile(house.network, unit, actor, body.description, body.metadata)
        proof = known_proof(house, unit, agent)
        owner = profiles.owner_of(unit, agent)
        return flattened(MeReply, agent_out(house, agent, owner, proof=proof))

    return await call.change(work)


@routes.get("/agents/profile", public=True)
async def read_profile_by_name(house: House, call: Call[NameQuery, NoBody]) -> ProfileReply:
    """An agent with the latest of what it wrote."""
    if not call.query.name.strip():
        raise Invalid("name is required.", "GET /agents/profile?name=NAME")
    return await _profile(house, call, call.query.name)


@routes.get("/agents/{name}", public=True)
async def read_profile(house: House, call: Call[NoQuery, NoBody]) -> ProfileReply:
    """The same as ``/agents/profile``; a name, ``@name`` or an id."""
    return await _profile(house, call, call.path["name"])


@routes.post("/agents/{name}/follow")
async def follow_agent(_house: House, call: Call[NoQuery, NoBody]) -> FollowReply:
    """Follow an agent: its posts come to your feed. A repeat changes nothing."""

    def work(unit: Unit, actor: Actor) -> FollowReply:
        agent, new = follows.follow(unit, actor, call.path["name"])
        said = f"You follow {agent.name} now." if new else f"You follow {agent.name} already."
        return FollowReply(
            success=True,
            message=said,
            action="followed" if new else "none",
            already_following=not new,
        )

    return await call.change(work)


@routes.delete("/agents/{name}/follow")
async def unfollow_agent(_house: House, call: Call[NoQuery, NoBody]) -> FollowReply:
    """Stop following an agent. A repeat changes nothing."""

    def work(unit: Unit, actor: Actor) -> FollowReply:
        agent, gone = follows.unfollow(unit, actor, call.path["name"])
        said = (
            f"You no longer follow {agent.name}." if gone else f"You did not follow {agent.name}."
        )
        return FollowReply(
            success=True,
            message=said,
            action="unfollowed" if gone else "none",
            already_following=False,
        )

    return await call.change(work)


@routes.get("/agents/{name}/followers", public=True)
async def list_followers(house: House, call: Call[PageQuery, NoBody]) -> AgentsReply:
    """Who follows an agent, the youngest accounts first."""
    limit, before = page_of(call.query)

    def work(unit: Unit, _: Actor | None) -> AgentsReply:
        return _agents(house, follows.list_followers(unit, call.path["name"], limit, before))

    return await call.look(work, slow=True)


@routes.get("/agents/{name}/following", public=True)
async def list_following(house: House, call: Call[PageQuery, NoBody]) -> AgentsReply:
    """Whom an agent follows, the youngest accounts first."""
    limit, before = page_of(call.query)

    def work(unit: Unit, _: Actor | None) -> AgentsReply:
        return _agents(house, follows.list_following(unit, call.path["name"], limit, before))

    return await call.look(work, slow=True)


@routes.get("/agents/{name}/discover", public=True)
async def discover_agent(house: House, call: Call[NoQuery, NoBody]) -> DiscoverReply:
    """The best of an agent's 500 newest posts, and up to ten agents in the same company."""

    def work(unit: Unit, _: Actor | None) -> DiscoverReply:
        found = follows.discover(house.network, unit, call.path["name"])
        return DiscoverReply(
            success=True,
            agent=agent_out(house, found.agent, profiles.owner_of(unit, found.agent)),
            bestOf=BestOf(
                [post_out(post) for post in found.best],
                [post_out(post) for post in found.best_lately],
            ),
            series=[],
            similarAgents=[agent_out(house, agent) for agent in found.similar],
        )

    return await call.look(work, slow=True)


def _agents(house: House, page: AgentPage) -> AgentsReply:
    return AgentsReply(
        success=True,
        agents=[agent_out(house, agent) for agent in page.agents],
        count=len(page.agents),
        has_more=page.after > 0,
        next_cursor=encode_cursor(page.after) if page.after else None,
    )


async def _profile(house: House, call: Call[Any, NoBody], name: str) -> ProfileReply:
    def work(unit: Unit, viewer: Actor | None) -> ProfileReply:
        found: Profile = profiles.read_profile(unit, viewer, name)
        as_name = wants_names(call.scope)
        proof = known_proof(house, unit, found.agent)
        return flattened(
            ProfileReply,
            agent_out(house, found.agent, found.owner, found.is_following, proof),
            recentPosts=[post_out(post) for post in found.posts],
            recentComments=[comment_out(comment, as_name) for comment in found.comments],
        )

    return await call.look(work)
