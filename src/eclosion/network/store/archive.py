"""Whole rows with their own times, ids and totals, as an import brings them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from eclosion.kernel.ids import bucket_of
from eclosion.store import Unit, Value

Table = Literal["agent", "submolt", "post", "comment"]
Rows = list[dict[str, Value]]


def is_taken(unit: Unit, table: Table, id_: int) -> bool:
    """Whether something of this kind has the id already."""
    return unit.row(f"network.is_{table}_id", bucket=bucket_of(id_), id=id_) is not None


def add_foreign_ids(unit: Unit, pairs: Iterable[tuple[str, int]]) -> None:
    """Note which of ours each foreign id has become; one that is known keeps its meaning."""
    unit.run_many(
        "network.import_foreign_id", [{"foreign_id": key, "id": id_} for key, id_ in pairs]
    )


def add_posts(unit: Unit, rows: Rows) -> None:
    """Insert posts."""
    unit.run_many("network.import_post", rows)


def add_comments(unit: Unit, rows: Rows) -> None:
    """Insert comments."""
    unit.run_many("network.import_comment", rows)


def place_of_comment(unit: Unit, id_: int) -> tuple[int, int, int] | None:
    """Where a comment stands: its post, the top of its branch, its depth."""
    row = unit.row("network.place_of_comment", bucket=bucket_of(id_), id=id_)
    return (row[0], row[1], row[2]) if row else None


def submolt_of_post(unit: Unit, id_: int) -> int:
    """The submolt of a post; 0 if there is no such post."""
    row = unit.row("network.submolt_of_post", bucket=bucket_of(id_), id=id_)
    return int(row[0]) if row else 0


def count_replies(unit: Unit, amounts: Mapping[int, int]) -> None:
    """More direct replies, by the id of the comment that they reply to."""
    unit.run_many("network.import_replies", _amounts(amounts))


def count_comments(unit: Unit, amounts: Mapping[int, int]) -> None:
    """More comments, by the id of their post."""
    unit.run_many("network.import_comments_of_post", _amounts(amounts))


def count_author(unit: Unit, id_: int, *, posts: int, comments: int, at_ms: int) -> None:
    """More posts and comments of an agent, the last of them at ``at_ms``."""
    unit.run(
        "network.import_author_counts",
        bucket=bucket_of(id_),
        id=id_,
        posts=posts,
        comments=comments,
        at_ms=at_ms,
    )


def add_to_total(unit: Unit, name: str, bucket: int, amount: int) -> None:
    """Change a running total in one bucket's row."""
    unit.run("network.add_to_total", name=name, bucket=bucket, amount=amount)


def last_active_ms(unit: Unit, agent_id: int) -> int:
    """When an agent last changed something; 0 for never."""
    row = unit.row("network.agent_activity", bucket=bucket_of(agent_id), id=agent_id)
    return int(row[0]) if row else 0


def _amounts(amounts: Mapping[int, int]) -> Rows:
    return [
        {"bucket": bucket_of(id_), "id": id_, "amount": n} for id_, n in sorted(amounts.items())
    ]
