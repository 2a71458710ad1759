"""Keeps the text index in step with the network, and builds it anew after a bulk import.

On SQLite the index is a file beside the database, on PostgreSQL tables in it. How far it has come stands in the
index and is saved with the texts, so it is never ahead of or behind itself; a lost or old index file catches
up from the outbox, or by ``rebuild``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

from eclosion.app.settings import Data
from eclosion.network.service import search
from eclosion.network.service.search import Findable
from eclosion.store import Store, Unit, open_store
from eclosion.store.outbox import (
    START,
    end_position,
    get_position,
    move_position,
    read_events,
    set_position,
)
from eclosion.store.textindex import SOURCE, Text, drop, put

NAME = "search"
BATCH = 500
UNSAVED_MAX = 5_000
REBUILD_BATCH = 1_000


def open_index(data: Data, store: Store, *, writable: bool = True) -> Store:
    """The store that the index is in: the network's own on PostgreSQL, else a file beside the database.

    Raises:
        StoreBroken: it cannot be opened.
    """
    if store.engine != "sqlite":
        return store
    if not data.database:
        return open_store(data.search_url, [SOURCE], writable=writable)
    path = Path(unquote(data.database.removeprefix("sqlite:///")))
    url = f"sqlite:///{path.with_name(path.stem + '-search.db')}"
    return open_store(url, [SOURCE], writable=writable)


class SearchFeeder:
    """The consumer that keeps the index in step; see ``dispatch.Consumer``.

    Most events are votes and change nothing here. Past those it reads on without saving where it is, up to
    ``UNSAVED_MAX`` events or until there are no more: after a crash it reads them once more.
    """

    name = NAME

    def __init__(self, store: Store, index: Store) -> None:
        self._store = store
        self._index = index
        self._saved = ""
        self._read = ""
        self._unsaved = 0

    async def step(self) -> int:
        """Put what some events tell of into the index, or take it out."""
        was = await self._index.read(lambda unit: get_position(unit, NAME))
        if was != self._saved:  # the first step, or another process has moved on
            self._saved = self._read = was
            self._unsaved = 0

        def look(unit: Unit) -> tuple[str, int, list[Findable]]:
            events = read_events(unit, self._read, BATCH)
            position = events[-1].position if events else self._read
            return position, len(events), search.changed(unit, events)

        position, count, found = await self._store.read(look)
        if not (count or self._unsaved):
            return 0
        self._unsaved += count
        if found or not count or self._unsaved >= UNSAVED_MAX:

            def work(unit: Unit) -> None:
                if move_position(unit, NAME, was, position):
                    write(unit, found)

            await self._index.write(work)
            self._saved, self._unsaved = position, 0
        self._read = position
        return count


def write(unit: Unit, found: list[Findable]) -> None:
    """Bring the index up to date with some things."""
    put(unit, (Text(*one) for one in found if not one.hidden))
    for one in found:
        if one.hidden:
            drop(unit, one.kind, [one.id])


def rebuild(
    store: Store,
    index: Store,
    progress: Callable[[str, int], None] | None = None,
    *,
    afresh: bool = False,
) -> int:
    """Put everything into the index that is not there yet; how many things were looked at.

    It may be stopped at any moment and goes on where it was. What happens meanwhile comes by the outbox.

    Args:
        progress: told of each batch: its kind and size.
        afresh: begin at the beginning, as after an import into a network that had been indexed.
    """

    def begin(unit: Unit) -> None:
        if get_position(unit, NAME) == START:
            set_position(unit, NAME, end)
        for kind in search.KINDS if afresh else ():
            set_position(unit, f"{NAME} {kind}", START)

    end = store.read_now(end_position)
    index.write_now(begin)
    total = 0
    for kind in search.KINDS:
        while count := _rebuild_batch(store, index, kind):
            total += count
            if progress:
                progress(kind, count)
    return total


def _rebuild_batch(store: Store, index: Store, kind: str) -> int:
    reader = f"{NAME} {kind}"
    after_id = int(index.read_now(lambda unit: get_position(unit, reader)).partition(".")[2])
    found = store.read_now(lambda unit: search.walk(unit, kind, after_id, REBUILD_BATCH))
    if not found:
        return 0

    def work(unit: Unit) -> None:
        write(unit, found)
        set_position(unit, reader, f"0.{found[-1].id}")

    index.write_now(work)
    return len(found)
