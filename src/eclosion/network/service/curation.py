"""What moderators do to the posts of their submolt without taking anything away: pins and locks."""

from __future__ import annotations

from eclosion.network.context import Network
from eclosion.network.errors import NotModerator, PostNotFound, TooManyPins
from eclosion.network.model.rows import Post
from eclosion.network.service.access import Actor, check_submolt_brake
from eclosion.network.service.posts import get_post
from eclosion.network.service.sanctions import write_entry
from eclosion.network.store import moderation, posts, submolts
from eclosion.store import Unit, emit


def pin(net: Network, unit: Unit, actor: Actor, id_: int) -> bool:
    """Pin a post at the top of its submolt; False if it was.

    Raises:
        PostNotFound, NotModerator, Frozen: it is not there, not theirs to pin, or read-only.
        TooManyPins: as many are pinned as may be.
    """
    post = curated_post(unit, actor, id_)
    if not post.listed:
        raise PostNotFound
    if post.pinned_ms:
        return False
    submolts.count_in(unit, post.submolt_id, 0)  # two moderators at once wait for each other here
    if posts.count_pins(unit, post.submolt_id) >= net.rules.pins:
        raise TooManyPins(f"At most {net.rules.pins} posts can be pinned. Unpin one first.")
    posts.pin(unit, id_, actor.now_ms)
    emit(unit, actor.now_ms, "post.pinned", id_, actor.id)
    return True


def unpin(unit: Unit, actor: Actor, id_: int) -> bool:
    """Take a pin off; False if there was none.

    Raises:
        PostNotFound, NotModerator, Frozen: as ``pin``.
    """
    post = curated_post(unit, actor, id_)
    if not post.pinned_ms:
        return False
    posts.pin(unit, id_, 0)
    emit(unit, actor.now_ms, "post.unpinned", id_, actor.id)
    return True


def lock(net: Network, unit: Unit, actor: Actor, id_: int, locked: bool) -> bool:
    """Close a thread to new comments, or open it; False if it was so already.

    Raises:
        PostNotFound, NotModerator, Frozen: as ``pin``.
    """
    post = curated_post(unit, actor, id_)
    if bool(post.locked) == locked:
        return False
    posts.lock(unit, id_, locked)
    action = "lock" if locked else "unlock"
    write_entry(
        net,
        unit,
        action,
        "post",
        id_,
        "",
        by_role="moderator",
        by_name=actor.name,
        submolt_id=post.submolt_id,
        submolt_name=post.submolt_name,
    )
    emit(unit, actor.now_ms, f"post.{action}ed", id_, actor.id)
    return True


def curated_post(unit: Unit, actor: Actor, id_: int) -> Post:
    """A post of a submolt that the actor looks after.

    Raises:
        PostNotFound, NotModerator, Frozen: it is not there, not theirs to judge, or read-only.
    """
    post = get_post(unit, id_)
    if moderation.role_of(unit, post.submolt_id, actor.id) is None:
        if post.status != "published":
            raise PostNotFound
        raise NotModerator
    check_submolt_brake(actor, post.submolt_id, post.submolt_name)
    return post
