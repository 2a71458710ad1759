"""What the operator's commands are handed: a store and a network, without the rest of the house.

Reading commands open the database beside a running server and change nothing. An operator's changes go beside it
too; long work (an import) takes the writer's place and so refuses while a server runs.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from eclosion.app.house import SOURCES, open_keys
from eclosion.app.marking import NetworkMarker
from eclosion.app.sealing import open_key_ring
from eclosion.app.settings import Settings
from eclosion.findings import Findings
from eclosion.kernel.clock import SystemClock
from eclosion.kernel.ids import IdMaker
from eclosion.network import Network
from eclosion.network.context import Progress
from eclosion.network.seeding.filling import STATEMENTS as SEEDING
from eclosion.store import Store, open_store
from eclosion.store.contract import StoreBroken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eclosion.store.sqlite.bulk import BulkLoad

# Ids made by hand and by a server at the same instant must differ: a hand takes the end of the sequence,
# which a server would reach with its 4,096th id of one millisecond.
_LANE, _LANES = 4_095, 4_096


@dataclass(frozen=True)
class Office:
    """A store and the dependencies of the parts, for one operator's command."""

    settings: Settings
    store: Store
    network: Network
    findings: Findings


def database_file(settings: Settings) -> Path | None:
    """The file of the embedded engine, or None on PostgreSQL."""
    url = settings.data.url
    return Path(unquote(url.removeprefix("sqlite:///"))) if url.startswith("sqlite:") else None


@contextmanager
def reading(settings: Settings) -> Iterator[Store]:
    """A store to read from, also beside a running server.

    Raises:
        StoreBroken: there is no database, or it cannot be opened.
    """
    _must_exist(settings)
    store = open_store(settings.data.url, SOURCES, writable=False)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def office(settings: Settings, *, alone: bool = False, new: bool = False) -> Iterator[Office]:
    """A store to change by hand.

    Args:
        alone: be the only writer, for long work.
        new: make it if it is not there. A brake on a database that a mistyped folder has just made stops nobody.

    Raises:
        StoreLocked: ``alone``, and another process writes.
        StoreBroken: the database cannot be opened, or is not there.
        Invalid: a setting or the key file is wrong.
    """
    if not new:
        _must_exist(settings)
    clock = SystemClock()
    store = open_store(settings.data.url, SOURCES, guest=not alone)
    try:
        keys = open_keys(settings, store)
        ids = IdMaker(clock, _LANE, _LANES)
        yield Office(
            settings,
            store,
            Network(clock=clock, ids=ids, rules=settings.network, sealer=keys),
            Findings(clock, ids, settings.findings, NetworkMarker()),
        )
    finally:
        store.close()


def rebuild_index(place: Office, progress: Progress, *, afresh: bool) -> int:
    """Make everything findable; how many things were looked at. It may be stopped and goes on where it was.

    Args:
        afresh: begin at the beginning, because old things have come in.
    """
    from eclosion.app.searching import open_index, rebuild

    progress.stage("Search index")
    index = open_index(place.settings.data, place.store)
    try:
        return rebuild(place.store, index, lambda _, count: progress.advance(count), afresh=afresh)
    finally:
        if index is not place.store:
            index.close()


@contextmanager
def fresh_load(settings: Settings) -> Iterator[BulkLoad]:
    """A new SQLite database in the making, which takes its place when the block ends well.

    Raises:
        Invalid: the database exists.
    """
    from eclosion.store.sqlite.bulk import BulkLoad

    file = database_file(settings)
    assert file is not None
    open_key_ring(settings.data.key_path)
    load = BulkLoad(file, SOURCES, SEEDING.read_text("utf-8"))
    try:
        yield load
    except BaseException:
        load.abandon()
        raise
    load.finish()


def restore_backup(settings: Settings, backup: Path) -> str:
    """Put a backup where the settings say the database is; where that was.

    Raises:
        Invalid: something is there already, or the backup is missing or damaged.
        StoreBroken: it cannot be copied.
    """
    file = database_file(settings)
    if file is None:
        from eclosion.store.postgres.restoring import apart
        from eclosion.store.postgres.restoring import restore as restore_dump

        restore_dump(backup, settings.data.url)
        return apart(settings.data.url)[0]
    from eclosion.store.sqlite.inspecting import restore

    restore(backup, file)
    return str(file)


def _must_exist(settings: Settings) -> None:
    file = database_file(settings)
    if file is not None and not file.exists():
        raise StoreBroken(
            f"There is no database at {file}.",
            "Name the data directory with --data, or start a network with: eclosion serve",
        )
