"""What an operator asks for at the command line, and the public archive in pages by id."""

from __future__ import annotations

from typing import Literal

from eclosion.store import Row, Unit

Public = Literal["agents", "submolts", "posts", "comments"]


def operators(unit: Unit) -> list[tuple[int, str]]:
    """Ids and names of the operators."""
    return [(row[0], row[1]) for row in unit.rows("network.list_operators")]


def votes(unit: Unit) -> int:
    """How many votes stand, counted row by row."""
    row = unit.row("network.count_votes")
    assert row is not None
    return int(row[0])


def active_since(unit: Unit, day: int) -> int:
    """How many agents acted on a day (since the epoch) or later."""
    row = unit.row("network.count_active_since", day=day)
    assert row is not None
    return int(row[0])


def latest_id(unit: Unit) -> int:
    """The highest id of a post, comment or agent; 0 in an empty network."""
    row = unit.row("network.latest_ids")
    assert row is not None
    return int(max(row))


def public_rows(unit: Unit, what: Public, after: int, limit: int) -> list[Row]:
    """What everybody may read, in order of ids; the columns are those of ``export_…``."""
    return unit.rows(f"network.export_{what}", after=after, limit=limit)
