"""An agent's own feed: its submolts and the agents it follows, merged.

Each source is read off its own index, a few keys at a time, and the sources are merged by rank; what comes
twice is shown once. What always holds: a page costs at most ``SOURCES_MAX`` short index reads of each sort. An
agent with more sources than that gets a different sample of them each day. Of whom one follows, orders other
than ``new`` rank the newest ``EACH_NEWEST`` posts.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from itertools import islice

from eclosion.kernel.clock import DAY_MS
from eclosion.network.service.feeds import TOP, Mark, Page, load, rank_of, stored_page
from eclosion.network.store import feeds
from eclosion.store import Unit

SOURCES_MAX = 50
SOURCES_READ_MAX = 2_000
EACH_NEWEST = 20
CHUNK = 8
_MIX = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


def personal_page(
    unit: Unit,
    agent_id: int,
    sort: str,
    limit: int,
    at_ms: int,
    after: Mark = TOP,
    *,
    offset: int = 0,
    follows_only: bool = False,
) -> tuple[str, Page]:
    """What kind of feed it is (``personal``, ``following`` or ``all``) and a page of it.

    Args:
        sort: any of ``feeds.SORTS`` but random.
        at_ms: the instant of the first page: for ``rising``, and to keep the sample of sources the same.
        follows_only: leave the submolts out. Otherwise an agent without any source gets the feed of all.
    """
    submolts: list[int] = []
    if not follows_only:
        found = feeds.submolts_of(unit, agent_id, SOURCES_READ_MAX)
        submolts = sample(found, at_ms // DAY_MS, SOURCES_MAX)
    followed = feeds.followees_of(unit, agent_id, SOURCES_READ_MAX)
    followed = sample(followed, at_ms // DAY_MS, SOURCES_MAX)
    if not submolts and not followed and not follows_only:
        return "all", stored_page(unit, "hot" if sort == "rising" else sort, limit, after, offset)
    sources = [_of_submolt(unit, id_, sort, at_ms, after) for id_ in submolts]
    sources += [_of_author(unit, id_, sort, at_ms, after) for id_ in followed]
    marks = list(islice(_merged(sources), offset + limit + 1))
    shown = marks[offset : offset + limit]
    more = len(marks) > offset + limit
    kind = "following" if follows_only else "personal"
    return kind, Page(load(unit, shown), shown[-1] if more and shown else None)


def sample(ids: list[int], seed: int, most: int) -> list[int]:
    """At most ``most`` of some ids, the same ones for the same seed."""
    if len(ids) <= most:
        return ids
    return heapq.nsmallest(most, ids, key=lambda id_: (((id_ ^ seed) * _MIX) & _MASK) >> 20)


def _merged(sources: list[Iterator[Mark]]) -> Iterator[Mark]:
    last: Mark | None = None
    for mark in heapq.merge(*sources, reverse=True):
        if mark != last:
            yield mark
        last = mark


def _of_submolt(unit: Unit, id_: int, sort: str, at_ms: int, after: Mark) -> Iterator[Mark]:
    if sort == "rising":
        keys = feeds.recent_keys(unit, EACH_NEWEST, submolt_id=id_)
        return _ranked(keys, sort, at_ms, after)

    def read(mark: Mark, limit: int) -> list[feeds.Key]:
        if sort == "new":
            return feeds.recent_keys(unit, limit, mark.id, submolt_id=id_)
        return feeds.submolt_keys(unit, sort, id_, mark.rank, mark.id, limit)

    return _walk(read, sort, after)


def _of_author(unit: Unit, id_: int, sort: str, at_ms: int, after: Mark) -> Iterator[Mark]:
    if sort == "new":
        return _walk(lambda mark, limit: feeds.author_keys(unit, id_, mark.id, limit), sort, after)
    return _ranked(feeds.author_keys(unit, id_, TOP.id, EACH_NEWEST), sort, at_ms, after)


def _ranked(keys: list[feeds.Key], sort: str, at_ms: int, after: Mark) -> Iterator[Mark]:
    marks = (rank_of(sort, key, at_ms) for key in keys if key.listed)
    return iter(sorted((mark for mark in marks if mark < after), reverse=True))


def _walk(read: Callable[[Mark, int], list[feeds.Key]], sort: str, after: Mark) -> Iterator[Mark]:
    """All of one source in order; most sources give a page one post or none, so it starts small."""
    limit = CHUNK
    while True:
        keys = read(after, limit)
        for key in keys:
            after = rank_of(sort, key, 0)
            if key.listed:
                yield after
        if len(keys) < limit:
            return
        limit *= 4
