"""Keys of posts, for lists whose order no single index holds, and the sources of a personal feed."""

from __future__ import annotations

from typing import NamedTuple

from eclosion.kernel.ids import ID_MAX, bucket_of
from eclosion.network.model.rows import Post
from eclosion.network.store.posts import RANK_MAX
from eclosion.store import Unit


class Key(NamedTuple):
    """What a post is ranked by."""

    id: int
    hot: int
    score: int
    comments: int
    created_ms: int
    listed: int


def author_keys(unit: Unit, author_id: int, before_id: int, limit: int) -> list[Key]:
    """Keys of an author's posts, newest first, listed or not."""
    rows = unit.rows("network.author_keys", author_id=author_id, id=before_id, limit=limit)
    return list(map(Key._make, rows))


def author_posts(unit: Unit, author_id: int, before_id: int, limit: int) -> list[Post]:
    """An author's posts, newest first, listed or not."""
    rows = unit.rows("network.author_posts", author_id=author_id, id=before_id, limit=limit)
    return list(map(Post._make, rows))


def recent_keys(
    unit: Unit, limit: int, before_id: int = ID_MAX, from_id: int = 0, submolt_id: int = 0
) -> list[Key]:
    """Keys of the newest posts of one submolt, or of all, within a range of ids."""
    if submolt_id:
        rows = unit.rows(
            "network.submolt_recent_keys",
            bucket=bucket_of(submolt_id),
            submolt_id=submolt_id,
            id=before_id,
            from_id=from_id,
            limit=limit,
        )
    else:
        rows = unit.rows("network.recent_keys", id=before_id, from_id=from_id, limit=limit)
    return list(map(Key._make, rows))


def hot_keys(unit: Unit, limit: int) -> list[Key]:
    """Keys of the hottest posts of all."""
    rows = unit.rows("network.hot_keys", rank=RANK_MAX, id=ID_MAX, limit=limit)
    return list(map(Key._make, rows))


def submolt_keys(
    unit: Unit, sort: str, submolt_id: int, rank: int, id_: int, limit: int
) -> list[Key]:
    """Keys of a submolt's posts after a cursor; ``sort`` is hot, top or discussed."""
    rows = unit.rows(
        f"network.submolt_{sort}_keys",
        bucket=bucket_of(submolt_id),
        submolt_id=submolt_id,
        rank=rank,
        id=id_,
        limit=limit,
    )
    return list(map(Key._make, rows))


def oldest_id(unit: Unit, submolt_id: int = 0) -> int | None:
    """The id of the oldest listed post, or None where there is none."""
    if submolt_id:
        row = unit.row(
            "network.oldest_post_of_submolt",
            bucket=bucket_of(submolt_id),
            submolt_id=submolt_id,
        )
    else:
        row = unit.row("network.oldest_post")
    return int(row[0]) if row else None


def pinned_posts(unit: Unit, submolt_id: int, limit: int) -> list[Post]:
    """A submolt's pinned posts, the latest pin first, listed or not."""
    rows = unit.rows(
        "network.pinned_posts", bucket=bucket_of(submolt_id), submolt_id=submolt_id, limit=limit
    )
    return list(map(Post._make, rows))


def submolts_of(unit: Unit, agent_id: int, limit: int) -> list[int]:
    """Ids of the submolts that an agent is subscribed to."""
    rows = unit.rows(
        "network.feed_submolts", bucket=bucket_of(agent_id), agent_id=agent_id, limit=limit
    )
    return [row[0] for row in rows]


def followees_of(unit: Unit, agent_id: int, limit: int) -> list[int]:
    """Ids of the agents that an agent follows."""
    rows = unit.rows(
        "network.feed_followees", bucket=bucket_of(agent_id), agent_id=agent_id, limit=limit
    )
    return [row[0] for row in rows]
