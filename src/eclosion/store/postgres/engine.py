"""PostgreSQL as a store: pooled connections in threads, one transaction a function, retried on conflict.

Writes run at READ COMMITTED: our use cases change counters by deltas and lean on unique keys, so they need no
stronger isolation, and a retry is left for deadlocks and serialisation failures.
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg import errors as pg
from psycopg_pool import ConnectionPool, PoolTimeout

from eclosion.kernel.errors import Invalid
from eclosion.store.catalogue import Catalogue
from eclosion.store.contract import Row, StoreBroken, StoreBusy, StoreFull, Unit, Value
from eclosion.store.migrating import migrate
from eclosion.store.postgres.inserting import FEW, insert_all, parse
from eclosion.store.postgres.restoring import CLIENT_TOOLS, apart

T = TypeVar("T")
CONNECTIONS = 16
RETRIES = 8
MIGRATION_LOCK = 7_362_521  # any number, the same in every process
# A unique key that somebody took meanwhile is seen by the second try, which then says so properly.
_AGAIN = (pg.SerializationFailure, pg.DeadlockDetected, pg.UniqueViolation)


def connect(url: str) -> psycopg.Connection[Row]:
    """One connection, for those who keep tables of their own in the same database."""
    return psycopg.connect(url)


class PostgresUnit:
    """A unit of work over one connection's transaction; see ``contract.Unit``."""

    __slots__ = ("_cursor", "_queries")
    engine = "postgres"

    def __init__(self, cursor: psycopg.Cursor[Row], queries: Mapping[str, str]) -> None:
        self._cursor = cursor
        self._queries = queries

    def rows(self, query: str, /, **values: Value) -> list[Row]:
        """All rows of a query."""
        return self._execute(query, values).fetchall()

    def row(self, query: str, /, **values: Value) -> Row | None:
        """The first row, or None."""
        return self._execute(query, values).fetchone()

    def run(self, query: str, /, **values: Value) -> int:
        """Change something; how many rows were changed."""
        return self._execute(query, values).rowcount

    def run_many(self, query: str, /, many: Iterable[Mapping[str, Value]]) -> None:
        """The same change for many sets of values."""
        self._cursor.executemany(self._queries[query], list(many))

    def put_many(self, query: str, /, many: Iterable[Mapping[str, Value]]) -> None:
        """The same insert for many rows, in one statement where they are more than a few."""
        rows, insert = list(many), parse(self._queries[query])
        if insert is None or len(rows) < FEW:
            self._cursor.executemany(self._queries[query], rows)
        else:
            insert_all(self._cursor, insert, rows)

    def _execute(self, query: str, values: dict[str, Value]) -> psycopg.Cursor[Row]:
        return self._cursor.execute(self._queries[query], values)


class PostgresStore:
    """A PostgreSQL database. See ``contract.Store``.

    Raises:
        StoreBroken: it cannot be reached.
    """

    engine = "postgres"

    def __init__(self, url: str, catalogue: Catalogue) -> None:
        self.commits = 0
        self._url = url
        self._queries = catalogue.queries
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("SELECT pg_advisory_lock(%s)", (MIGRATION_LOCK,))
                migrate(_Migrant(connection), catalogue)
        except psycopg.Error as error:
            raise StoreBroken(
                f"The database cannot be opened: {error}",
                "Look at its address (--db, ECLOSION_DATA_DATABASE), and whether this user may sign in there.",
            ) from error
        self._pool = ConnectionPool(
            url, min_size=2, max_size=CONNECTIONS, timeout=10, open=True, configure=_configure
        )
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="postgres")

    @property
    def writes(self) -> int:
        """How many writes were committed: here each is a batch by itself."""
        return self.commits

    @property
    def version(self) -> int | None:
        """None: others may have committed, and asking costs as much as reading."""
        return None

    async def read(self, fn: Callable[[Unit], T], *, slow: bool = False) -> T:
        """Run ``fn`` in a read-only transaction."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.read_now, fn)

    async def write(self, fn: Callable[[Unit], T]) -> T:
        """Run ``fn`` in a transaction and wait until it is durable."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.write_now, fn)

    def read_now(self, fn: Callable[[Unit], T]) -> T:
        """Run ``fn`` in a read-only transaction: one snapshot for all its queries."""
        return self._transact(fn, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def write_now(self, fn: Callable[[Unit], T]) -> T:
        """Run ``fn`` in a transaction, again if another one got in its way."""
        result = self._transact(fn, "BEGIN")
        self.commits += 1
        return result

    def backup(self, to: Path) -> None:
        """Dump the database with ``pg_dump`` (custom format), which must be installed."""
        if to.exists():
            raise Invalid(f"{to} exists already; a backup never overwrites.", "Name another file.")
        if not to.parent.is_dir():
            raise Invalid(f"There is no folder {to.parent}.", "Make it first.")
        partial = to.with_name(to.name + ".partial")
        target, environ = apart(self._url)
        command = ["pg_dump", "--format=custom", f"--file={partial}", f"--dbname={target}"]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, env=environ)
            partial.chmod(0o600)
            partial.rename(to)
        except (OSError, subprocess.CalledProcessError) as error:
            partial.unlink(missing_ok=True)
            said = error.stderr if isinstance(error, subprocess.CalledProcessError) else error
            raise StoreBroken(f"pg_dump failed: {said}", CLIENT_TOOLS) from error

    def close(self) -> None:
        """Finish what is under way and let go of the connections."""
        self._threads.shutdown()
        self._pool.close()

    def _transact(self, fn: Callable[[Unit], T], begin: str) -> T:
        for attempt in range(RETRIES + 1):
            try:
                with self._pool.connection() as connection, connection.cursor() as cursor:
                    cursor.execute(begin)
                    try:
                        result = fn(PostgresUnit(cursor, self._queries))
                    except BaseException:
                        cursor.execute("ROLLBACK")
                        raise
                    cursor.execute("COMMIT")
                    return result
            except _AGAIN as error:
                if attempt == RETRIES:
                    raise StoreBusy from error
                time.sleep(random.uniform(0, 0.002 * 2**attempt))
            except (pg.DiskFull, pg.OutOfMemory) as error:
                raise StoreFull from error
            except (psycopg.OperationalError, PoolTimeout) as error:
                raise StoreBroken from error
        raise AssertionError("unreachable")


def _configure(connection: psycopg.Connection[Any]) -> None:
    connection.autocommit = True  # we say BEGIN ourselves, to choose its kind


class _Migrant:
    """A connection as ``migrate`` wants it."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def script(self, sql: str) -> None:
        self._connection.execute(sql, prepare=False)

    def numbers(self, part: str) -> list[int]:
        found = self._connection.execute(
            "SELECT number FROM schema_migrations WHERE part = %s", (part,)
        )
        return [row[0] for row in found]

    def done(self, part: str, number: int, name: str) -> None:
        self._connection.execute(
            "INSERT INTO schema_migrations (part, number, name) VALUES (%s, %s, %s)",
            (part, number, name),
        )
