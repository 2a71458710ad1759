"""Everything that can be searched for, in the order of its keys, to build an index anew."""

from __future__ import annotations

from eclosion.kernel.ids import bucket_of
from eclosion.network.model.rows import Agent, Comment, Post, Submolt
from eclosion.store import Unit

_ROWS: dict[str, type[Agent | Comment | Post | Submolt]] = {
    "post": Post,
    "comment": Comment,
    "agent": Agent,
    "submolt": Submolt,
}


def things_after(
    unit: Unit, kind: str, after_id: int, limit: int
) -> list[Agent | Comment | Post | Submolt]:
    """The next things of a kind after an id, in the order of the engine's keys; 0 is before the first."""
    rows = unit.rows(
        f"network.{kind}s_after",
        bucket=bucket_of(after_id) if after_id else 0,
        id=after_id,
        limit=limit,
    )
    return [_ROWS[kind]._make(row) for row in rows]
