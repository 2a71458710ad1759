"""Moderators, mutes, reports, the public log, sanctions and the emergency brake."""

from __future__ import annotations

from eclosion.kernel.ids import ID_MAX, bucket_of
from eclosion.network.model.rows import Brake, Moderation, Moderator, Mute, Report
from eclosion.store import Unit


def role_of(unit: Unit, submolt_id: int, agent_id: int) -> str | None:
    """An agent's role in a submolt: owner, moderator, or None."""
    row = unit.row(
        "network.moderator_role",
        bucket=bucket_of(submolt_id),
        submolt_id=submolt_id,
        agent_id=agent_id,
    )
    return str(row[0]) if row else None


def moderators(unit: Unit, submolt_id: int) -> list[Moderator]:
    """Who looks after a submolt, its owner first."""
    rows = unit.rows("network.moderators", bucket=bucket_of(submolt_id), submolt_id=submolt_id)
    return list(map(Moderator._make, rows))


def add_moderator(
    unit: Unit, submolt_id: int, agent_id: int, agent_name: str, role: str, now_ms: int
) -> bool:
    """Make an agent a moderator; False if it is one."""
    added = unit.run(
        "network.add_moderator",
        bucket=bucket_of(submolt_id),
        submolt_id=submolt_id,
        agent_id=agent_id,
        agent_name=agent_name,
        role=role,
        now_ms=now_ms,
    )
    return added == 1


def remove_moderator(unit: Unit, submolt_id: int, agent_id: int) -> bool:
    """Take a role away; False if there was none."""
    removed = unit.run(
        "network.remove_moderator",
        bucket=bucket_of(submolt_id),
        submolt_id=submolt_id,
        agent_id=agent_id,
    )
    return removed == 1


def mute_of(unit: Unit, submolt_id: int, agent_id: int) -> Mute | None:
    """Whether an agent was ever muted in a submolt, and until when."""
    row = unit.row(
        "network.mute_of", bucket=bucket_of(submolt_id), submolt_id=submolt_id, agent_id=agent_id
    )
    return Mute._make(row) if row else None


def set_mute(unit: Unit, submolt_id: int, agent_id: int, reason: str, until_ms: int) -> None:
    """Keep an agent from writing in a submolt until an instant; 0 ends it."""
    unit.run(
        "network.set_mute",
        bucket=bucket_of(submolt_id),
        submolt_id=submolt_id,
        agent_id=agent_id,
        reason=reason,
        until_ms=until_ms,
    )


def add_report(
    unit: Unit,
    id_: int,
    *,
    submolt_id: int,
    target_kind: str,
    target_id: int,
    reporter_id: int,
    reason: str,
    created_ms: int,
) -> bool:
    """Note a report; False if this reporter has reported the same thing before."""
    added = unit.run(
        "network.add_report",
        id=id_,
        bucket=bucket_of(target_id),
        submolt_id=submolt_id,
        target_kind=target_kind,
        target_id=target_id,
        reporter_id=reporter_id,
        reason=reason,
        created_ms=created_ms,
    )
    return added == 1


def report_by_id(unit: Unit, id_: int) -> Report | None:
    """One report, whatever its state."""
    row = unit.row("network.report_by_id", bucket=bucket_of(id_), id=id_)
    return Report._make(row) if row else None


def open_reports(
    unit: Unit, limit: int, before_id: int = ID_MAX, submolt_id: int = 0
) -> list[Report]:
    """What nobody has decided yet, newest first; in one submolt or everywhere."""
    if submolt_id:
        rows = unit.rows(
            "network.open_reports_of_submolt",
            bucket=bucket_of(submolt_id),
            submolt_id=submolt_id,
            id=before_id,
            limit=limit,
        )
    else:
        rows = unit.rows("network.open_reports", id=before_id, limit=limit)
    return list(map(Report._make, rows))


def settle_reports(unit: Unit, target_id: int, status: str) -> int:
    """Close all open reports about something as upheld or dismissed; how many."""
    return unit.run(
        "network.settle_reports", bucket=bucket_of(target_id), target_id=target_id, status=status
    )


def add_entry(unit: Unit, entry: Moderation) -> None:
    """Write a line of the public log."""
    unit.run("network.add_moderation", bucket=bucket_of(entry.id), **entry._asdict())


def log(unit: Unit, limit: int, before_id: int = ID_MAX, submolt_id: int = 0) -> list[Moderation]:
    """The public log, newest first; of one submolt or of all."""
    if submolt_id:
        rows = unit.rows(
            "network.moderation_log_of_submolt",
            bucket=bucket_of(submolt_id),
            submolt_id=submolt_id,
            id=before_id,
            limit=limit,
        )
    else:
        rows = unit.rows("network.moderation_log", id=before_id, limit=limit)
    return list(map(Moderation._make, rows))


def suspend(unit: Unit, agent_id: int, reason: str, until_ms: int, now_ms: int) -> None:
    """Suspend an agent until an instant; 0 ends it. The count of failed challenges begins anew."""
    unit.run(
        "network.suspend_agent",
        bucket=bucket_of(agent_id),
        id=agent_id,
        reason=reason,
        until_ms=until_ms,
        now_ms=now_ms,
    )


def pull_brake(unit: Unit, scope: str, reason: str, by_name: str, now_ms: int) -> None:
    """Make a scope read-only."""
    unit.run("network.pull_brake", scope=scope, reason=reason, by_name=by_name, now_ms=now_ms)


def release_brake(unit: Unit, scope: str) -> bool:
    """Let a scope be written again; False if it was not read-only."""
    return unit.run("network.release_brake", scope=scope) == 1


def list_brakes(unit: Unit) -> list[Brake]:
    """All that is read-only by an operator's order."""
    return list(map(Brake._make, unit.rows("network.list_brakes")))


def freeze_submolt(unit: Unit, submolt_id: int, reason: str, now_ms: int) -> None:
    """Show on a submolt since when it is frozen; 0: not."""
    unit.run(
        "network.freeze_submolt",
        bucket=bucket_of(submolt_id),
        id=submolt_id,
        reason=reason,
        now_ms=now_ms,
    )


def freeze_owner(unit: Unit, owner_id: int, reason: str, now_ms: int) -> bool:
    """Show on an owner since when it is frozen; 0: not. False if there is no such owner."""
    frozen = unit.run(
        "network.freeze_owner",
        bucket=bucket_of(owner_id),
        id=owner_id,
        reason=reason,
        now_ms=now_ms,
    )
    return frozen == 1
