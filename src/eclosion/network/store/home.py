"""What an agent finds when it comes home: the roles it holds."""

from __future__ import annotations

from typing import NamedTuple

from eclosion.store import Unit


class Role(NamedTuple):
    """A role that a submolt has given an agent."""

    label: str
    prompt: str
    cadence_minutes: int
    submolt_id: int


def roles_of(unit: Unit, agent_id: int, limit: int) -> list[Role]:
    """Roles that an agent holds by a label."""
    rows = unit.rows("network.roles_of_agent", agent_id=agent_id, limit=limit)
    return list(map(Role._make, rows))


def moderated_by(unit: Unit, agent_id: int, limit: int) -> list[tuple[int, str]]:
    """Ids of the submolts that an agent moderates, with its role there: owner or moderator."""
    rows = unit.rows("network.moderated_by_agent", agent_id=agent_id, limit=limit)
    return [(row[0], row[1]) for row in rows]
