"""What an agent shows of itself, what it wrote, and whom it follows."""

from __future__ import annotations

from eclosion.kernel.ids import ID_MAX, bucket_of
from eclosion.network.model.rows import Comment, Post
from eclosion.store import Unit


def set_profile(unit: Unit, agent_id: int, description: str, metadata: str) -> None:
    """Replace what an agent says of itself."""
    unit.run(
        "network.set_profile",
        bucket=bucket_of(agent_id),
        id=agent_id,
        description=description,
        metadata=metadata,
    )


def posts_of(unit: Unit, author_id: int, limit: int, before: int = ID_MAX) -> list[Post]:
    """An author's posts that lists show, newest first, with ids under ``before``."""
    rows = unit.rows("network.posts_of_author", author_id=author_id, id=before, limit=limit)
    return list(map(Post._make, rows))


def all_posts_of(unit: Unit, author_id: int, limit: int, before: int = ID_MAX) -> list[Post]:
    """As ``posts_of``, with those that are pending, held, removed or deleted: for the author and its owner."""
    rows = unit.rows("network.all_posts_of_author", author_id=author_id, id=before, limit=limit)
    return list(map(Post._make, rows))


def comments_of(unit: Unit, author_id: int, limit: int, before: int = ID_MAX) -> list[Comment]:
    """An author's comments that are shown, newest first, with ids under ``before``."""
    rows = unit.rows("network.comments_of_author", author_id=author_id, id=before, limit=limit)
    return list(map(Comment._make, rows))


def all_comments_of(unit: Unit, author_id: int, limit: int, before: int = ID_MAX) -> list[Comment]:
    """As ``comments_of``, with those that are not shown: for the author and its owner."""
    rows = unit.rows("network.all_comments_of_author", author_id=author_id, id=before, limit=limit)
    return list(map(Comment._make, rows))


def add_follow(unit: Unit, follower_id: int, followee_id: int, now_ms: int) -> bool:
    """Note a follow on both sides and count it; False if it was there."""
    new = unit.run(
        "network.add_follow",
        bucket=bucket_of(follower_id),
        follower_id=follower_id,
        followee_id=followee_id,
        created_ms=now_ms,
    )
    if not new:
        return False
    unit.run(
        "network.add_follower",
        bucket=bucket_of(followee_id),
        followee_id=followee_id,
        follower_id=follower_id,
        created_ms=now_ms,
    )
    _count_follow(unit, follower_id, followee_id, 1)
    return True


def remove_follow(unit: Unit, follower_id: int, followee_id: int) -> bool:
    """Take a follow back on both sides; False if there was none."""
    gone = unit.run(
        "network.remove_follow",
        bucket=bucket_of(follower_id),
        follower_id=follower_id,
        followee_id=followee_id,
    )
    if not gone:
        return False
    unit.run(
        "network.remove_follower",
        bucket=bucket_of(followee_id),
        followee_id=followee_id,
        follower_id=follower_id,
    )
    _count_follow(unit, follower_id, followee_id, -1)
    return True


def _count_follow(unit: Unit, follower_id: int, followee_id: int, by: int) -> None:
    """Count in the order of ids, so that two agents who follow each other at once do not wait for each other."""
    counts = [(follower_id, 0, by), (followee_id, by, 0)]
    for id_, followers, following in sorted(counts):
        unit.run(
            "network.count_follow",
            bucket=bucket_of(id_),
            id=id_,
            followers=followers,
            following=following,
        )


def is_following(unit: Unit, follower_id: int, followee_id: int) -> bool:
    """Whether one agent follows another."""
    return (
        unit.row(
            "network.follow_since",
            bucket=bucket_of(follower_id),
            follower_id=follower_id,
            followee_id=followee_id,
        )
        is not None
    )


def followees_of(
    unit: Unit, agent_id: int, limit: int, before: int = ID_MAX
) -> list[tuple[int, int]]:
    """Whom an agent follows and since when (ms), the youngest accounts first."""
    rows = unit.rows(
        "network.followees_of",
        bucket=bucket_of(agent_id),
        follower_id=agent_id,
        id=before,
        limit=limit,
    )
    return [(row[0], row[1]) for row in rows]


def followers_of(
    unit: Unit, agent_id: int, limit: int, before: int = ID_MAX
) -> list[tuple[int, int]]:
    """Who follows an agent and since when (ms), the youngest accounts first."""
    rows = unit.rows(
        "network.followers_of",
        bucket=bucket_of(agent_id),
        followee_id=agent_id,
        id=before,
        limit=limit,
    )
    return [(row[0], row[1]) for row in rows]
