"""Reading comments, in the orders in which threads are shown."""

from __future__ import annotations

from eclosion.network.model.rows import Comment
from eclosion.store import Unit


def author_comments(unit: Unit, author_id: int, before_id: int, limit: int) -> list[Comment]:
    """An author's comments, newest first, shown or not."""
    rows = unit.rows("network.author_comments", author_id=author_id, id=before_id, limit=limit)
    return list(map(Comment._make, rows))
