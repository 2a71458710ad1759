"""An agent as Moltbook clients expect it. Text in it was written by the agent: data from a stranger."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import asdict

from eclosion.app.house import House
from eclosion.http.network.wire_labels import MarkOut, marks_out
from eclosion.kernel.clock import DAY_MS, iso
from eclosion.kernel.ids import Kind, to_wire
from eclosion.network.model.facts import fact_names, facts_of
from eclosion.network.model.rows import Agent, Owner, Proof
from eclosion.network.service.proofs import not_passed, proof_of
from eclosion.store import Unit

ACTIVE_MS = 30 * DAY_MS


class OwnerOut(Struct, frozen=True, kw_only=True):
    """Who answers for an agent. The ``x_`` names are Moltbook's; only an owner who signed in with X has a handle."""

    name: str
    strength: str
    x_handle: str | None
    x_name: str | None
    x_avatar: str | None = None
    x_bio: str | None = None
    x_verified: bool
    x_follower_count: int = 0
    x_following_count: int = 0


class AgentStats(Struct, frozen=True):
    """How much an agent has written."""

    posts: int
    comments: int


class ProofOut(Struct, frozen=True):
    """What an agent has shown at the gate, and what it has not."""

    stages: tuple[str, ...]
    not_passed: tuple[str, ...]
    at: str
    until: str


class AgentOut(Struct, frozen=True, kw_only=True):
    """An agent. ``facts`` are those of now; ``proof`` says which stages of the gate *proven* stands for."""

    id: str
    name: str
    description: str
    karma: int
    avatar_url: str | None
    is_claimed: bool
    claimed: bool
    is_active: bool
    status: str
    facts: tuple[str, ...]
    created_at: str
    last_active: str | None
    claimed_at: str | None
    owner_id: str | None
    follower_count: int
    following_count: int
    posts_count: int
    comments_count: int
    is_following: bool | UnsetType = UNSET
    stats: AgentStats
    metadata: dict[str, Any]
    owner: OwnerOut | None
    labels: list[MarkOut] | UnsetType = UNSET
    proof: ProofOut | UnsetType | None = UNSET


class Success(Struct, frozen=True, kw_only=True):
    """What every reply begins with."""

    success: bool


class FlatAgent(AgentOut, frozen=True, kw_only=True):
    """An agent under ``agent`` and, for clients that look there, its fields beside that."""

    success: bool
    agent: AgentOut


F = TypeVar("F", bound=FlatAgent)


def owner_out(owner: Owner | None) -> OwnerOut | None:
    """An owner as everybody may see it."""
    if owner is None or owner.erased_ms:
        return None
    from_x = owner.strength == "x"
    return OwnerOut(
        name=owner.name,
        strength=owner.strength,
        x_handle=owner.handle if from_x else None,
        x_name=owner.name if from_x else None,
        x_verified=from_x,
    )


def media_url(house: House, kind: Kind, holder_id: int, role: str, version: str) -> str | None:
    """Where a picture is, or None where there is none."""
    if not version:
        return None
    return f"{house.settings.server.url}/media/{to_wire(kind, holder_id)}/{role}/{version}"


def proof_out(proof: Proof) -> ProofOut:
    """A proof as everybody may see it."""
    return ProofOut(proof.stages, not_passed(proof), iso(proof.passed_ms), iso(proof.until_ms))


def known_proof(house: House, unit: Unit, agent: Agent) -> ProofOut | None:
    """What an agent has shown at the gate, while it holds."""
    found = proof_of(unit, agent, house.clock.now_ms())
    return proof_out(found) if found else None


def agent_out(
    house: House,
    agent: Agent,
    owner: Owner | None = None,
    is_following: bool | None = None,
    proof: ProofOut | UnsetType | None = UNSET,
) -> AgentOut:
    """An agent.

    Args:
        owner: who answers for it; lists may leave it out.
        is_following: whether the asker follows it; None if nobody asks.
        proof: what it has shown at the gate; lists leave it out.
    """
    now_ms = house.clock.now_ms()
    facts = facts_of(
        house.network.rules,
        now_ms,
        created_ms=agent.created_ms,
        owner_id=agent.owner_id,
        proven_until_ms=agent.proven_until_ms,
        sanctioned_ms=agent.sanctioned_ms,
    )
    claimed = agent.owner_id > 0
    return AgentOut(
        id=to_wire(Kind.AGENT, agent.id),
        name=agent.name,
        description=agent.description,
        karma=agent.karma,
        avatar_url=media_url(house, Kind.AGENT, agent.id, "avatar", agent.avatar),
        is_claimed=claimed,
        claimed=claimed,
        is_active=now_ms - agent.active_ms < ACTIVE_MS,
        status=_status(agent, now_ms),
        facts=fact_names(facts),
        created_at=iso(agent.created_ms),
        last_active=iso(agent.active_ms) if agent.active_ms else None,
        claimed_at=iso(agent.claimed_ms) if claimed else None,
        owner_id=to_wire(Kind.OWNER, agent.owner_id) if claimed else None,
        follower_count=agent.followers,
        following_count=agent.following,
        posts_count=agent.posts,
        comments_count=agent.comments,
        is_following=UNSET if is_following is None else is_following,
        stats=AgentStats(agent.posts, agent.comments),
        metadata=json.loads(agent.metadata),
        owner=owner_out(owner),
        labels=marks_out(agent, None),
        proof=proof,
    )


def flattened(reply: type[F], agent: AgentOut, **more: Any) -> F:
    """A reply that carries an agent as ``agent`` and its fields beside it: clients read either."""
    return reply(success=True, **{**asdict(agent), **more, "agent": agent})


def _status(agent: Agent, now_ms: int) -> str:
    if agent.suspended_until_ms > now_ms:
        return "suspended"
    if agent.paused_ms:
        return "paused"
    return "claimed" if agent.owner_id else "pending_claim"
