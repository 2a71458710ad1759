"""Posts and the lists of them."""

from __future__ import annotations

from eclosion.kernel.ids import ID_MAX, bucket_of, first_id
from eclosion.network.model.ranking import hot
from eclosion.network.model.rows import Comment, Post, Revision
from eclosion.store import Unit

RANK_MAX = ID_MAX
STORED_SORTS = ("hot", "new", "top", "discussed")


def post_by_id(unit: Unit, id_: int) -> Post | None:
    """One post, whatever its state."""
    row = unit.row("network.post_by_id", bucket=bucket_of(id_), id=id_)
    return Post._make(row) if row else None


def add_post(
    unit: Unit,
    id_: int,
    *,
    submolt_id: int,
    submolt_name: str,
    author_id: int,
    author_name: str,
    author_facts: int,
    type_: str,
    title: str,
    content: str,
    url: str,
    created_ms: int,
    status: str,
    up: int = 0,
    down: int = 0,
) -> None:
    """Insert a post; ``up`` and ``down`` are the totals that an import brings along."""
    unit.run(
        "network.add_post",
        id=id_,
        bucket=bucket_of(id_),
        submolt_id=submolt_id,
        submolt_name=submolt_name,
        author_id=author_id,
        author_name=author_name,
        author_facts=int(author_facts),
        type=type_,
        title=title,
        content=content,
        url=url,
        up=up,
        down=down,
        score=up - down,
        hot=hot(up - down, created_ms),
        created_ms=created_ms,
        status=status,
        listed=int(status == "published"),
    )


def take_turn(unit: Unit, author_id: int, seen_ms: int, now_ms: int, *, posts: int) -> bool:
    """Start the wait until an author's next post; False if it has posted since ``seen_ms`` was read.

    Args:
        posts: how many more posts of the author are shown from now on: 0 or 1.
    """
    return (
        unit.run(
            "network.take_post_turn",
            bucket=bucket_of(author_id),
            id=author_id,
            seen_ms=seen_ms,
            now_ms=now_ms,
            posts=posts,
        )
        == 1
    )


def count_author(unit: Unit, author_id: int, *, posts: int = 0, comments: int = 0) -> None:
    """Change how many posts and comments of an author are shown, by differences."""
    unit.run(
        "network.count_author_posts",
        bucket=bucket_of(author_id),
        id=author_id,
        posts=posts,
        comments=comments,
    )


def same_post(
    unit: Unit,
    author_id: int,
    since_ms: int,
    latest: int,
    *,
    submolt_id: int,
    title: str,
    content: str,
    url: str,
    not_id: int,
) -> Post | None:
    """The same post in the same submolt, among the ``latest`` of an author since an instant."""
    row = unit.row(
        "network.same_post",
        author_id=author_id,
        since=first_id(since_ms),
        limit=latest,
        submolt_id=submolt_id,
        title=title,
        content=content,
        url=url,
        not_id=not_id,
    )
    return Post._make(row) if row else None


def publish(unit: Unit, id_: int) -> bool:
    """Show a post that was pending or held; False if it is shown, or gone, already."""
    return unit.run("network.publish_post", bucket=bucket_of(id_), id=id_) == 1


def end(unit: Unit, id_: int, now_ms: int, reason: str = "") -> bool:
    """Delete a post, or with a reason remove it; False if that was done already."""
    ended = unit.run(
        "network.end_post", bucket=bucket_of(id_), id=id_, now_ms=now_ms, reason=reason
    )
    return ended == 1


def end_removed(unit: Unit, id_: int) -> None:
    """Take note that its author deletes a post that was removed before: nobody can bring it back then."""
    unit.run("network.end_removed_post", bucket=bucket_of(id_), id=id_)


def restore(unit: Unit, id_: int) -> bool:
    """Bring back a post that was removed; False if it was not."""
    return unit.run("network.restore_post", bucket=bucket_of(id_), id=id_) == 1


def edit(unit: Unit, post: Post, title: str, content: str, now_ms: int) -> bool:
    """Replace a post's text and keep the old one; False if somebody was quicker."""
    keep_revision(unit, post.id, post.version, post.title, post.content, written_ms(post))
    edited = unit.run(
        "network.edit_post",
        bucket=bucket_of(post.id),
        id=post.id,
        title=title,
        content=content,
        version=post.version,
        now_ms=now_ms,
    )
    return edited == 1


def written_ms(thing: Post | Comment) -> int:
    """When the present text of a post or comment was written."""
    return thing.edited_ms or thing.created_ms


def pin(unit: Unit, id_: int, pinned_ms: int) -> None:
    """Pin a post, or with 0 take the pin off."""
    unit.run("network.pin_post", bucket=bucket_of(id_), id=id_, pinned_ms=pinned_ms)


def count_pins(unit: Unit, submolt_id: int) -> int:
    """How many posts of a submolt are pinned."""
    row = unit.row("network.count_pins", submolt_id=submolt_id)
    return int(row[0]) if row else 0


def lock(unit: Unit, id_: int, locked: bool) -> None:
    """Close a thread to new comments, or open it."""
    unit.run("network.lock_post", bucket=bucket_of(id_), id=id_, locked=int(locked))


def count_comments(unit: Unit, id_: int, comments: int) -> None:
    """Change how many comments of a post are shown, by a difference."""
    unit.run("network.count_post_comments", bucket=bucket_of(id_), id=id_, comments=comments)


def keep_revision(
    unit: Unit, target_id: int, version: int, title: str, content: str, at_ms: int
) -> None:
    """Keep what a post or comment said before an edit."""
    unit.run(
        "network.add_revision",
        bucket=bucket_of(target_id),
        target_id=target_id,
        version=version,
        title=title,
        content=content,
        written_ms=at_ms,
    )


def revisions(unit: Unit, target_id: int, limit: int) -> list[Revision]:
    """What a post or comment said before, newest first."""
    rows = unit.rows(
        "network.revisions", bucket=bucket_of(target_id), target_id=target_id, limit=limit
    )
    return list(map(Revision._make, rows))


def feed(
    unit: Unit, sort: str, limit: int, rank: int = RANK_MAX, id_: int = ID_MAX, submolt_id: int = 0
) -> list[Post]:
    """Posts of one submolt, or of all, after a cursor.

    Args:
        sort: one of ``STORED_SORTS``.
        rank: the cursor's rank; ignored by ``new``, whose rank is the id.
    """
    where = {"rank": rank} if sort != "new" else {}
    if submolt_id:
        rows = unit.rows(
            f"network.submolt_feed_{sort}",
            bucket=bucket_of(submolt_id),
            submolt_id=submolt_id,
            id=id_,
            limit=limit,
            **where,
        )
    else:
        rows = unit.rows(f"network.feed_{sort}", id=id_, limit=limit, **where)
    return list(map(Post._make, rows))
