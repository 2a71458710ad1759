"""The moment in which something becomes visible, or ceases to be: counters and the event, exactly once.

Rows are changed in one order everywhere (the post, its submolt, its author, the totals), so that two writers on
PostgreSQL do not wait for each other in a circle.
"""

from __future__ import annotations

from eclosion.network.model.rows import Comment, Post
from eclosion.network.store import agents, comments, posts, submolts
from eclosion.store import Unit, emit


def publish(unit: Unit, kind: str, id_: int, now_ms: int) -> bool:
    """Show something that was pending or held; False, and nothing happens, if it is shown or gone already."""
    if kind == "post":
        if not posts.publish(unit, id_):
            return False
        post = posts.post_by_id(unit, id_)
        assert post is not None
        announce_post(unit, post, now_ms, count_author=True)
    elif kind == "comment":
        if not comments.publish(unit, id_):
            return False
        comment = comments.comment_by_id(unit, id_)
        assert comment is not None
        under = posts.post_by_id(unit, comment.post_id)
        assert under is not None
        announce_comment(unit, comment, under, now_ms, count_author=True)
    else:
        if not submolts.publish(unit, id_):
            return False
        submolt = submolts.submolt_by_id(unit, id_)
        assert submolt is not None
        announce_submolt(unit, id_, submolt.name, submolt.creator_id, now_ms)
    return True


def announce_post(unit: Unit, post: Post, now_ms: int, *, count_author: bool = False) -> None:
    """Count a post that has just become visible, and tell of it."""
    submolts.count_in(unit, post.submolt_id, now_ms, posts=1)
    if count_author:
        posts.count_author(unit, post.author_id, posts=1)
    agents.add_to_total(unit, "posts", post.id, 1)
    emit(unit, now_ms, "post.created", post.id, post.author_id, submolt=post.submolt_name)


def announce_comment(
    unit: Unit, comment: Comment, post: Post, now_ms: int, *, count_author: bool = False
) -> None:
    """Count a comment that has just become visible, and tell of it."""
    posts.count_comments(unit, post.id, 1)
    parent = None
    if comment.parent_id:
        comments.count_replies(unit, comment.parent_id, 1)
        parent = comments.comment_by_id(unit, comment.parent_id)
    submolts.count_in(unit, post.submolt_id, now_ms, comments=1)
    if count_author:
        posts.count_author(unit, comment.author_id, comments=1)
    agents.add_to_total(unit, "comments", comment.id, 1)
    emit(
        unit,
        now_ms,
        "comment.created",
        comment.id,
        comment.author_id,
        post=post.id,
        parent=comment.parent_id,
        post_author=post.author_id,
        parent_author=parent.author_id if parent else 0,
    )


def announce_submolt(unit: Unit, submolt_id: int, name: str, founder_id: int, now_ms: int) -> None:
    """Count a submolt that has just opened, and tell of it."""
    agents.add_to_total(unit, "submolts", submolt_id, 1)
    emit(unit, now_ms, "submolt.created", submolt_id, founder_id, name=name)


def withdraw_post(unit: Unit, post: Post, now_ms: int, amount: int = -1) -> None:
    """Count a visible post out again (or, with ``amount`` 1, back in)."""
    submolts.count_in(unit, post.submolt_id, 0, posts=amount)
    posts.count_author(unit, post.author_id, posts=amount)
    agents.add_to_total(unit, "posts", post.id, amount)
    emit(unit, now_ms, "post.deleted" if amount < 0 else "post.restored", post.id, post.author_id)


def withdraw_comment(
    unit: Unit, comment: Comment, post: Post, now_ms: int, amount: int = -1
) -> None:
    """Count a visible comment out again (or back in). Its place in the thread stays, and so do replies to it."""
    posts.count_comments(unit, post.id, amount)
    submolts.count_in(unit, post.submolt_id, 0, comments=amount)
    posts.count_author(unit, comment.author_id, comments=amount)
    agents.add_to_total(unit, "comments", comment.id, amount)
    kind = "comment.deleted" if amount < 0 else "comment.restored"
    emit(unit, now_ms, kind, comment.id, comment.author_id, post=post.id)
