"""Filling a fresh database file as fast as the machine can: no journal, no indexes until the end.

The file is built beside its final place and moved there when it is whole, so a load that is killed leaves
nothing that anybody could open by mistake. It is never used on a database that exists.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import apsw

from eclosion.kernel.errors import Invalid
from eclosion.store.catalogue import Catalogue, Source, parse_queries
from eclosion.store.contract import StoreFull, Value
from eclosion.store.sqlite.engine import SqliteStore

CACHE_KIB = 1024 * 1024
SORT_THREADS = 2
_ENDINGS = ("", ".lock", "-wal", "-shm", "-journal")
_INDEXES = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY rootpage"
)


class BulkLoad:
    """A new database file in the making.

    Args:
        path: where it shall stand; must not exist.
        sources: the parts whose schema it gets.
        statements: the text of a ``.sql`` file with the named statements that fill it.

    Raises:
        Invalid: ``path`` exists.
    """

    def __init__(self, path: Path, sources: list[Source], statements: str) -> None:
        if path.exists():
            raise Invalid(
                f"{path} exists already, and seeding never touches what is there.",
                "Name another data directory with --data.",
            )
        self._path = path
        self._partial = path.with_name(path.name + ".seeding")
        self._remove()
        SqliteStore(self._partial, Catalogue(sources, "sqlite")).close()
        self._statements = parse_queries(statements)
        self._connection = apsw.Connection(str(self._partial))
        for pragma in (
            "journal_mode = OFF",
            "synchronous = OFF",
            "locking_mode = EXCLUSIVE",
            f"cache_size = -{CACHE_KIB}",
            f"threads = {SORT_THREADS}",
            "trusted_schema = 0",
        ):
            self._connection.execute(f"PRAGMA {pragma}").fetchall()
        self._indexes = list(self._connection.execute(_INDEXES))
        for name, _ in self._indexes:
            self._connection.execute(f"DROP INDEX {name}")

    @property
    def indexes(self) -> list[str]:
        """The names of the indexes that are built at the end."""
        return [str(name) for name, _ in self._indexes]

    def run(self, name: str, /, **values: Value) -> list[tuple[Value, ...]]:
        """Run a named statement; the rows that it returns.

        Raises:
            StoreFull: no room on the disk.
        """
        try:
            return self._connection.execute(self._statements[name], values).fetchall()
        except apsw.FullError as error:
            raise StoreFull from error

    def run_many(self, name: str, rows: Iterable[Mapping[str, Value]]) -> None:
        """Run a named statement for many sets of values, in one transaction."""
        with self._connection:
            self._connection.executemany(self._statements[name], rows)

    def build_index(self, name: str) -> None:
        """Build one of ``indexes``.

        Raises:
            StoreFull: no room on the disk.
        """
        try:
            self._connection.execute(dict(self._indexes)[name])
        except apsw.FullError as error:
            raise StoreFull from error

    def finish(self) -> None:
        """Make the file durable and put it in its place."""
        self._connection.pragma("journal_mode", "delete")
        self._connection.close()
        with self._partial.open("rb") as file:
            os.fsync(file.fileno())
        self._partial.chmod(0o600)
        self._partial.rename(self._path)
        self._remove()

    def abandon(self) -> None:
        """Leave nothing behind."""
        self._connection.close()
        self._remove()

    def _remove(self) -> None:
        for ending in _ENDINGS:
            with suppress(OSError):
                self._partial.with_name(self._partial.name + ending).unlink()
