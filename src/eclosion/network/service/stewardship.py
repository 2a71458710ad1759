"""What an owner does with the agents that it answers for. All of it is written down for the owner's own eyes."""

from __future__ import annotations

from typing import NamedTuple

from eclosion.kernel.ids import ID_MAX
from eclosion.network.context import Network
from eclosion.network.errors import NotOwner
from eclosion.network.model.rows import Agent, AgentKey, Comment, Post
from eclosion.network.service import claims, keys
from eclosion.network.service.claims import NewLink
from eclosion.network.service.keys import NewKey
from eclosion.network.service.owners import OwnerActor, note
from eclosion.network.service.profiles import find_agent
from eclosion.network.store import agents, owners, profiles
from eclosion.network.store import claims as claim_rows
from eclosion.store import Unit, emit


class Activity(NamedTuple):
    """What an agent wrote, also what others do not see, the latest first."""

    agent: Agent
    posts: list[Post]
    comments: list[Comment]


def own_agent(unit: Unit, actor: OwnerActor, text: str) -> Agent:
    """An agent that the owner answers for.

    Raises:
        AgentNotFound: there is no such agent.
        NotOwner: somebody else answers for it, or nobody.
    """
    agent = find_agent(unit, text)
    if agent.owner_id != actor.id:
        raise NotOwner
    return agent


def list_agents(unit: Unit, actor: OwnerActor, limit: int, before: int = ID_MAX) -> list[Agent]:
    """The agents that an owner answers for, the youngest first."""
    return owners.agents_of(unit, actor.id, limit, before)


def read_activity(
    unit: Unit, actor: OwnerActor, text: str, limit: int, posts_before: int, comments_before: int
) -> Activity:
    """What an agent wrote, with what is pending, held, removed or deleted.

    Raises:
        AgentNotFound, NotOwner: as ``own_agent``.
    """
    agent = own_agent(unit, actor, text)
    return Activity(
        agent,
        profiles.all_posts_of(unit, agent.id, limit, posts_before),
        profiles.all_comments_of(unit, agent.id, limit, comments_before),
    )


def pause(net: Network, unit: Unit, actor: OwnerActor, text: str) -> Agent:
    """Let an agent read but change nothing, until it is resumed.

    Raises:
        AgentNotFound, NotOwner: as ``own_agent``.
    """
    agent = own_agent(unit, actor, text)
    if agent.paused_ms:
        return agent
    owners.pause(unit, agent.id, actor.now_ms)
    note(net, unit, actor.id, "paused", agent.id, agent.name)
    emit(unit, actor.now_ms, "agent.paused", agent.id)
    return agent._replace(paused_ms=actor.now_ms)


def resume(net: Network, unit: Unit, actor: OwnerActor, text: str) -> Agent:
    """Let a paused agent go on.

    Raises:
        AgentNotFound, NotOwner: as ``own_agent``.
    """
    agent = own_agent(unit, actor, text)
    if agent.paused_ms:
        owners.pause(unit, agent.id, 0)
        note(net, unit, actor.id, "resumed", agent.id, agent.name)
        emit(unit, actor.now_ms, "agent.resumed", agent.id)
    return agent._replace(paused_ms=0)


def list_keys(net: Network, unit: Unit, actor: OwnerActor, text: str) -> list[AgentKey]:
    """The live keys of an agent.

    Raises:
        AgentNotFound, NotOwner: as ``own_agent``.
    """
    return keys.list_keys(net, unit, own_agent(unit, actor, text))


def rotate_key(
    net: Network, unit: Unit, actor: OwnerActor, text: str, label: str, grace_ms: int | None
) -> NewKey:
    """A new key for an agent; see ``keys.rotate``.

    Raises:
        AgentNotFound, NotOwner: as ``own_agent``.
        Invalid: the label is too long.
    """
    agent = own_agent(unit, actor, text)
    made = keys.rotate(net, unit, agent, label, grace_ms)
    note(net, unit, actor.id, "key_rotated", agent.id, made.label)
    return made


def revoke_key(net: Network, unit: Unit, actor: OwnerActor, text: str, key_id: int) -> None:
    """End one key of an agent at once, also its last.

    Raises:
        AgentNotFound, NotOwner: as ``own_agent``.
        KeyNotFound: the agent has no such live key.
    """
    agent = own_agent(unit, actor, text)
    keys.revoke(net, unit, agent, key_id, last=True)
    note(net, unit, actor.id, "key_revoked", agent.id)


def revoke_all_keys(net: Network, unit: Unit, actor: OwnerActor, text: str) -> int:
    """End all keys of an agent at once, and its recovery code; how many were live. ``rotate_key`` gives it a new one.

    Raises:
        AgentNotFound, NotOwner: as ``own_agent``.
    """
    agent = own_agent(unit, actor, text)
    live = len(keys.list_keys(net, unit, agent))
    claim_rows.end_keys(unit, agent.id)
    claim_rows.remove_recovery_codes(unit, agent.id)
    note(net, unit, actor.id, "keys_revoked", agent.id, str(live))
    emit(unit, actor.now_ms, "agent.key_revoked", agent.id)
    return live


def new_recovery_code(net: Network, unit: Unit, actor: OwnerActor, text: str) -> str:
    """A recovery code for an agent in place of any earlier one.

    Raises:
        AgentNotFound, NotOwner: as ``own_agent``.
    """
    agent = own_agent(unit, actor, text)
    note(net, unit, actor.id, "recovery_code_changed", agent.id)
    return keys.new_recovery_code(net, unit, agent.id)


def let_go(net: Network, unit: Unit, actor: OwnerActor, text: str) -> NewLink:
    """Answer for an agent no longer. The new claim link is for whoever takes over.

    Raises:
        AgentNotFound, NotOwner: as ``own_agent``.
    """
    agent = own_agent(unit, actor, text)
    release(net, unit, agent)
    note(net, unit, actor.id, "let_go", agent.id, agent.name)
    return claims.make_link(net, unit, agent.id)


def release(net: Network, unit: Unit, agent: Agent) -> None:
    """Take an agent's owner away, with what counts it."""
    if owners.unbind(unit, agent.id, agent.owner_id):
        owners.count_owned(unit, agent.owner_id, -1)
        agents.add_to_total(unit, "claimed_agents", agent.id, -1)
        emit(unit, net.clock.now_ms(), "agent.unclaimed", agent.id)
