"""Owners, what they sign in with, their sessions and links, and the agents they answer for."""

from __future__ import annotations

from typing import NamedTuple

from eclosion.kernel.ids import ID_MAX, bucket_of
from eclosion.network.model.rows import Agent, Owner
from eclosion.store import Unit


class Link(NamedTuple):
    """A sign-in link: see migrations/0001_agents.sql."""

    owner_id: int
    root: str
    contact: bytes
    agent_id: int
    for_session: int


class OwnerAction(NamedTuple):
    """Something that an owner did; its id tells when."""

    id: int
    action: str
    agent_id: int
    detail: str


def owner_by_id(unit: Unit, id_: int) -> Owner | None:
    """One owner, also an erased one."""
    row = unit.row("network.owner_by_id", bucket=bucket_of(id_), id=id_)
    return Owner._make(row) if row else None


def owner_by_session(unit: Unit, token_hash: str, now_ms: int) -> Owner | None:
    """Whose session this is, if it is live."""
    row = unit.row("network.owner_by_session", token_hash=token_hash, now_ms=now_ms)
    return Owner._make(row) if row else None


def owner_by_root(unit: Unit, root: str) -> Owner | None:
    """Who signs in with a root."""
    row = unit.row("network.owner_by_root", root=root)
    return owner_by_id(unit, row[0]) if row else None


def add_owner(
    unit: Unit,
    id_: int,
    *,
    name: str,
    handle: str,
    strength: str,
    contact: bytes,
    operator: bool,
    created_ms: int,
) -> None:
    """Insert a new owner."""
    unit.run(
        "network.add_owner",
        id=id_,
        bucket=bucket_of(id_),
        name=name,
        handle=handle,
        strength=strength,
        contact=contact,
        operator=int(operator),
        created_ms=created_ms,
    )


def set_owner(unit: Unit, owner: Owner) -> None:
    """Save an owner's name, handle, strength and contact."""
    unit.run(
        "network.set_owner",
        bucket=bucket_of(owner.id),
        id=owner.id,
        name=owner.name,
        handle=owner.handle,
        strength=owner.strength,
        contact=owner.contact,
    )


def erase_owner(unit: Unit, owner_id: int, now_ms: int) -> None:
    """Forget who an owner is, and everything it could sign in with."""
    unit.run(
        "network.erase_owner",
        bucket=bucket_of(owner_id),
        id=owner_id,
        contact=b"",
        now_ms=now_ms,
    )
    unit.run("network.remove_roots_of_owner", owner_id=owner_id)
    unit.run("network.remove_sessions_of_owner", owner_id=owner_id)
    unit.run("network.remove_apps_of_owner", owner_id=owner_id)


def count_owned(unit: Unit, owner_id: int, delta: int, most: int = 2**31) -> bool:
    """Change how many agents an owner answers for; False if that would pass ``most``."""
    values = {"bucket": bucket_of(owner_id), "id": owner_id, "delta": delta, "most": most}
    return unit.run("network.count_owned", **values) == 1


def add_root(unit: Unit, root: str, owner_id: int, now_ms: int) -> bool:
    """Let an owner sign in with a root; False if somebody does already."""
    return unit.run("network.add_root", root=root, owner_id=owner_id, created_ms=now_ms) == 1


def roots_of(unit: Unit, owner_id: int) -> list[tuple[str, int]]:
    """What an owner can sign in with, and since when (ms)."""
    return [(row[0], row[1]) for row in unit.rows("network.roots_of_owner", owner_id=owner_id)]


def remove_root(unit: Unit, root: str, owner_id: int) -> bool:
    """Take a root away from its owner."""
    return unit.run("network.remove_root", root=root, owner_id=owner_id) == 1


def add_session(unit: Unit, token_hash: str, owner_id: int, now_ms: int, expires_ms: int) -> None:
    """Begin a session."""
    unit.run(
        "network.add_session",
        token_hash=token_hash,
        owner_id=owner_id,
        created_ms=now_ms,
        expires_ms=expires_ms,
    )


def remove_session(unit: Unit, token_hash: str) -> None:
    """End a session."""
    unit.run("network.remove_session", token_hash=token_hash)


def remove_sessions(unit: Unit, owner_id: int) -> None:
    """End all sessions of an owner."""
    unit.run("network.remove_sessions_of_owner", owner_id=owner_id)


def add_link(unit: Unit, token_hash: str, link: Link, expires_ms: int) -> None:
    """Note a sign-in link."""
    unit.run("network.add_link", token_hash=token_hash, expires_ms=expires_ms, **link._asdict())


def link(unit: Unit, token_hash: str, now_ms: int) -> Link | None:
    """A link that can still be used."""
    row = unit.row("network.link", token_hash=token_hash, now_ms=now_ms)
    return Link._make(row) if row else None


def use_link(unit: Unit, token_hash: str) -> bool:
    """Use a link up; False if somebody was quicker."""
    return unit.run("network.remove_link", token_hash=token_hash) == 1


def remove_expired_links(unit: Unit, now_ms: int) -> int:
    """Forget links whose time is over; how many there were."""
    return unit.run("network.remove_expired_links", now_ms=now_ms)


def add_action(
    unit: Unit, id_: int, owner_id: int, action: str, agent_id: int, detail: str
) -> None:
    """Note what an owner did."""
    unit.run(
        "network.add_owner_action",
        id=id_,
        bucket=bucket_of(id_),
        owner_id=owner_id,
        action=action,
        agent_id=agent_id,
        detail=detail,
    )


def actions(unit: Unit, owner_id: int, limit: int, before: int = ID_MAX) -> list[OwnerAction]:
    """What an owner did, the latest first."""
    rows = unit.rows("network.owner_actions", owner_id=owner_id, id=before, limit=limit)
    return list(map(OwnerAction._make, rows))


def agents_of(unit: Unit, owner_id: int, limit: int, before: int = ID_MAX) -> list[Agent]:
    """The agents that an owner answers for, the youngest first."""
    rows = unit.rows("network.agents_of_owner", owner_id=owner_id, id=before, limit=limit)
    return list(map(Agent._make, rows))


def bind(unit: Unit, agent_id: int, owner_id: int, strong: bool, now_ms: int, was: int = 0) -> bool:
    """Give an agent an owner; False if its owner is no longer ``was``, or it has erased itself."""
    changed = unit.run(
        "network.bind_agent",
        bucket=bucket_of(agent_id),
        id=agent_id,
        owner_id=owner_id,
        owner_strong=int(strong),
        now_ms=now_ms,
        was=was,
    )
    return changed == 1


def strengthen(unit: Unit, agent_id: int, owner_id: int, strong: bool) -> None:
    """Save on an agent whether its owner's root is a strong one."""
    unit.run(
        "network.strengthen_agent",
        bucket=bucket_of(agent_id),
        id=agent_id,
        owner_id=owner_id,
        owner_strong=int(strong),
    )


def unbind(unit: Unit, agent_id: int, owner_id: int) -> bool:
    """Take an agent's owner away; False if that was somebody else."""
    return (
        unit.run("network.unbind_agent", bucket=bucket_of(agent_id), id=agent_id, owner_id=owner_id)
        == 1
    )


def pause(unit: Unit, agent_id: int, paused_ms: int) -> None:
    """Pause an agent since an instant, or, with 0, let it go on."""
    unit.run("network.pause_agent", bucket=bucket_of(agent_id), id=agent_id, paused_ms=paused_ms)
