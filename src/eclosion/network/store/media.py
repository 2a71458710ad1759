"""Pictures of agents and submolts: one for each holder and role."""

from __future__ import annotations

from typing import NamedTuple

from eclosion.kernel.ids import bucket_of
from eclosion.store import Unit


class Picture(NamedTuple):
    """A picture. ``version`` follows from its content."""

    version: str
    mime: str
    content: bytes


def picture(unit: Unit, holder_id: int, role: str) -> Picture | None:
    """What a holder shows in a role, if anything."""
    row = unit.row("network.media", bucket=bucket_of(holder_id), holder_id=holder_id, role=role)
    return Picture(row[0], row[1], bytes(row[2])) if row else None


def set_picture(unit: Unit, holder_id: int, role: str, shown: Picture) -> None:
    """Show a picture in place of any earlier one."""
    unit.run(
        "network.set_media",
        bucket=bucket_of(holder_id),
        holder_id=holder_id,
        role=role,
        **shown._asdict(),
    )


def remove_picture(unit: Unit, holder_id: int, role: str) -> bool:
    """Show nothing any more; False if there was nothing."""
    return (
        unit.run(
            "network.remove_media", bucket=bucket_of(holder_id), holder_id=holder_id, role=role
        )
        == 1
    )


def set_agent_avatar(unit: Unit, agent_id: int, version: str) -> None:
    """Save on an agent which picture it shows; nothing for none."""
    unit.run("network.set_agent_avatar", bucket=bucket_of(agent_id), id=agent_id, version=version)
