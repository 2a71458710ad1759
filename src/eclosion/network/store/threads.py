"""Reading comments, in the orders in which threads are shown."""

from __future__ import annotations

from eclosion.kernel.ids import bucket_of
from eclosion.network.model.rows import Comment
from eclosion.store import Unit


def author_comments(unit: Unit, author_id: int, before_id: int, limit: int) -> list[Comment]:
    """An author's comments, newest first, shown or not."""
    rows = unit.rows("network.author_comments", author_id=author_id, id=before_id, limit=limit)
    return list(map(Comment._make, rows))


def roots(unit: Unit, post_id: int, sort: str, rank: int, id_: int, limit: int) -> list[Comment]:
    """Comments right under a post after a cursor, shown or not.

    Args:
        sort: best, new or old.
        rank: the cursor's rank; only ``best`` looks at it.
    """
    where = {"rank": rank} if sort == "best" else {}
    rows = unit.rows(
        f"network.roots_{sort}",
        bucket=bucket_of(post_id),
        post_id=post_id,
        id=id_,
        limit=limit,
        **where,
    )
    return list(map(Comment._make, rows))


def replies(unit: Unit, parent_id: int, sort: str, id_: int, limit: int) -> list[Comment]:
    """Replies to a comment, before (``new``) or after (``old``) an id, shown or not."""
    rows = unit.rows(
        f"network.replies_{sort}",
        bucket=bucket_of(parent_id),
        parent_id=parent_id,
        id=id_,
        limit=limit,
    )
    return list(map(Comment._make, rows))


def unpublished_comments(unit: Unit, author_id: int, limit: int) -> list[Comment]:
    """What of an author's comments is pending or held, newest first."""
    rows = unit.rows("network.unpublished_comments", author_id=author_id, limit=limit)
    return list(map(Comment._make, rows))
