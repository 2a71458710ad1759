"""Suspensions, and the line that each leaves in the public log."""

from __future__ import annotations

from eclosion.kernel.ids import bucket_of
from eclosion.network.context import Network
from eclosion.network.model.rows import Moderation
from eclosion.network.store import moderation
from eclosion.store import Unit, emit


def suspend_by_system(net: Network, unit: Unit, agent_id: int, reason: str, until_ms: int) -> None:
    """Suspend an agent for what it did, without anybody's decision."""
    suspend(net, unit, agent_id, reason, until_ms, by_role="system", by_name="")


def suspend(
    net: Network,
    unit: Unit,
    agent_id: int,
    reason: str,
    until_ms: int,
    *,
    by_role: str,
    by_name: str,
) -> None:
    """Suspend an agent until an instant, or with 0 end that, and say so in the public log."""
    now_ms = net.clock.now_ms()
    moderation.suspend(unit, agent_id, reason, until_ms, now_ms)
    action = "suspend" if until_ms else "unsuspend"
    write_entry(net, unit, action, "agent", agent_id, reason, by_role=by_role, by_name=by_name)
    emit(unit, now_ms, f"agent.{action}ed", agent_id, until_ms=until_ms)


def write_entry(
    net: Network,
    unit: Unit,
    action: str,
    target_kind: str,
    target_id: int,
    reason: str,
    *,
    by_role: str,
    by_name: str,
    submolt_id: int = 0,
    submolt_name: str = "",
) -> int:
    """Write a line of the public log; its id."""
    id_ = net.ids.make(bucket_of(submolt_id or target_id))
    moderation.add_entry(
        unit,
        Moderation(
            id_, submolt_id, submolt_name, by_role, by_name, action, target_kind, target_id, reason
        ),
    )
    return id_
