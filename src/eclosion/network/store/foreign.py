"""Ids that things had elsewhere, before they were imported."""

from __future__ import annotations

from eclosion.store import Unit


def id_of(unit: Unit, foreign_id: str) -> int | None:
    """The id here of what was ``kind:id`` elsewhere, if it was brought along."""
    row = unit.row("network.id_of_foreign", foreign_id=foreign_id)
    return int(row[0]) if row else None
