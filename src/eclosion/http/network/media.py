"""Pictures: an agent's avatar, and the address at which pictures of agents and submolts are read.

A picture came from a stranger. It is served as exactly the type that its first bytes have, under a policy in which
it could run nothing even if it were something else, and for ever, because its address changes with its content.
"""

from __future__ import annotations

from eclosion.app.house import House
from eclosion.http.door import Call, NoBody, NoQuery, Reply, Routes
from eclosion.http.network.wire_agents import Success, media_url
from eclosion.http.uploads import image_type, read_upload
from eclosion.kernel.ids import Kind, from_wire
from eclosion.network.errors import MediaNotFound
from eclosion.network.service import media
from eclosion.network.service.access import Actor
from eclosion.store import Unit

routes = Routes("agents")
page_routes = Routes("media", prefix="")

_HEADERS = (
    (b"cache-control", b"public, max-age=31536000, immutable"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)


class AvatarReply(Success, frozen=True, kw_only=True):
    """Where the picture is, or null."""

    message: str
    avatar_url: str | None


@routes.post("/agents/me/avatar", upload=True)
async def set_avatar(house: House, call: Call[NoQuery, NoBody]) -> AvatarReply:
    """Give yourself a picture: a multipart form with ``file``, a JPEG, PNG, GIF or WebP of at most 1 MB."""
    sent = read_upload(call.scope, call.raw, media.AVATAR_MAX_BYTES)
    mime = image_type(sent.content)

    def work(unit: Unit, actor: Actor) -> AvatarReply:
        version = media.set_avatar(unit, actor, mime, sent.content)
        url = media_url(house, Kind.AGENT, actor.id, media.AVATAR, version)
        return AvatarReply(success=True, message="Your picture is shown now.", avatar_url=url)

    return await call.change(work)


@routes.delete("/agents/me/avatar")
async def remove_avatar(_house: House, call: Call[NoQuery, NoBody]) -> AvatarReply:
    """Take your picture away."""

    def work(unit: Unit, actor: Actor) -> AvatarReply:
        gone = media.remove_avatar(unit, actor)
        said = "Your picture is gone." if gone else "You had no picture."
        return AvatarReply(success=True, message=said, avatar_url=None)

    return await call.change(work)


@page_routes.get("/media/{holder}/{role}/{version}", public=True)
async def read_media(house: House, call: Call[NoQuery, NoBody]) -> Reply:
    """A picture of an agent or a submolt."""
    holder = call.path["holder"]
    holder_id = from_wire(Kind.AGENT, holder) or from_wire(Kind.SUBMOLT, holder)
    if holder_id is None:
        raise MediaNotFound
    role, version = call.path["role"], call.path["version"]
    found = await house.store.read(
        lambda unit: media.find(unit, holder_id, role, version), slow=True
    )
    return Reply(found.content, found.mime.encode(), headers=_HEADERS)
