"""Where an imported comment stands in its thread, and what a batch changes in counters."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from eclosion.kernel.clock import DAY_MS
from eclosion.kernel.ids import bucket_of
from eclosion.network.archive.records import Notes
from eclosion.network.model.names import COMMENT_DEPTH_MAX
from eclosion.network.store import agents, archive, foreign, submolts
from eclosion.store import Unit


class Place(NamedTuple):
    """A place in a thread: ``parent_id`` is 0 under the post itself."""

    parent_id: int
    root_id: int
    depth: int


class Standing(NamedTuple):
    """A comment that is there: its id, the top of its branch, its depth."""

    id: int
    root_id: int
    depth: int


def place_under(parent: Standing | None, id_: int, notes: Notes) -> Place:
    """The place of comment ``id_`` under ``parent``; beyond the deepest level it goes under the top of its branch."""
    if parent is None:
        return Place(0, id_, 0)
    if parent.depth >= COMMENT_DEPTH_MAX:
        notes["comments nested too deeply, put under the top of their branch"] += 1
        return Place(parent.root_id, parent.root_id, 1)
    return Place(parent.id, parent.root_id, parent.depth + 1)


class Threads:
    """Finds posts and comments by their foreign ids within one transaction."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._posts: dict[str, int | None] = {}
        self._submolts: dict[int, int] = {}
        self._added: dict[str, tuple[int, Standing]] = {}

    def post(self, uuid: str) -> int | None:
        """The id of a post, or None if it is not there."""
        if uuid not in self._posts:
            self._posts[uuid] = foreign.id_of(self._unit, f"post:{uuid}")
        return self._posts[uuid]

    def submolt(self, post_id: int) -> int:
        """The submolt of a post."""
        if post_id not in self._submolts:
            self._submolts[post_id] = archive.submolt_of_post(self._unit, post_id)
        return self._submolts[post_id]

    def standing(self, uuid: str, post_id: int) -> Standing | None:
        """The comment of that foreign id, if it is there and under the same post."""
        if added := self._added.get(uuid):
            return added[1] if added[0] == post_id else None
        id_ = foreign.id_of(self._unit, f"comment:{uuid}")
        found = archive.place_of_comment(self._unit, id_) if id_ is not None else None
        if id_ is None or found is None or found[0] != post_id:
            return None
        return Standing(id_, found[1], found[2])

    def add(self, uuid: str, id_: int, post_id: int, place: Place) -> None:
        """Know a comment of this batch that is not written yet."""
        self._added[uuid] = (post_id, Standing(id_, place.root_id, place.depth))


class Tally:
    """What a batch adds to counters, written at its end: one change for each row and not for each record."""

    def __init__(self) -> None:
        self.ids: set[int] = set()
        self.comments: Counter[int] = Counter()
        self.replies: Counter[int] = Counter()
        self._totals: Counter[tuple[str, int]] = Counter()
        self._submolts: dict[int, list[int]] = {}
        self._authors: dict[int, list[int]] = {}
        self._days: set[tuple[int, int]] = set()

    def note(
        self,
        author_id: int,
        submolt_id: int,
        id_: int,
        at_ms: int,
        *,
        post: int = 0,
        comment: int = 0,
    ) -> None:
        """One post or comment more."""
        for counts in (
            self._submolts.setdefault(submolt_id, [0, 0, 0]),
            self._authors.setdefault(author_id, [0, 0, 0]),
        ):
            counts[0] += post
            counts[1] += comment
            counts[2] = max(counts[2], at_ms)
        self._totals["posts" if post else "comments", bucket_of(id_)] += 1
        self._days.add((at_ms // DAY_MS, author_id))

    def write(self, unit: Unit) -> None:
        """Write it, rows in order of their ids, so that two transactions never wait for each other in a ring."""
        for id_, (posts, comments, at_ms) in sorted(self._submolts.items()):
            submolts.count_in(unit, id_, at_ms, posts=posts, comments=comments)
        for id_, (posts, comments, at_ms) in sorted(self._authors.items()):
            if not archive.last_active_ms(unit, id_):
                self._totals["active_agents", bucket_of(id_)] += 1
            archive.count_author(unit, id_, posts=posts, comments=comments, at_ms=at_ms)
        archive.count_comments(unit, self.comments)
        archive.count_replies(unit, self.replies)
        for day, id_ in sorted(self._days):
            agents.mark_active_day(unit, id_, day)
        for (name, bucket), amount in sorted(self._totals.items()):
            archive.add_to_total(unit, name, bucket, amount)
