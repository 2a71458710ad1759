"""Opening SQLite connections, and the unit of work over one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import apsw

from eclosion.store.contract import Row, StoreBroken, StoreBusy, StoreFull, Value

READ_CACHE_KIB = 64 * 1024
WRITE_CACHE_KIB = 128 * 1024
MMAP_BYTES = (
    2**31 - 65536
)  # SQLite's own ceiling; pages mapped from the file cost no anonymous memory
BUSY_MS = 10_000

_FULL = (apsw.FullError,)
_BROKEN = (
    apsw.IOError,
    apsw.CantOpenError,
    apsw.CorruptError,
    apsw.NotADBError,
    apsw.ReadOnlyError,
)


class SqliteUnit:
    """A unit of work over one connection; see ``contract.Unit``."""

    __slots__ = ("_connection", "_queries")
    engine = "sqlite"

    def __init__(self, connection: apsw.Connection, queries: Mapping[str, str]) -> None:
        self._connection = connection
        self._queries = queries

    def rows(self, query: str, /, **values: Value) -> list[Row]:
        """All rows of a query."""
        return self._connection.execute(self._queries[query], values).fetchall()

    def row(self, query: str, /, **values: Value) -> Row | None:
        """The first row, or None."""
        return next(self._connection.execute(self._queries[query], values), None)

    def run(self, query: str, /, **values: Value) -> int:
        """Change something; how many rows were changed."""
        # A statement with RETURNING is only finished once its rows are read.
        self._connection.execute(self._queries[query], values).fetchall()
        return self._connection.changes()

    def run_many(self, query: str, /, many: Iterable[Mapping[str, Value]]) -> None:
        """The same change for many sets of values."""
        self._connection.executemany(self._queries[query], many).fetchall()

    def put_many(self, query: str, /, many: Iterable[Mapping[str, Value]]) -> None:
        """The same insert for many rows; here a statement a row is quickest."""
        self.run_many(query, many)


def open_reader(path: Path) -> apsw.Connection:
    """A connection that cannot write."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY, statementcachesize=300)
    connection.set_busy_timeout(BUSY_MS)
    _pragmas(connection, READ_CACHE_KIB)
    connection.execute("PRAGMA query_only = 1")
    return connection


def open_writer(path: Path) -> apsw.Connection:
    """The connection that writes: durable at each commit, checkpointed by somebody else."""
    connection = apsw.Connection(str(path), statementcachesize=300)
    connection.set_busy_timeout(BUSY_MS)
    if connection.pragma("journal_mode", "wal") != "wal":
        raise StoreBroken(f"{path} cannot be put into WAL mode; is it on a network share?")
    _pragmas(connection, WRITE_CACHE_KIB)
    connection.execute("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0")
    return connection


def _pragmas(connection: apsw.Connection, cache_kib: int) -> None:
    # The planner must not look at bound values: it would compile a query with a range anew at each run, for ten
    # times what the run itself costs.
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    connection.execute(
        f"PRAGMA cache_size = -{cache_kib}; PRAGMA mmap_size = {MMAP_BYTES};"
        "PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = 0; PRAGMA trusted_schema = 0"
    )


def translate(error: apsw.Error) -> Exception:
    """The store's own error for one of SQLite's, or the same error where it is a bug of ours."""
    if isinstance(error, _FULL):
        return StoreFull()
    if isinstance(error, apsw.BusyError):
        return StoreBusy()
    if isinstance(error, _BROKEN):
        return StoreBroken()
    return error
