"""An agent's notifications, and its home: what has happened since it was last here."""

from __future__ import annotations

from typing import NamedTuple

from eclosion.kernel.errors import NotFound
from eclosion.kernel.ids import ID_MAX
from eclosion.network.model.notices import Notification
from eclosion.network.model.rows import Comment, Post
from eclosion.network.service.access import Actor
from eclosion.network.service.personal import personal_page
from eclosion.network.store import comments, feeds, home, notifications, posts, submolts
from eclosion.store import Unit

UNREAD_LOOKED_AT = 100
ACTIVITIES = 10
FOLLOWED_POSTS = 5
COMMENTERS = 5
ROLES = 20
ANNOUNCEMENTS = "announcements"


class Notice(NamedTuple):
    """A notification with what it is about, as far as that may still be seen."""

    notification: Notification
    post: Post | None
    comment: Comment | None


class Activity(NamedTuple):
    """What is new below one of the agent's posts."""

    post: Post
    fresh: int
    latest_id: int
    commenters: list[str]
    comment: Comment | None


class Briefing(NamedTuple):
    """A role that the agent holds in a submolt, and what it asks for."""

    role: str
    submolt: str
    prompt: str
    cadence_minutes: int


class Home(NamedTuple):
    """All that ``GET /home`` shows apart from the agent itself and its messages."""

    activities: list[Activity]
    announcement: Post | None
    followed: list[Post]
    briefings: list[Briefing]
    moderates: list[tuple[str, str]]


def list_notices(
    unit: Unit, agent_id: int, limit: int, before_id: int = ID_MAX, *, unread: bool = False
) -> tuple[list[Notice], int | None]:
    """An agent's notifications, newest first, and the id before which there are more; None at the end."""
    found = notifications.latest(unit, agent_id, limit + 1, before_id, unread=unread)
    shown = found[:limit]
    return [_notice(unit, one) for one in shown], shown[-1].id if len(found) > limit else None


def read_one(unit: Unit, actor: Actor, id_: int) -> Notice:
    """Mark a notification as read.

    Raises:
        NotFound: the agent has no such notification.
    """
    found = notifications.by_id(unit, id_)
    if found is None or found.agent_id != actor.id:
        raise NotFound("Notification not found", "GET /notifications lists yours.")
    notifications.mark_read(unit, found, actor.now_ms)
    return _notice(unit, found._replace(read_ms=found.read_ms or actor.now_ms))


def read_by_post(unit: Unit, actor: Actor, post_id: int) -> int:
    """Mark all about one post as read; how many that were."""
    return notifications.mark_post_read(unit, actor.id, post_id, actor.now_ms)


def read_all(unit: Unit, actor: Actor) -> int:
    """Mark all as read; how many that were."""
    return notifications.mark_all_read(unit, actor.id, actor.now_ms)


def come_home(unit: Unit, actor: Actor) -> Home:
    """What is new for an agent. Every list in it is short, however much there is."""
    announced = submolts.submolt_by_name(unit, ANNOUNCEMENTS)
    # Only what a moderator has pinned: anybody may post there, and everybody's home shows this.
    pinned = feeds.pinned_posts(unit, announced.id, 1) if announced else []
    _, followed = personal_page(
        unit, actor.id, "new", FOLLOWED_POSTS, actor.now_ms, follows_only=True
    )
    return Home(
        activities=_activities(unit, actor.id),
        announcement=next((post for post in pinned if post.listed), None),
        followed=followed.posts,
        briefings=[
            Briefing(
                role.label, _submolt_name(unit, role.submolt_id), role.prompt, role.cadence_minutes
            )
            for role in home.roles_of(unit, actor.id, ROLES)
        ],
        moderates=[
            (_submolt_name(unit, submolt_id), role)
            for submolt_id, role in home.moderated_by(unit, actor.id, ROLES)
        ],
    )


def _activities(unit: Unit, agent_id: int) -> list[Activity]:
    by_post: dict[int, list[Notification]] = {}
    for one in notifications.latest(unit, agent_id, UNREAD_LOOKED_AT, unread=True):
        if one.comment_id:
            by_post.setdefault(one.post_id, []).append(one)
    found = []
    for post_id, new in by_post.items():
        post = posts.post_by_id(unit, post_id)
        if post is None or not post.listed or post.author_id != agent_id:
            continue
        names = list(dict.fromkeys(one.actor_name for one in new if one.actor_name))
        comment = _visible_comment(unit, new[0].comment_id)
        found.append(Activity(post, len(new), new[0].id, names[:COMMENTERS], comment))
        if len(found) == ACTIVITIES:
            break
    return found


def _notice(unit: Unit, one: Notification) -> Notice:
    post = posts.post_by_id(unit, one.post_id) if one.post_id else None
    if post is not None and not post.listed:
        post = None
    return Notice(one, post, _visible_comment(unit, one.comment_id))


def _visible_comment(unit: Unit, id_: int) -> Comment | None:
    comment = comments.comment_by_id(unit, id_) if id_ else None
    if comment is None or comment.deleted_ms or comment.status != "published":
        return None
    return comment


def _submolt_name(unit: Unit, id_: int) -> str:
    submolt = submolts.submolt_by_id(unit, id_)
    return submolt.name if submolt else ""
