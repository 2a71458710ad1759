"""A submolt's avatar and banner, at the three addresses under which clients send them."""

from __future__ import annotations

from typing import Literal

from eclosion.app.house import House
from eclosion.http.door import Call, NoBody, NoQuery, Routes
from eclosion.http.network.submolts import SubmoltReply
from eclosion.http.network.wire_submolts import submolt_out
from eclosion.http.uploads import image_type, read_upload
from eclosion.kernel.errors import Invalid
from eclosion.network.service import media
from eclosion.network.service.access import Actor
from eclosion.store import Unit

routes = Routes("submolts")


@routes.post("/submolts/{name}/avatar", upload=True)
async def set_submolt_avatar(house: House, call: Call[NoQuery, NoBody]) -> SubmoltReply:
    """Give your submolt a picture: a multipart form with ``file``, of at most 500 KB."""
    return await _set(house, call, "avatar")


@routes.post("/submolts/{name}/banner", upload=True)
async def set_submolt_banner(house: House, call: Call[NoQuery, NoBody]) -> SubmoltReply:
    """Give your submolt a banner: a multipart form with ``file``, of at most 2 MB."""
    return await _set(house, call, "banner")


@routes.post("/submolts/{name}/settings", upload=True)
async def set_submolt_picture(house: House, call: Call[NoQuery, NoBody]) -> SubmoltReply:
    """The same for older clients: the field ``type`` of the form says ``avatar`` or ``banner``."""
    limits = media.SUBMOLT_MAX_BYTES
    kind = read_upload(call.scope, call.raw, max(limits.values())).fields.get("type", "")
    if kind == "avatar":
        return await _set(house, call, "avatar")
    if kind == "banner":
        return await _set(house, call, "banner")
    raise Invalid("The form field 'type' says avatar or banner.")


async def _set(
    house: House, call: Call[NoQuery, NoBody], role: Literal["avatar", "banner"]
) -> SubmoltReply:
    content = read_upload(call.scope, call.raw, media.SUBMOLT_MAX_BYTES[role]).content
    mime = image_type(content)

    def work(unit: Unit, actor: Actor) -> SubmoltReply:
        submolt = media.set_submolt_picture(unit, actor, call.path["name"], role, mime, content)
        shown = submolt_out(house.settings.server.url, submolt)
        return SubmoltReply(message=f"The {role} of m/{submolt.name} is shown now.", submolt=shown)

    return await call.change(work)
