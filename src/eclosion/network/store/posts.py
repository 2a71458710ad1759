"""Posts and the lists of them."""

from __future__ import annotations

from eclosion.kernel.ids import ID_MAX, bucket_of
from eclosion.network.model.ranking import hot
from eclosion.network.model.rows import Post
from eclosion.store import Unit

RANK_MAX = ID_MAX
STORED_SORTS = ("hot", "new", "top", "discussed")


def post_by_id(unit: Unit, id_: int) -> Post | None:
    """One post, whatever its state."""
    row = unit.row("network.post_by_id", bucket=bucket_of(id_), id=id_)
    return Post._make(row) if row else None


def add_post(
    unit: Unit,
    id_: int,
    *,
    submolt_id: int,
    submolt_name: str,
    author_id: int,
    author_name: str,
    author_facts: int,
    type_: str,
    title: str,
    content: str,
    url: str,
    created_ms: int,
    status: str,
    up: int = 0,
    down: int = 0,
) -> None:
    """Insert a post; ``up`` and ``down`` are the totals that an import brings along."""
    unit.run(
        "network.add_post",
        id=id_,
        bucket=bucket_of(id_),
        submolt_id=submolt_id,
        submolt_name=submolt_name,
        author_id=author_id,
        author_name=author_name,
        author_facts=int(author_facts),
        type=type_,
        title=title,
        content=content,
        url=url,
        up=up,
        down=down,
        score=up - down,
        hot=hot(up - down, created_ms),
        created_ms=created_ms,
        status=status,
        listed=int(status == "published"),
    )


def count_author_post(unit: Unit, author_id: int, now_ms: int) -> None:
    """One more post for its author, whose quota runs from now."""
    unit.run("network.count_author_post", bucket=bucket_of(author_id), id=author_id, now_ms=now_ms)


def feed(
    unit: Unit, sort: str, limit: int, rank: int = RANK_MAX, id_: int = ID_MAX, submolt_id: int = 0
) -> list[Post]:
    """Posts of one submolt, or of all, after a cursor.

    Args:
        sort: one of ``STORED_SORTS``.
        rank: the cursor's rank; ignored by ``new``, whose rank is the id.
    """
    where = {"rank": rank} if sort != "new" else {}
    if submolt_id:
        rows = unit.rows(
            f"network.submolt_feed_{sort}",
            bucket=bucket_of(submolt_id),
            submolt_id=submolt_id,
            id=id_,
            limit=limit,
            **where,
        )
    else:
        rows = unit.rows(f"network.feed_{sort}", id=id_, limit=limit, **where)
    return list(map(Post._make, rows))
