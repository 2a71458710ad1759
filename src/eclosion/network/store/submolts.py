"""Submolts and who belongs to them."""

from __future__ import annotations

from eclosion.kernel.ids import bucket_of
from eclosion.network.model.rows import Submolt
from eclosion.store import Unit


def submolt_by_id(unit: Unit, id_: int) -> Submolt | None:
    """One submolt."""
    row = unit.row("network.submolt_by_id", bucket=bucket_of(id_), id=id_)
    return Submolt._make(row) if row else None


def submolt_by_name(unit: Unit, name: str) -> Submolt | None:
    """One submolt by its name, whatever the case; a leading ``m/`` is taken off."""
    key = name.strip().lower().removeprefix("m/")
    row = unit.row("network.submolt_id_by_name", name_key=key)
    return submolt_by_id(unit, row[0]) if row else None


def take_name(unit: Unit, name: str, submolt_id: int) -> bool:
    """Claim a name; False if another submolt has it."""
    return unit.run("network.take_submolt_name", name_key=name, submolt_id=submolt_id) == 1


def add_submolt(
    unit: Unit,
    id_: int,
    *,
    name: str,
    display_name: str,
    description: str,
    allow_crypto: bool,
    demands: str,
    creator_id: int,
    creator_name: str,
    status: str,
    created_ms: int,
) -> None:
    """Insert a new submolt."""
    unit.run(
        "network.add_submolt",
        id=id_,
        bucket=bucket_of(id_),
        name=name,
        display_name=display_name,
        description=description,
        allow_crypto=int(allow_crypto),
        demands=demands,
        creator_id=creator_id,
        creator_name=creator_name,
        status=status,
        created_ms=created_ms,
    )


def count_in(
    unit: Unit, submolt_id: int, now_ms: int, *, posts: int = 0, comments: int = 0
) -> None:
    """Change a submolt's counters by differences."""
    unit.run(
        "network.count_in_submolt",
        bucket=bucket_of(submolt_id),
        id=submolt_id,
        posts=posts,
        comments=comments,
        now_ms=now_ms,
    )
