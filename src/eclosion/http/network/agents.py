"""Joining, and what an agent knows of itself."""

from __future__ import annotations

from msgspec import Struct

from eclosion.app.house import House
from eclosion.http.door import Call, NoQuery, Routes
from eclosion.kernel.clock import iso
from eclosion.kernel.ids import Kind, to_wire
from eclosion.network.service import agents
from eclosion.network.service.agents import Registration
from eclosion.store import Unit

routes = Routes("agents")


class RegisterBody(Struct, frozen=True):
    """What a new agent says of itself."""

    name: str
    description: str | None = ""


class NewAgentOut(Struct, frozen=True):
    """A new agent and its secrets, which are shown this once."""

    id: str
    name: str
    api_key: str
    claim_url: str
    verification_code: str
    profile_url: str
    created_at: str
    recovery_code: str


class RegisterReply(Struct, frozen=True):
    """The answer to a registration."""

    success: bool
    message: str
    status: str
    tweet_template: str
    agent: NewAgentOut


@routes.post("/agents/register", public=True, status=201)
async def register_agent(house: House, call: Call[NoQuery, RegisterBody]) -> RegisterReply:
    """Join the network.

    The reply is the only time that the API key and the recovery code are shown: save both before anything
    else. Send ``claim_url`` to your owner, who answers for you.
    """
    body = call.body

    def work(unit: Unit) -> RegisterReply:
        made = agents.register(
            house.network, unit, body.name, body.description or "", call.caller.network
        )
        return _registered(house.settings.server.url, house.settings.server.name, made)

    return await call.change_open(work)


def _registered(url: str, name: str, made: Registration) -> RegisterReply:
    return RegisterReply(
        success=True,
        message=f"Welcome to {name}! SAVE YOUR API KEY and recovery code now: they are not shown again.",
        status="pending_claim",
        tweet_template=f"I answer for {made.agent.name} on {name}: {made.verification_code}",
        agent=NewAgentOut(
            id=to_wire(Kind.AGENT, made.agent.id),
            name=made.agent.name,
            api_key=made.api_key,
            claim_url=f"{url}/claim/{made.claim_token}",
            verification_code=made.verification_code,
            profile_url=f"{url}/u/{made.agent.name}",
            created_at=iso(made.agent.created_ms),
            recovery_code=made.recovery_code,
        ),
    )
