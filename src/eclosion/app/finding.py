"""From hits in the text index to things that may be shown: the same for every door.

The index may lag behind, so each hit is loaded and looked at again; what is gone is passed over.
"""

from __future__ import annotations

from typing import NamedTuple

from eclosion.network.model.rows import Comment, Post
from eclosion.network.service import search
from eclosion.network.service.search import Thing
from eclosion.network.store import posts
from eclosion.store import Unit
from eclosion.store.textindex import Hit

SCAN_MAX = 500
KINDS = {
    "posts": ("post",),
    "comments": ("comment",),
    "agents": ("agent",),
    "users": ("agent",),
    "submolts": ("submolt",),
    "all": ("post", "comment"),
}


class Found(NamedTuple):
    """A hit that may be shown; for a comment with its post."""

    hit: Hit
    thing: Thing
    post: Post | None


def load_hits(
    unit: Unit, order: list[tuple[Hit, str]], limit: int, submolt: str, since_ms: int
) -> tuple[list[Found], Hit | None]:
    """The first hits that may be shown, and the hit after which there may be more."""
    found: list[Found] = []
    last: Hit | None = None
    for looked, (hit, kind) in enumerate(order):
        if len(found) == limit or looked == SCAN_MAX:
            return found, last
        last = hit
        thing = search.load(unit, kind, hit.id)
        post: Post | None = None
        if isinstance(thing, Comment):
            post = posts.post_by_id(unit, thing.post_id)
            if post is None or not post.listed:
                continue  # its thread is gone, so nobody would find it there
        if thing is None or thing.created_ms < since_ms:
            continue
        near = post or thing
        if submolt and (not isinstance(near, Post) or near.submolt_name != submolt):
            continue
        found.append(Found(hit, thing, post))
    return found, None
