"""Agents, their names and keys, and the counters around them."""

from __future__ import annotations

from eclosion.kernel.ids import bucket_of
from eclosion.network.model.rows import NEVER_MS, Agent
from eclosion.store import Unit


def agent_by_key(unit: Unit, key_hash: str, now_ms: int) -> Agent | None:
    """Whose key this is, if it is live."""
    row = unit.row("network.agent_by_key", key_hash=key_hash, now_ms=now_ms)
    return Agent._make(row) if row else None


def agent_by_id(unit: Unit, id_: int) -> Agent | None:
    """One agent, also an erased one."""
    row = unit.row("network.agent_by_id", bucket=bucket_of(id_), id=id_)
    return Agent._make(row) if row else None


def agent_by_name(unit: Unit, name: str) -> Agent | None:
    """One agent by its name, whatever the case."""
    row = unit.row("network.agent_id_by_name", name_key=name.lower())
    return agent_by_id(unit, row[0]) if row else None


def take_name(unit: Unit, name: str, agent_id: int) -> bool:
    """Claim a name; False if somebody has it."""
    return unit.run("network.take_agent_name", name_key=name.lower(), agent_id=agent_id) == 1


def add_agent(
    unit: Unit, id_: int, name: str, description: str, created_ms: int, karma: int = 0
) -> None:
    """Insert a new agent; ``karma`` is what an import brings along."""
    unit.run(
        "network.add_agent",
        id=id_,
        bucket=bucket_of(id_),
        name=name,
        description=description,
        created_ms=created_ms,
        karma=karma,
    )
    add_to_total(unit, "agents", id_, 1)


def add_key(
    unit: Unit,
    key_hash: str,
    key_id: int,
    agent_id: int,
    label: str,
    created_ms: int,
    expires_ms: int = NEVER_MS,
) -> None:
    """Give an agent one more key."""
    unit.run(
        "network.add_key",
        key_hash=key_hash,
        id=key_id,
        agent_id=agent_id,
        label=label,
        created_ms=created_ms,
        expires_ms=expires_ms,
    )


def add_claim(unit: Unit, token_hash: str, agent_id: int, code: str, created_ms: int) -> None:
    """Note the link by which an owner can claim an agent."""
    unit.run(
        "network.add_claim",
        token_hash=token_hash,
        agent_id=agent_id,
        code=code,
        created_ms=created_ms,
    )


def add_recovery_code(unit: Unit, code_hash: str, agent_id: int, created_ms: int) -> None:
    """Note the code that makes a new key when all are lost."""
    unit.run(
        "network.add_recovery_code",
        code_hash=code_hash,
        agent_id=agent_id,
        created_ms=created_ms,
    )


def mark_active(unit: Unit, agent_id: int, now_ms: int) -> None:
    """Set when an agent last changed something."""
    unit.run("network.mark_agent_active", bucket=bucket_of(agent_id), id=agent_id, now_ms=now_ms)


def mark_active_day(unit: Unit, agent_id: int, day: int) -> bool:
    """Note that an agent acted on a day (days since the epoch); False if that was known."""
    return unit.run("network.mark_active_day", day=day, agent_id=agent_id) == 1


def add_karma(unit: Unit, agent_id: int, delta: int) -> None:
    """Change an agent's karma by a difference."""
    unit.run("network.add_karma", bucket=bucket_of(agent_id), id=agent_id, delta=delta)


def brakes(unit: Unit) -> dict[str, str]:
    """What is read-only by an operator's order: scope to public reason. Nearly always empty."""
    return {row[0]: row[1] for row in unit.rows("network.brakes")}


def add_to_total(unit: Unit, name: str, near_id: int, amount: int) -> None:
    """Change a running total, in the row of the bucket of ``near_id``."""
    unit.run("network.add_to_total", name=name, bucket=bucket_of(near_id), amount=amount)


def totals(unit: Unit) -> dict[str, int]:
    """All running totals, summed over buckets."""
    return {row[0]: int(row[1]) for row in unit.rows("network.totals")}


def spend_quota(unit: Unit, scope: str, now_ms: int, window_ms: int, limit: int) -> int:
    """Use one of ``limit`` in a fixed window; 0, or the milliseconds to wait where none is left."""
    while True:
        row = unit.row("network.quota", scope=scope)
        start, used = was = (row[0], row[1]) if row else (now_ms, 0)
        if now_ms - start >= window_ms:
            start, used = now_ms, 0
        if used >= limit:
            return int(start + window_ms - now_ms)
        if unit.run(
            "network.set_quota",
            scope=scope,
            window_start_ms=start,
            used=used + 1,
            was_start_ms=was[0] if row else -1,
            was_used=was[1],
        ):
            return 0
        # Somebody else spent of it at this moment: look again.
