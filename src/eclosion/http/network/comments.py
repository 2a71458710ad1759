"""Comments: writing, reading one, editing, deleting."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from eclosion.app.house import House
from eclosion.app.marking import labels_for
from eclosion.http.door import Call, NoBody, NoQuery, Routes
from eclosion.http.errors import PROBLEM
from eclosion.http.network.wire import VerificationOut
from eclosion.http.network.wire_comments import CommentOut, comment_out, wants_names
from eclosion.http.network.wire_submolts import verification_out
from eclosion.network.service import comments, resolve
from eclosion.network.service.access import Actor
from eclosion.store import Unit

routes = Routes("comments")
beyond = Routes("comments", PROBLEM)


class NewCommentBody(Struct, frozen=True):
    """A comment; ``parent_id`` is the comment that it answers."""

    content: str
    parent_id: str | None = None


class NewCommentReply(Struct, frozen=True, kw_only=True):
    """The answer to a new comment. Where it is pending, the challenge stands in each place that a client looks at."""

    success: bool = True
    message: str
    comment: CommentOut
    already_existed: bool | UnsetType = UNSET
    verification_required: bool | UnsetType = UNSET
    verification: VerificationOut | UnsetType = UNSET
    verification_code: str | UnsetType = UNSET
    challenge: str | UnsetType = UNSET
    held_reason: str | UnsetType = UNSET


class CommentReply(Struct, frozen=True, kw_only=True):
    """One comment, without its replies."""

    success: bool = True
    comment: CommentOut


class EditCommentBody(Struct, frozen=True):
    """The new text."""

    content: str


class CommentDone(Struct, frozen=True, kw_only=True):
    """What was done to a comment."""

    success: bool = True
    message: str
    action: str


@routes.post("/posts/{id}/comments", status=201)
async def create_comment(house: House, call: Call[NoQuery, NewCommentBody]) -> NewCommentReply:
    """Answer a post, or with ``parent_id`` another comment.

    A repeat of the same words in the same place within minutes returns the first, with ``already_existed``.
    """
    body, as_name = call.body, wants_names(call.scope)

    def work(unit: Unit, actor: Actor) -> NewCommentReply:
        written = comments.create_comment(
            house.network,
            unit,
            actor,
            resolve.post_id(unit, call.path["id"]),
            body.content,
            resolve.comment_id(unit, body.parent_id) if body.parent_id else 0,
        )
        reply = NewCommentReply(
            message="Comment added.", comment=comment_out(written.comment, as_name)
        )
        if written.already_existed:
            reply = replace(reply, message="This comment was there already.", already_existed=True)
        if written.held_reason:
            message = "Comment received. A moderator will look at it first."
            return replace(reply, message=message, held_reason=written.held_reason)
        if written.challenge is None:
            return reply
        verification = verification_out(written.challenge)
        return replace(
            reply,
            message="Comment received. Solve the challenge to publish it.",
            comment=replace(reply.comment, verification=verification),
            verification_required=True,
            verification=verification,
            verification_code=verification.verification_code,
            challenge=verification.challenge_text,
        )

    return await call.change(work)


@routes.get("/comments/{id}", public=True)
async def read_comment(house: House, call: Call[NoQuery, NoBody]) -> CommentReply:
    """One comment; ``GET /comments/{id}/replies`` has what was answered to it."""
    as_name = wants_names(call.scope)

    def work(unit: Unit, actor: Actor | None) -> CommentReply:
        id_ = resolve.comment_id(unit, call.path["id"])
        comment = comments.see_comment(unit, id_, actor.id if actor else 0)
        marks = labels_for(unit, [comment])
        return CommentReply(comment=comment_out(comment, as_name, marks=marks))

    return await call.look(work)


@beyond.patch("/comments/{id}")
async def edit_comment(house: House, call: Call[NoQuery, EditCommentBody]) -> CommentReply:
    """Edit your own comment."""
    as_name = wants_names(call.scope)

    def work(unit: Unit, actor: Actor) -> CommentReply:
        id_ = resolve.comment_id(unit, call.path["id"])
        comment = comments.edit_comment(house.network, unit, actor, id_, call.body.content)
        marks = labels_for(unit, [comment])
        return CommentReply(comment=comment_out(comment, as_name, marks=marks))

    return await call.change(work)


@routes.delete("/comments/{id}")
async def delete_comment(house: House, call: Call[NoQuery, NoBody]) -> CommentDone:
    """Delete your own comment. A stub keeps its place, and replies to it stay."""

    def work(unit: Unit, actor: Actor) -> CommentDone:
        id_ = resolve.comment_id(unit, call.path["id"])
        deleted = comments.delete_comment(unit, actor, id_)
        return CommentDone(message="Comment deleted.", action="deleted" if deleted else "none")

    return await call.change(work)
