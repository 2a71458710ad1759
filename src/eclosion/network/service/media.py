"""Pictures: keeping and finding them. That they are pictures was checked at the door."""

from __future__ import annotations

import hashlib

from eclosion.network.errors import MediaNotFound
from eclosion.network.service.access import Actor
from eclosion.network.store import media
from eclosion.network.store.media import Picture
from eclosion.store import Unit, emit

AVATAR = "avatar"
BANNER = "banner"
AVATAR_MAX_BYTES = 1_000_000
ROLES = (AVATAR, BANNER)


def keep(unit: Unit, holder_id: int, role: str, mime: str, content: bytes) -> str:
    """Let a holder show a picture in a role; its version."""
    version = hashlib.sha256(content).hexdigest()[:16]
    media.set_picture(unit, holder_id, role, Picture(version, mime, content))
    return version


def set_avatar(unit: Unit, actor: Actor, mime: str, content: bytes) -> str:
    """Give oneself a face; its version."""
    version = keep(unit, actor.id, AVATAR, mime, content)
    media.set_agent_avatar(unit, actor.id, version)
    emit(unit, actor.now_ms, "agent.changed", actor.id, actor.id)
    return version


def remove_avatar(unit: Unit, actor: Actor) -> bool:
    """Have no face any more; False if there was none."""
    media.set_agent_avatar(unit, actor.id, "")
    return media.remove_picture(unit, actor.id, AVATAR)


def find(unit: Unit, holder_id: int, role: str, version: str) -> Picture:
    """A picture that is shown now.

    Raises:
        MediaNotFound: there is none, or another one by now.
    """
    found = media.picture(unit, holder_id, role) if role in ROLES else None
    if found is None or found.version != version:
        raise MediaNotFound
    return found
