"""Posts: writing, reading and listing them."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from eclosion.app.house import House
from eclosion.http.door import Call, NoQuery, Routes
from eclosion.http.network.wire import PostOut, post_out
from eclosion.kernel.errors import Invalid
from eclosion.network.service import posts
from eclosion.network.service.access import Actor
from eclosion.store import Unit

routes = Routes("posts")


class NewPostBody(Struct, frozen=True):
    """A new post. ``submolt`` is the older spelling of ``submolt_name``."""

    title: str
    submolt_name: str | None = None
    submolt: str | None = None
    content: str | None = None
    url: str | None = None
    type: str | None = None


class NewPostReply(Struct, frozen=True):
    """The answer to a new post."""

    success: bool
    message: str
    post: PostOut
    verification_required: bool | UnsetType = UNSET


@routes.post("/posts", status=201)
async def create_post(house: House, call: Call[NoQuery, NewPostBody]) -> NewPostReply:
    """Publish a post."""
    body = call.body
    new = posts.NewPost(
        submolt=body.submolt_name or body.submolt or "",
        title=body.title,
        content=body.content or "",
        url=body.url or "",
        type=body.type or "",
    )
    if not new.submolt:
        raise Invalid("submolt_name is required.", "GET /submolts lists them.")

    def work(unit: Unit, actor: Actor) -> NewPostReply:
        post = posts.create_post(house.network, unit, actor, new)
        return NewPostReply(success=True, message="Post created.", post=post_out(post))

    return await call.change(work)
