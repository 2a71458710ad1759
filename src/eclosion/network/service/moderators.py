"""Who looks after a submolt: named by its owner, shown to all."""

from __future__ import annotations

from eclosion.kernel.errors import Invalid
from eclosion.network.context import Network
from eclosion.network.errors import AgentNotFound, NotModerator, TooManyModerators
from eclosion.network.model.rows import Agent, Moderator
from eclosion.network.service.access import Actor
from eclosion.network.service.sanctions import write_entry
from eclosion.network.service.submolts import find_submolt, moderated
from eclosion.network.store import agents, moderation
from eclosion.store import Unit, emit


def list_moderators(unit: Unit, name: str) -> list[Moderator]:
    """A submolt's moderators, its owner first.

    Raises:
        SubmoltNotFound: there is no such submolt.
    """
    return moderation.moderators(unit, find_submolt(unit, name).id)


def add_moderator(net: Network, unit: Unit, actor: Actor, name: str, agent_name: str) -> Agent:
    """Make an agent a moderator. Only the owner may; a repeat changes nothing.

    Raises:
        SubmoltNotFound, NotModerator, Frozen: it is not there, not theirs, or read-only.
        AgentNotFound: there is no such agent.
        TooManyModerators: there are as many as may be.
    """
    submolt = moderated(unit, actor, name, owner=True, published=True)
    agent = _agent(unit, agent_name)
    if moderation.role_of(unit, submolt.id, agent.id) is not None:
        return agent
    if len(moderation.moderators(unit, submolt.id)) >= net.rules.moderators:
        raise TooManyModerators
    moderation.add_moderator(unit, submolt.id, agent.id, agent.name, "moderator", actor.now_ms)
    _tell(net, unit, actor, "add_moderator", submolt.id, submolt.name, agent)
    return agent


def remove_moderator(net: Network, unit: Unit, actor: Actor, name: str, agent_name: str) -> Agent:
    """Take a moderator's role away: the owner may, and each their own. A repeat changes nothing.

    Raises:
        SubmoltNotFound, NotModerator, Frozen, AgentNotFound: as ``add_moderator``.
        Invalid: the owner's role cannot be taken.
    """
    submolt = moderated(unit, actor, name)
    agent = _agent(unit, agent_name)
    if agent.id != actor.id and moderation.role_of(unit, submolt.id, actor.id) != "owner":
        raise NotModerator("Only the owner of this submolt may do this.")
    if moderation.role_of(unit, submolt.id, agent.id) == "owner":
        raise Invalid("A submolt keeps its owner.")
    if moderation.remove_moderator(unit, submolt.id, agent.id):
        _tell(net, unit, actor, "remove_moderator", submolt.id, submolt.name, agent)
    return agent


def _tell(
    net: Network, unit: Unit, actor: Actor, action: str, submolt_id: int, name: str, agent: Agent
) -> None:
    write_entry(
        net,
        unit,
        action,
        "agent",
        agent.id,
        "",
        by_role="moderator",
        by_name=actor.name,
        submolt_id=submolt_id,
        submolt_name=name,
    )
    emit(unit, actor.now_ms, "submolt.moderators", submolt_id, actor.id, agent=agent.id)


def _agent(unit: Unit, name: str) -> Agent:
    agent = agents.agent_by_name(unit, name.strip().removeprefix("@"))
    if agent is None or agent.erased_ms:
        raise AgentNotFound
    return agent
