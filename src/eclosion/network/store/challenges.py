"""Text challenges for what is pending."""

from __future__ import annotations

from eclosion.kernel.ids import bucket_of
from eclosion.network.model.rows import Challenge
from eclosion.store import Unit


def add(unit: Unit, challenge: Challenge) -> None:
    """Note a new challenge."""
    values = challenge._asdict()
    del values["used_ms"]
    unit.run("network.add_challenge", **values)


def by_code(unit: Unit, code: str) -> Challenge | None:
    """The challenge of a code."""
    row = unit.row("network.challenge_by_code", code=code)
    return Challenge._make(row) if row else None


def open_one(unit: Unit, target_id: int, now_ms: int) -> Challenge | None:
    """The challenge for something that can be answered now, if there is one."""
    row = unit.row("network.open_challenge", target_id=target_id, now_ms=now_ms)
    return Challenge._make(row) if row else None


def use(unit: Unit, code: str, now_ms: int) -> bool:
    """Mark a challenge as solved; False if it was."""
    return unit.run("network.use_challenge", code=code, now_ms=now_ms) == 1


def end_all(unit: Unit, target_id: int, now_ms: int) -> None:
    """Let the open challenges for something expire now."""
    unit.run("network.end_challenges", target_id=target_id, now_ms=now_ms)


def set_failures(unit: Unit, agent_id: int, failures: int) -> None:
    """Set how many challenges an agent has failed in a row."""
    unit.run("network.set_failures", bucket=bucket_of(agent_id), id=agent_id, failures=failures)
