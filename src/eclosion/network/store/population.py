"""Reading a population from outside: samples of it, and counts to hold its counters against."""

from __future__ import annotations

from typing import NamedTuple

from eclosion.kernel.ids import bucket_of
from eclosion.store import Unit


class PostCounters(NamedTuple):
    """A post as its counters tell it."""

    id: int
    up: int
    down: int
    base_up: int
    base_down: int
    score: int
    hot: int
    comments: int
    created_ms: int


class CommentCounters(NamedTuple):
    """A comment as its counters tell it."""

    id: int
    up: int
    down: int
    base_up: int
    base_down: int
    score: int
    best: int
    replies: int
    parent_id: int
    root_id: int
    depth: int
    post_id: int


def agents_after(unit: Unit, after: int, limit: int) -> list[tuple[int, str]]:
    """Ids and names of agents, oldest first."""
    return [
        (row[0], row[1]) for row in unit.rows("network.list_agents_after", after=after, limit=limit)
    ]


def posts_after(unit: Unit, after: int, limit: int) -> list[PostCounters]:
    """Posts with an id above ``after``."""
    rows = unit.rows("network.sample_posts_after", after=after, limit=limit)
    return list(map(PostCounters._make, rows))


def comments_after(unit: Unit, after: int, limit: int) -> list[CommentCounters]:
    """Comments with an id above ``after``."""
    rows = unit.rows("network.sample_comments_after", after=after, limit=limit)
    return list(map(CommentCounters._make, rows))


def range_of_posts(unit: Unit) -> tuple[int, int]:
    """The first and the last id of a post; zeros if there is none."""
    row = unit.row("network.id_range")
    assert row is not None
    return row[0], row[1]


def votes_on(unit: Unit, id_: int) -> tuple[int, int]:
    """Rows of votes up and down on a post or comment."""
    row = unit.row("network.count_votes_on", bucket=bucket_of(id_), id=id_)
    assert row is not None
    return int(row[0]), int(row[1])


def comments_on(unit: Unit, post_id: int) -> int:
    """Rows of comments that show under a post."""
    row = unit.row("network.count_comments_on", bucket=bucket_of(post_id), id=post_id)
    assert row is not None
    return int(row[0])


def replies_to(unit: Unit, comment: CommentCounters) -> int:
    """Rows of direct replies that show under a comment."""
    row = unit.row(
        "network.count_replies_to",
        bucket=bucket_of(comment.id),
        id=comment.id,
        root_id=comment.root_id,
    )
    assert row is not None
    return int(row[0])


def written_by(unit: Unit, agent_id: int) -> tuple[int, int]:
    """Rows of posts and comments of an agent."""
    row = unit.row("network.count_by_author", id=agent_id)
    assert row is not None
    return int(row[0]), int(row[1])


def said_to_have_written(unit: Unit, agent_id: int) -> tuple[int, int]:
    """The same by the agent's counters."""
    row = unit.row("network.agent_counts", bucket=bucket_of(agent_id), id=agent_id)
    assert row is not None
    return int(row[0]), int(row[1])
