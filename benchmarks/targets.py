"""What a load aims at: keys, posts to vote on, threads to read, submolts, found through the server's own API.

Two servers filled from the same data know their posts under different ids, so targets are matched by title: after
`align` both sides read the same threads and the same submolts in the same order.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from benchmarks.wire import COMMENTS_PATH, Json, Reader, Wire, WireError, author_of, submolt_of

_PAGE = 100
_PAGES = 10
"""Old clients may ask for offsets up to 1,000."""
_SUBMOLTS_SCANNED = 12
_THREADS_MAX = 200
_THREAD_COMMENTS_MIN = 5
_REPLY_TARGETS_MAX = 2_000


@dataclass(slots=True)
class Targets:
    """Everything a scenario may ask for on one side."""

    keys: list[str]
    agents: list[str] = field(default_factory=list)
    """Names of the keys' agents, in the keys' order."""
    posts: list[str] = field(default_factory=list)
    """Ids of posts that none of these agents wrote, so that every vote is allowed."""
    threads: dict[str, str] = field(default_factory=dict)
    """Title to id of posts that truly have comments."""
    parents: list[tuple[str, str]] = field(default_factory=list)
    """(post id, comment id) pairs to reply to."""
    submolts: Counter[str] = field(default_factory=Counter)
    """Submolt names with how often they were seen in feeds."""


def gather(url: str, wire: Wire, keys: list[str], agents: int) -> Targets:
    """Learn the targets of a filled server. `agents` is how many of the keys take part in writes."""
    reader = Reader(url, keys[0] if keys else None)
    try:
        targets = Targets(keys=keys)
        for key in keys[:agents]:
            targets.agents.append(_agent_name(reader, key))
        posts, targets.submolts = _scan_posts(reader, wire)
        mine = set(targets.agents)
        targets.posts = [pid for pid, post in posts.items() if author_of(post) not in mine]
        _find_threads(reader, posts, targets)
        return targets
    finally:
        reader.close()


def align(sides: list[Targets]) -> None:
    """Keep only the threads and submolts that every side has, in one order, so that all are asked the same."""
    titles = set.intersection(*(set(side.threads) for side in sides))
    names = set.intersection(*(set(side.submolts) for side in sides))
    for side in sides:
        side.threads = {title: side.threads[title] for title in sorted(titles)}
        side.submolts = Counter({name: sides[0].submolts[name] for name in sorted(names)})


def scan_posts(url: str, wire: Wire, keys: list[str]) -> dict[str, Json]:
    """The posts that a server's lists show, by id, as far back as offsets reach."""
    reader = Reader(url, keys[0] if keys else None)
    try:
        return _scan_posts(reader, wire)[0]
    finally:
        reader.close()


def _scan_posts(reader: Reader, wire: Wire) -> tuple[dict[str, Json], Counter[str]]:
    """Posts of the global lists and of the submolts most seen there, and how often each submolt was seen."""
    posts: dict[str, Json] = {}
    _scan(reader, f"/posts?sort=hot&limit={_PAGE}", wire, posts, 1)
    for sort in ("new", "top"):
        _scan(reader, f"/posts?sort={sort}&limit={_PAGE}", wire, posts, _PAGES)
    submolts = Counter(submolt_of(post) for post in posts.values())
    for name, _ in submolts.most_common():
        _scan(reader, f"/submolts/{name}/feed?sort=hot&limit=25", wire, posts, 1)
    for name, _ in submolts.most_common(_SUBMOLTS_SCANNED):
        _scan(reader, f"/submolts/{name}/feed?sort=new&limit={_PAGE}", wire, posts, _PAGES)
    return posts, submolts


def _agent_name(reader: Reader, key: str) -> str:
    agent = reader.get("/agents/me", key)["agent"]
    return str(agent["name"])


def _scan(reader: Reader, path: str, wire: Wire, into: dict[str, Json], pages: int) -> None:
    """Read a list by offset, adding its posts by id."""
    offset = 0
    for _ in range(pages):
        page: list[Json] = reader.get(f"{path}&offset={offset}")[wire.posts_key]
        for post in page:
            into.setdefault(str(post["id"]), post)
        if not page:
            return
        offset += len(page)


def _find_threads(reader: Reader, posts: dict[str, Json], targets: Targets) -> None:
    """Choose threads whose comments can truly be read (an import may count comments that it was not given)."""
    likely = sorted(
        (post for post in posts.values() if post.get("comment_count", 0) >= _THREAD_COMMENTS_MIN),
        key=lambda post: str(post["title"]),
    )
    random.Random(1).shuffle(likely)
    seen = Counter(str(post["title"]) for post in likely)
    for post in likely:
        title, pid = str(post["title"]), str(post["id"])
        if seen[title] > 1:
            continue
        try:
            comments: list[Json] = reader.get(COMMENTS_PATH.format(id=pid))["comments"]
        except WireError:
            continue
        if len(comments) < _THREAD_COMMENTS_MIN:
            continue
        targets.threads[title] = pid
        if len(targets.parents) < _REPLY_TARGETS_MAX:
            targets.parents.extend((pid, str(comment["id"])) for comment in comments[:10])
        if len(targets.threads) >= _THREADS_MAX:
            return
