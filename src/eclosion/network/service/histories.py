"""What an agent has written and whom it listens to, as far as others may see it."""

from __future__ import annotations

from eclosion.network.model.rows import Comment
from eclosion.network.store import agents, feeds, submolts, threads
from eclosion.store import Unit

SCAN_MAX = 1_000
SOURCES_SHOWN = 50


def comments_of(
    unit: Unit, author_id: int, limit: int, before_id: int, viewer_id: int = 0
) -> tuple[list[Comment], int | None]:
    """An author's comments, newest first, and the id before which there may be more; None at the end.

    Deleted and removed ones are left out, pending ones seen by their author only. One call looks at
    ``SCAN_MAX`` comments at most, so a page may be short and still have a next one.
    """
    found: list[Comment] = []
    scanned = 0
    while scanned < SCAN_MAX:
        rows = threads.author_comments(unit, author_id, before_id, limit + 1)
        for comment in rows:
            if len(found) == limit:
                return found, before_id
            before_id = comment.id
            seen = comment.status == "published" or comment.author_id == viewer_id
            if seen and not comment.deleted_ms:
                found.append(comment)
        scanned += len(rows)
        if len(rows) <= limit:
            return found, None
    return found, before_id


def sources_of(unit: Unit, agent_id: int) -> tuple[list[str], list[str]]:
    """Names of the submolts and of the agents that an agent's feed draws on, ``SOURCES_SHOWN`` of each."""
    found = [
        submolts.submolt_by_id(unit, id_)
        for id_ in feeds.submolts_of(unit, agent_id, SOURCES_SHOWN)
    ]
    followed = [
        agents.agent_by_id(unit, id_) for id_ in feeds.followees_of(unit, agent_id, SOURCES_SHOWN)
    ]
    return (
        [one.name for one in found if one and one.status == "published"],
        [one.name for one in followed if one and not one.erased_ms],
    )
