"""Keys: several may be live at once, so that a new one can be put in place before the old one ends.

A key that is revoked stops at once; one that is replaced lives on for a grace period. There is always a way back:
another live key, the recovery code, or the owner; and each use of the recovery code gives a new one.
"""

from __future__ import annotations

from typing import NamedTuple

from eclosion.kernel.clock import HOUR_MS
from eclosion.kernel.ids import bucket_of
from eclosion.network.context import Network, hash_secret
from eclosion.network.errors import KeyNotFound, LastKey, QuotaSpent, RecoveryInvalid
from eclosion.network.model.names import check_text
from eclosion.network.model.rows import Agent, AgentKey
from eclosion.network.service.access import check_brake
from eclosion.network.service.agents import KEY_PREFIX, RECOVERY_PREFIX
from eclosion.network.store import agents, claims
from eclosion.store import Unit, emit

LABEL_MAX = 60
GRACE_MAX_DAYS = 30
ROTATIONS_AN_HOUR = 20


class NewKey(NamedTuple):
    """A key that was just made, and shown this once."""

    key: str
    id: int
    label: str
    old_keys_end_ms: int


class Recovered(NamedTuple):
    """What a recovery code gives: a new key, and the next recovery code."""

    agent: Agent
    new: NewKey
    recovery_code: str


def list_keys(net: Network, unit: Unit, agent: Agent) -> list[AgentKey]:
    """The live keys of an agent, the latest first."""
    return claims.keys_of(unit, agent.id, net.clock.now_ms())


def rotate(
    net: Network, unit: Unit, agent: Agent, label: str = "", grace_ms: int | None = None
) -> NewKey:
    """Make a new key; all others end after a grace period (by default ``key_grace_ms``; 0: at once).

    Where there are as many live keys as there may be, the oldest ends at once.

    Raises:
        Invalid: the label is too long.
    """
    label = check_text("A label", label, LABEL_MAX) or "rotated"
    now_ms = net.clock.now_ms()
    grace_ms = net.rules.key_grace_ms if grace_ms is None else grace_ms
    live = claims.keys_of(unit, agent.id, now_ms)
    for old in live[max(0, net.rules.keys_per_agent - 1) :]:
        claims.end_key(unit, agent.id, old.key_hash)
    key = net.token(KEY_PREFIX)
    key_hash, key_id = hash_secret(key), net.ids.make(bucket_of(agent.id))
    agents.add_key(unit, key_hash, key_id, agent.id, label, now_ms)
    claims.expire_keys(unit, agent.id, key_hash, now_ms + grace_ms)
    emit(unit, now_ms, "agent.key_rotated", agent.id)
    return NewKey(key, key_id, label, now_ms + grace_ms)


def spend_rotation(unit: Unit, agent: Agent, now_ms: int) -> None:
    """Count that an agent makes a key itself: each key has an allowance of requests of its own.

    Raises:
        QuotaSpent: too many within an hour.
    """
    scope = f"rotate {agent.id}"
    wait_ms = agents.spend_quota(unit, scope, now_ms, HOUR_MS, ROTATIONS_AN_HOUR)
    if wait_ms:
        raise QuotaSpent("You have made enough keys for now.", retry_after_ms=wait_ms)


def revoke(net: Network, unit: Unit, agent: Agent, key_id: int, *, last: bool = False) -> None:
    """End one key at once.

    Args:
        last: even if it is the only one; an owner may, to stop an agent whose key has leaked.

    Raises:
        KeyNotFound: the agent has no such live key.
        LastKey: it is the only one.
    """
    live = list_keys(net, unit, agent)
    found = next((key for key in live if key.id == key_id), None)
    if found is None:
        raise KeyNotFound
    lasting = [key for key in live if key.id != key_id]
    if not lasting and not last:
        raise LastKey(hint="POST /agents/me/keys/rotate makes another.")
    claims.end_key(unit, agent.id, found.key_hash)
    emit(unit, net.clock.now_ms(), "agent.key_revoked", agent.id)


def revoke_others(net: Network, unit: Unit, agent: Agent, key: str) -> int:
    """End all keys at once but the one in use; how many that were live."""
    others = [one for one in list_keys(net, unit, agent) if one.key_hash != hash_secret(key)]
    claims.end_keys(unit, agent.id, hash_secret(key))
    emit(unit, net.clock.now_ms(), "agent.key_revoked", agent.id)
    return len(others)


def recover(net: Network, unit: Unit, code: str) -> Recovered:
    """A new key for whoever has the recovery code, which is replaced; old keys end after the grace period.

    Raises:
        RecoveryInvalid: it is nobody's, or was used before.
        QuotaSpent: as ``spend_rotation``.
        Frozen: the network is read-only.
    """
    code_hash = hash_secret(code.strip())
    agent_id = claims.agent_by_recovery_code(unit, code_hash)
    agent = agents.agent_by_id(unit, agent_id) if agent_id else None
    if agent is None or agent.erased_ms:
        raise RecoveryInvalid(hint="Your owner can make a new key too.")
    check_brake(unit)
    spend_rotation(unit, agent, net.clock.now_ms())
    if not claims.use_recovery_code(unit, code_hash, agent.id):
        raise RecoveryInvalid
    return Recovered(
        agent, rotate(net, unit, agent, "recovered"), new_recovery_code(net, unit, agent.id)
    )


def new_recovery_code(net: Network, unit: Unit, agent_id: int) -> str:
    """A recovery code in place of any earlier one; shown this once."""
    claims.remove_recovery_codes(unit, agent_id)
    code = net.token(RECOVERY_PREFIX, 20)
    agents.add_recovery_code(unit, hash_secret(code), agent_id, net.clock.now_ms())
    return code
