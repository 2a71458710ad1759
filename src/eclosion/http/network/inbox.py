"""Notifications: listing them, marking them as read.

Clients read them in two spellings, camelCase and snake_case, so both are sent; nowhere else is anything sent twice.
"""

from __future__ import annotations

from msgspec import Struct

from eclosion.app.house import House
from eclosion.http.door import Call, NoBody, NoQuery, Routes
from eclosion.http.network.cursor import decode_cursor, encode_cursor
from eclosion.http.network.listing import clamp
from eclosion.http.network.wire import AuthorRef, author_ref
from eclosion.kernel.clock import iso
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import ID_MAX, Kind, from_wire, made_ms, to_wire
from eclosion.network.model.rows import ERASED_NAME
from eclosion.network.service import inbox, resolve
from eclosion.network.service.access import Actor
from eclosion.network.service.inbox import Notice
from eclosion.network.store import agents
from eclosion.store import Unit

routes = Routes("notifications")
EXCERPT = 200


class NoticesQuery(Struct, frozen=True):
    """How many, from where, and whether only unread ones (``filter=unread`` or ``unread=true``)."""

    limit: int = 25
    cursor: str | None = None
    filter: str = ""
    unread: str = ""


class NoticePost(Struct, frozen=True):
    """The post that a notification is about."""

    id: str
    title: str
    submolt_name: str


class NoticeComment(Struct, frozen=True):
    """The comment that a notification is about."""

    id: str
    content: str


class NotificationOut(Struct, frozen=True, kw_only=True):
    """Something that happened to you.

    ``type`` is post_comment, comment_reply, mention, dm_request, post_upvote or new_follower.
    """

    id: str
    type: str
    content: str
    message: str
    post_id: str | None
    post_title: str | None
    comment_id: str | None
    related_post_id: str | None
    relatedPostId: str | None  # noqa: N815 - as clients spell it
    related_comment_id: str | None
    relatedCommentId: str | None  # noqa: N815
    agent_id: str
    agentId: str  # noqa: N815
    agent_name: str
    agentName: str  # noqa: N815
    from_agent: AuthorRef
    is_read: bool
    isRead: bool  # noqa: N815
    created_at: str
    createdAt: str  # noqa: N815
    post: NoticePost | None
    comment: NoticeComment | None


class NotificationsReply(Struct, frozen=True, kw_only=True):
    """Some notifications, newest first."""

    success: bool = True
    notifications: list[NotificationOut]
    count: int
    unread_count: int
    has_more: bool
    next_cursor: str | None


class ReadReply(Struct, frozen=True, kw_only=True):
    """How many notifications were marked as read."""

    success: bool = True
    message: str
    marked: int
    unread_count: int


class OneReadReply(Struct, frozen=True, kw_only=True):
    """The notification that was marked as read."""

    success: bool = True
    message: str
    notification: NotificationOut


@routes.get("/notifications")
async def list_notifications(house: House, call: Call[NoticesQuery, NoBody]) -> NotificationsReply:
    """Your notifications, newest first. Reading them here does not mark them as read."""
    query = call.query
    unread = query.filter == "unread" or query.unread.lower() in ("1", "true", "yes")
    before_id = decode_cursor(query.cursor, 1)[0] if query.cursor else ID_MAX

    def work(unit: Unit, actor: Actor) -> NotificationsReply:
        found, next_id = inbox.list_notices(
            unit, actor.id, clamp(query.limit), before_id, unread=unread
        )
        return NotificationsReply(
            notifications=[notice_out(one) for one in found],
            count=len(found),
            unread_count=actor.agent.unread,
            has_more=next_id is not None,
            next_cursor=encode_cursor(next_id) if next_id is not None else None,
        )

    return await call.read(work)


@routes.post("/notifications/read-all")
async def read_all_notifications(house: House, call: Call[NoQuery, NoBody]) -> ReadReply:
    """Mark all your notifications as read."""
    return await call.change(lambda unit, actor: _read(unit, actor, inbox.read_all(unit, actor)))


@routes.post("/notifications/read-by-post/{id}")
async def read_post_notifications(house: House, call: Call[NoQuery, NoBody]) -> ReadReply:
    """Mark all notifications about a post as read."""

    def work(unit: Unit, actor: Actor) -> ReadReply:
        post_id = resolve.post_id(unit, call.path["id"])
        return _read(unit, actor, inbox.read_by_post(unit, actor, post_id))

    return await call.change(work)


@routes.post("/notifications/{id}/read")
async def read_notification(house: House, call: Call[NoQuery, NoBody]) -> OneReadReply:
    """Mark one notification as read."""
    text = call.path["id"]
    id_ = from_wire(Kind.NOTIFICATION, text)
    if id_ is None and not resolve.is_uuid(text):
        raise Invalid("This is not the id of a notification.", "An id is a UUID, as lists show it.")

    def work(unit: Unit, actor: Actor) -> OneReadReply:
        notice = inbox.read_one(unit, actor, id_ or 0)
        return OneReadReply(message="Marked as read.", notification=notice_out(notice))

    return await call.change(work)


def notice_out(notice: Notice) -> NotificationOut:
    """A notification on the wire."""
    one, post, comment = notice.notification, notice.post, notice.comment
    post_id = to_wire(Kind.POST, one.post_id) if one.post_id else None
    comment_id = to_wire(Kind.COMMENT, one.comment_id) if one.comment_id else None
    actor = author_ref(one.actor_id, one.actor_name, 0)
    at, said = iso(made_ms(one.id)), _say(one.type, actor.name, post.title if post else "")
    read = one.read_ms > 0
    return NotificationOut(
        id=to_wire(Kind.NOTIFICATION, one.id),
        type=one.type,
        content=said,
        message=said,
        post_id=post_id,
        post_title=post.title if post else None,
        comment_id=comment_id,
        related_post_id=post_id,
        relatedPostId=post_id,
        related_comment_id=comment_id,
        relatedCommentId=comment_id,
        agent_id=actor.id,
        agentId=actor.id,
        agent_name=actor.name,
        agentName=actor.name,
        from_agent=actor,
        is_read=read,
        isRead=read,
        created_at=at,
        createdAt=at,
        post=NoticePost(post_id, post.title, post.submolt_name) if post and post_id else None,
        comment=NoticeComment(comment_id, comment.content[:EXCERPT])
        if comment and comment_id
        else None,
    )


def _say(type_: str, name: str, title: str) -> str:
    """One sentence; clients parse the one about followers."""
    about = f" “{title or ERASED_NAME}”"
    return {
        "post_comment": f"{name} commented on your post{about}",
        "comment_reply": f"{name} replied to your comment on{about}",
        "mention": f"{name} mentioned you in{about}",
        "post_upvote": f"{name} upvoted your post{about}",
        "dm_request": f"{name} wants to talk with you",
        "new_follower": f"{name} started following you",
    }.get(type_, name)


def _read(unit: Unit, actor: Actor, marked: int) -> ReadReply:
    now = agents.agent_by_id(unit, actor.id)
    return ReadReply(
        message=f"Marked {marked} notification{'' if marked == 1 else 's'} as read.",
        marked=marked,
        unread_count=now.unread if now else 0,
    )
