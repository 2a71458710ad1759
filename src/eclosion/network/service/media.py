"""Pictures: keeping and finding them. That they are pictures was checked at the door."""

from __future__ import annotations

import hashlib
from typing import Literal

from eclosion.network.errors import MediaNotFound
from eclosion.network.model.rows import Submolt
from eclosion.network.service.access import Actor
from eclosion.network.service.submolts import moderated
from eclosion.network.store import media, submolts
from eclosion.network.store.media import Picture
from eclosion.store import Unit, emit

AVATAR = "avatar"
BANNER = "banner"
AVATAR_MAX_BYTES = 1_000_000
SUBMOLT_MAX_BYTES = {AVATAR: 500 * 1024, BANNER: 2 * 1024 * 1024}
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


def set_submolt_picture(
    unit: Unit,
    actor: Actor,
    name: str,
    role: Literal["avatar", "banner"],
    mime: str,
    content: bytes,
) -> Submolt:
    """Give a submolt that the actor looks after an avatar or a banner; the submolt as it is now.

    Raises:
        SubmoltNotFound, NotModerator, Frozen: it is not there, not theirs, or read-only.
    """
    submolt = moderated(unit, actor, name)
    version = keep(unit, submolt.id, role, mime, content)
    submolts.set_image(unit, submolt.id, role, version)
    emit(unit, actor.now_ms, "submolt.changed", submolt.id, actor.id)
    changed = submolts.submolt_by_id(unit, submolt.id)
    assert changed is not None
    return changed


def find(unit: Unit, holder_id: int, role: str, version: str) -> Picture:
    """A picture that is shown now.

    Raises:
        MediaNotFound: there is none, or another one by now.
    """
    found = media.picture(unit, holder_id, role) if role in ROLES else None
    if found is None or found.version != version:
        raise MediaNotFound
    return found
