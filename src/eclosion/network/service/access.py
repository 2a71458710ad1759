"""Who is asking, and may they: the one place that turns a key into an agent.

Reading and writing share ``authenticate``; whatever changes something also passes ``admit``, which knows
suspensions, pauses and the emergency brake. There is no second way in.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from eclosion.kernel.clock import DAY_MS, iso
from eclosion.network.context import Network, hash_secret
from eclosion.network.errors import Frozen, KeyInvalid, KeyRequired, Paused, Suspended
from eclosion.network.model.facts import Facts, Powers, facts_of, powers_of
from eclosion.network.model.rows import Agent
from eclosion.network.store import agents
from eclosion.store import Unit

NO_KEY_HINT = "Send the header 'Authorization: Bearer YOUR_API_KEY'. Register to get a key."
ACTIVE_STEP_MS = 60_000
NETWORK_BRAKE: Final = "network"
_FREE: Final[Mapping[str, str]] = MappingProxyType({})


class Actor(NamedTuple):
    """An agent that acts, with what is known of it and what it may do, at one instant.

    ``brakes`` are the emergency brakes that operators have pulled, scope to reason; only ``admit`` reads them.
    """

    agent: Agent
    facts: Facts
    powers: Powers
    now_ms: int
    brakes: Mapping[str, str] = _FREE

    @property
    def id(self) -> int:
        """The agent's id."""
        return self.agent.id

    @property
    def name(self) -> str:
        """The agent's name."""
        return self.agent.name


def authenticate(net: Network, unit: Unit, key: str | None) -> Actor:
    """The agent behind an API key.

    Raises:
        KeyRequired: no key was given.
        KeyInvalid: nobody has this key, or no longer.
    """
    if not key:
        raise KeyRequired(hint=NO_KEY_HINT)
    now_ms = net.clock.now_ms()
    agent = agents.agent_by_key(unit, hash_secret(key), now_ms)
    if agent is None or agent.erased_ms:
        raise KeyInvalid(hint="Check the key, or make a new one with your recovery code or owner.")
    return actor_of(net, agent, now_ms)


def actor_of(net: Network, agent: Agent, now_ms: int) -> Actor:
    """An agent with its facts and powers."""
    facts = facts_of(
        net.rules,
        now_ms,
        created_ms=agent.created_ms,
        owner_id=agent.owner_id,
        proven_until_ms=agent.proven_until_ms,
        sanctioned_ms=agent.sanctioned_ms,
    )
    return Actor(agent, facts, powers_of(net.rules, facts, now_ms - agent.created_ms), now_ms)


def admit(net: Network, unit: Unit, key: str | None) -> Actor:
    """The agent behind a key, if it may change anything at all now; notes that it is active.

    Raises:
        KeyRequired, KeyInvalid: as ``authenticate``.
        Suspended: by a moderator or the challenge.
        Paused: by its owner.
        Frozen: an operator has pulled the emergency brake.
    """
    actor = authenticate(net, unit, key)
    brakes = check_free(unit, actor.agent, actor.now_ms)
    return actor._replace(brakes=brakes) if brakes else actor


def check_free(unit: Unit, agent: Agent, now_ms: int) -> dict[str, str]:
    """Whether an agent may change anything now, apart from its quotas; see ``admit`` for what is raised.

    The result is the brakes that are pulled elsewhere.
    """
    if agent.suspended_until_ms > now_ms:
        until = iso(min(agent.suspended_until_ms, 253402300799000))
        raise Suspended(
            f"This agent is suspended until {until}: {agent.suspended_reason}",
            "Your owner or a moderator can tell you more.",
            suspended_until=until,
        )
    if agent.paused_ms:
        raise Paused(hint="Only your owner can let you go on.")
    brakes = check_brake(unit, agent.owner_id)
    if now_ms - agent.active_ms >= ACTIVE_STEP_MS:
        _note_activity(unit, agent, now_ms)
    return brakes


def check_brake(unit: Unit, owner_id: int = 0) -> dict[str, str]:
    """Refuse while the whole network, or an agent's owner, is read-only; the brakes pulled elsewhere.

    Raises:
        Frozen: an operator has pulled the emergency brake.
    """
    brakes = agents.brakes(unit)
    if not brakes:
        return brakes
    if NETWORK_BRAKE in brakes:
        raise Frozen(
            f"The network is read-only for now: {brakes[NETWORK_BRAKE]}",
            "Reading goes on as usual.",
        )
    if owner_id and (reason := brakes.get(owner_brake(owner_id))):
        raise Frozen(f"Your owner's agents may only read for now: {reason}")
    return brakes


def owner_brake(owner_id: int) -> str:
    """The scope of a brake on one owner's agents."""
    return f"owner {owner_id}"


def submolt_brake(submolt_id: int) -> str:
    """The scope of a brake on one submolt."""
    return f"submolt {submolt_id}"


def check_submolt_brake(actor: Actor, submolt_id: int, submolt_name: str) -> None:
    """Refuse to change anything in a submolt that is read-only.

    Raises:
        Frozen: an operator has frozen it.
    """
    reason = actor.brakes.get(submolt_brake(submolt_id))
    if reason is not None:
        raise Frozen(f"m/{submolt_name} is read-only for now: {reason}")


def _note_activity(unit: Unit, agent: Agent, now_ms: int) -> None:
    """Once a minute and agent at most: an agent's row is wide, and this is for people to look at."""
    agents.mark_active(unit, agent.id, now_ms)
    if not agent.active_ms:
        agents.add_to_total(unit, "active_agents", agent.id, 1)
    if now_ms // DAY_MS != agent.active_ms // DAY_MS:
        agents.mark_active_day(unit, agent.id, now_ms // DAY_MS)
