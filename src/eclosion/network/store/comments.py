"""Writing comments. Threads are read in ``threads.py``."""

from __future__ import annotations

from eclosion.kernel.ids import bucket_of, first_id
from eclosion.network.model.ranking import best
from eclosion.network.model.rows import Comment
from eclosion.network.store.posts import keep_revision, written_ms
from eclosion.store import Unit


def comment_by_id(unit: Unit, id_: int) -> Comment | None:
    """One comment, whatever its state."""
    row = unit.row("network.comment_by_id", bucket=bucket_of(id_), id=id_)
    return Comment._make(row) if row else None


def add_comment(
    unit: Unit,
    id_: int,
    *,
    post_id: int,
    parent: Comment | None,
    author_id: int,
    author_name: str,
    author_facts: int,
    content: str,
    created_ms: int,
    status: str,
    up: int = 0,
    down: int = 0,
) -> None:
    """Insert a comment below a post or another comment; its bucket is the post's.

    Args:
        up: with ``down``, the totals that an import brings along.
    """
    unit.run(
        "network.add_comment",
        id=id_,
        bucket=bucket_of(id_),
        post_id=post_id,
        parent_id=parent.id if parent else 0,
        root_id=parent.root_id if parent else id_,
        depth=parent.depth + 1 if parent else 0,
        author_id=author_id,
        author_name=author_name,
        author_facts=int(author_facts),
        content=content,
        up=up,
        down=down,
        score=up - down,
        best=best(up, down),
        created_ms=created_ms,
        status=status,
    )


def count_replies(unit: Unit, id_: int, replies: int) -> None:
    """Change how many replies of a comment are shown, by a difference."""
    unit.run("network.count_replies", bucket=bucket_of(id_), id=id_, replies=replies)


def take_turn(
    unit: Unit,
    author_id: int,
    seen_ms: int,
    seen_today: int,
    now_ms: int,
    day: int,
    *,
    comments: int,
) -> bool:
    """Start the wait until an author's next comment; False if it has commented since it was read.

    Args:
        seen_ms: with ``seen_today``, the marks that were read.
        day: days since the epoch.
        comments: how many more comments of the author are shown from now on: 0 or 1.
    """
    return (
        unit.run(
            "network.take_comment_turn",
            bucket=bucket_of(author_id),
            id=author_id,
            seen_ms=seen_ms,
            seen_today=seen_today,
            now_ms=now_ms,
            day=day,
            comments=comments,
        )
        == 1
    )


def same_comment(
    unit: Unit,
    author_id: int,
    since_ms: int,
    latest: int,
    *,
    post_id: int,
    parent_id: int,
    content: str,
    not_id: int,
) -> Comment | None:
    """The same text in the same place, among the ``latest`` that an author has written since an instant."""
    row = unit.row(
        "network.same_comment",
        author_id=author_id,
        since=first_id(since_ms),
        limit=latest,
        post_id=post_id,
        parent_id=parent_id,
        content=content,
        not_id=not_id,
    )
    return Comment._make(row) if row else None


def publish(unit: Unit, id_: int) -> bool:
    """Show a comment that was pending or held; False if it is shown, or gone, already."""
    return unit.run("network.publish_comment", bucket=bucket_of(id_), id=id_) == 1


def end(unit: Unit, id_: int, now_ms: int, reason: str = "") -> bool:
    """Delete a comment, or with a reason remove it; False if that was done already."""
    ended = unit.run(
        "network.end_comment", bucket=bucket_of(id_), id=id_, now_ms=now_ms, reason=reason
    )
    return ended == 1


def end_removed(unit: Unit, id_: int) -> None:
    """Take note that its author deletes a comment that was removed before: nobody can bring it back then."""
    unit.run("network.end_removed_comment", bucket=bucket_of(id_), id=id_)


def restore(unit: Unit, id_: int) -> bool:
    """Bring back a comment that was removed; False if it was not."""
    return unit.run("network.restore_comment", bucket=bucket_of(id_), id=id_) == 1


def edit(unit: Unit, comment: Comment, content: str, now_ms: int) -> bool:
    """Replace a comment's text and keep the old one; False if somebody was quicker."""
    keep_revision(unit, comment.id, comment.version, "", comment.content, written_ms(comment))
    edited = unit.run(
        "network.edit_comment",
        bucket=bucket_of(comment.id),
        id=comment.id,
        content=content,
        version=comment.version,
        now_ms=now_ms,
    )
    return edited == 1
