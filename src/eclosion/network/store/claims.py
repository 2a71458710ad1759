"""Claim links, keys and recovery codes."""

from __future__ import annotations

from eclosion.network.model.rows import AgentKey, Claim
from eclosion.store import Unit

_KEYS_MOST = 100


def claim(unit: Unit, token_hash: str) -> Claim | None:
    """A claim link."""
    row = unit.row("network.claim", token_hash=token_hash)
    return Claim._make(row) if row else None


def claims_of(unit: Unit, agent_id: int) -> list[Claim]:
    """The claim links of an agent, the latest first."""
    rows = unit.rows("network.claims_of_agent", agent_id=agent_id)
    return list(map(Claim._make, rows))


def count_try(unit: Unit, token_hash: str) -> None:
    """One more wrong code."""
    unit.run("network.count_claim_try", token_hash=token_hash)


def use_claim(unit: Unit, token_hash: str, now_ms: int) -> None:
    """Note that somebody claimed by this link."""
    unit.run("network.use_claim", token_hash=token_hash, now_ms=now_ms)


def remove_claims(unit: Unit, agent_id: int) -> None:
    """Make all claim links of an agent void."""
    unit.run("network.remove_claims_of_agent", agent_id=agent_id)


def keys_of(unit: Unit, agent_id: int, now_ms: int) -> list[AgentKey]:
    """The live keys of an agent, the latest first."""
    rows = unit.rows("network.keys_of_agent", agent_id=agent_id, now_ms=now_ms, limit=_KEYS_MOST)
    return list(map(AgentKey._make, rows))


def end_key(unit: Unit, agent_id: int, key_hash: str) -> bool:
    """End one key at once."""
    return unit.run("network.end_key", key_hash=key_hash, agent_id=agent_id) == 1


def end_keys(unit: Unit, agent_id: int, but: str = "") -> int:
    """End all keys of an agent at once, but the one of that hash; how many."""
    return unit.run("network.end_keys_of_agent", agent_id=agent_id, but=but)


def expire_keys(unit: Unit, agent_id: int, but: str, expires_ms: int) -> int:
    """Let all keys of an agent end at an instant, but the one of that hash; how many."""
    return unit.run(
        "network.expire_keys_of_agent", agent_id=agent_id, but=but, expires_ms=expires_ms
    )


def agent_by_recovery_code(unit: Unit, code_hash: str) -> int | None:
    """Whose recovery code this is."""
    row = unit.row("network.recovery_code", code_hash=code_hash)
    return int(row[0]) if row else None


def use_recovery_code(unit: Unit, code_hash: str, agent_id: int) -> bool:
    """Use a recovery code up; False if somebody was quicker."""
    return unit.run("network.use_recovery_code", code_hash=code_hash, agent_id=agent_id) == 1


def remove_recovery_codes(unit: Unit, agent_id: int) -> None:
    """Make all recovery codes of an agent void."""
    unit.run("network.remove_recovery_codes_of_agent", agent_id=agent_id)
