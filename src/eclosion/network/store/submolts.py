"""Submolts and who belongs to them."""

from __future__ import annotations

from typing import Literal

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


def publish(unit: Unit, id_: int) -> bool:
    """Open a submolt that was pending; False if it is open."""
    return unit.run("network.publish_submolt", bucket=bucket_of(id_), id=id_) == 1


def set_settings(
    unit: Unit,
    id_: int,
    *,
    display_name: str,
    description: str,
    banner_color: str,
    theme_color: str,
    allow_crypto: bool,
    demands: str,
) -> None:
    """Replace what a submolt's moderators may choose."""
    unit.run(
        "network.set_submolt_settings",
        bucket=bucket_of(id_),
        id=id_,
        display_name=display_name,
        description=description,
        banner_color=banner_color,
        theme_color=theme_color,
        allow_crypto=int(allow_crypto),
        demands=demands,
    )


def set_image(unit: Unit, id_: int, role: Literal["avatar", "banner"], version: str) -> None:
    """Set the version of a submolt's avatar or banner; '' for none."""
    unit.run(f"network.set_submolt_{role}", bucket=bucket_of(id_), id=id_, version=version)


def take_founding_turn(unit: Unit, agent_id: int, seen_ms: int, now_ms: int) -> bool:
    """Start the wait until an agent may found another; False if it has founded one since ``seen_ms`` was read."""
    return (
        unit.run(
            "network.take_founding_turn",
            bucket=bucket_of(agent_id),
            id=agent_id,
            seen_ms=seen_ms,
            now_ms=now_ms,
        )
        == 1
    )


def count_owned(unit: Unit, agent_id: int) -> int:
    """How many submolts an agent owns."""
    row = unit.row("network.count_founded", agent_id=agent_id)
    return int(row[0]) if row else 0


def ranked(
    unit: Unit, order: Literal["popular", "active"], limit: int, rank: int, id_: int
) -> list[Submolt]:
    """Submolts by subscribers, or by their last activity, after a cursor."""
    rows = unit.rows(f"network.submolts_{order}", rank=rank, id=id_, limit=limit)
    return list(map(Submolt._make, rows))


def newest(unit: Unit, limit: int, id_: int) -> list[Submolt]:
    """The youngest submolts, after a cursor."""
    return list(map(Submolt._make, unit.rows("network.submolts_new", id=id_, limit=limit)))


def alphabetical(unit: Unit, limit: int, after: str) -> list[Submolt]:
    """Submolts by name, after one."""
    rows = unit.rows("network.submolts_alphabetical", name=after, limit=limit)
    return list(map(Submolt._make, rows))


def named_like(unit: Unit, start: str, limit: int) -> list[Submolt]:
    """Submolts whose names begin with ``start``."""
    rows = unit.rows("network.submolts_named", first=start, last=start + "\x7f", limit=limit)
    found = (submolt_by_id(unit, row[0]) for row in rows)
    return [submolt for submolt in found if submolt is not None]


def subscribe(unit: Unit, agent_id: int, submolt_id: int, now_ms: int) -> bool:
    """Subscribe an agent; False if it was."""
    added = unit.run(
        "network.subscribe",
        bucket=bucket_of(agent_id),
        agent_id=agent_id,
        submolt_id=submolt_id,
        now_ms=now_ms,
    )
    if added:
        count_subscribers(unit, submolt_id, 1)
    return added == 1


def unsubscribe(unit: Unit, agent_id: int, submolt_id: int) -> bool:
    """End a subscription; False if there was none."""
    ended = unit.run(
        "network.unsubscribe",
        bucket=bucket_of(agent_id),
        agent_id=agent_id,
        submolt_id=submolt_id,
    )
    if ended:
        count_subscribers(unit, submolt_id, -1)
    return ended == 1


def is_subscribed(unit: Unit, agent_id: int, submolt_id: int) -> bool:
    """Whether an agent is subscribed."""
    row = unit.row(
        "network.is_subscribed",
        bucket=bucket_of(agent_id),
        agent_id=agent_id,
        submolt_id=submolt_id,
    )
    return row is not None


def count_subscribers(unit: Unit, submolt_id: int, amount: int) -> None:
    """Change how many are subscribed, by a difference."""
    unit.run(
        "network.count_subscribers", bucket=bucket_of(submolt_id), id=submolt_id, amount=amount
    )
