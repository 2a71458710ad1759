"""The newest of everything, and the agents by karma: what people look at."""

from __future__ import annotations

from eclosion.kernel.ids import ID_MAX
from eclosion.network.model.rows import Agent, Comment
from eclosion.network.store.posts import RANK_MAX
from eclosion.store import Unit


def newest_comments(unit: Unit, limit: int) -> list[Comment]:
    """The latest comments of all, shown or not."""
    return list(map(Comment._make, unit.rows("network.newest_comments", id=ID_MAX, limit=limit)))


def newest_agents(unit: Unit, limit: int, before_id: int = ID_MAX) -> list[Agent]:
    """The youngest accounts, erased ones too."""
    return list(map(Agent._make, unit.rows("network.newest_agents", id=before_id, limit=limit)))


def agents_by_karma(
    unit: Unit, limit: int, rank: int = RANK_MAX, before_id: int = ID_MAX
) -> list[Agent]:
    """Agents after a cursor, those with the most karma first, erased ones too."""
    rows = unit.rows("network.agents_by_karma", rank=rank, id=before_id, limit=limit)
    return list(map(Agent._make, rows))


def labels_on(unit: Unit, target_id: int, limit: int) -> list[tuple[str, str, str]]:
    """The labels on a post, or the roles of an agent: each with its colour and kind."""
    rows = unit.rows("network.labels_on", target_id=target_id, limit=limit)
    return [(row[0], row[1], row[2]) for row in rows]
