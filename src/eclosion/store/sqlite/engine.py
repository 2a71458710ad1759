"""SQLite as a store: reads at once in the caller's thread, writes through the writer's queue."""

from __future__ import annotations

import asyncio
import fcntl
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO, TypeVar, cast

import apsw

from eclosion.kernel.errors import Invalid
from eclosion.store.catalogue import Catalogue
from eclosion.store.contract import StoreBroken, StoreLocked, StoreReadOnly, Unit
from eclosion.store.migrating import migrate
from eclosion.store.sqlite.connection import SqliteUnit, open_reader, open_writer, translate
from eclosion.store.sqlite.writer import Job, Writer

T = TypeVar("T")
SLOW_THREADS = 2


class SqliteStore:
    """One database file. See ``contract.Store``.

    Args:
        path: the database file; its folder is made if need be.
        catalogue: the queries and migrations of all parts.
        writable: whether this process is the writer. There is at most one for a file; a lock beside it
            sees to that.

    Raises:
        StoreBroken: another process is the writer, or the file cannot be opened.
    """

    engine = "sqlite"

    def __init__(self, path: Path, catalogue: Catalogue, *, writable: bool = True) -> None:
        self.path = path
        self._queries = catalogue.queries
        self._readers = threading.local()
        self._opened: list[apsw.Connection] = []
        self._slow = ThreadPoolExecutor(SLOW_THREADS, thread_name_prefix="read")
        self._lock: IO[str] | None = None
        self._writer: Writer | None = None
        try:
            if writable:
                self._open_writer(catalogue)
            self._reader()
        except (apsw.Error, OSError) as error:
            self.close()
            raise StoreBroken(
                f"{path} cannot be opened: {error}",
                "Name a data directory that this user may write to, with --data.",
            ) from error
        except BaseException:
            self.close()
            raise

    def _open_writer(self, catalogue: Catalogue) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = _lock(self.path)
        connection = open_writer(self.path)
        try:
            migrate(_Migrant(connection), catalogue)
        finally:
            connection.close()
        self.path.chmod(0o600)
        self._writer = Writer(self.path, self._queries)

    @property
    def version(self) -> int:
        """A number that is another one as soon as anybody, in any process, has committed."""
        # Asked of a connection that never writes: SQLite tells it of every commit but its own.
        return cast(int, self._reader()[0].pragma("data_version"))

    @property
    def commits(self) -> int:
        """How many batches this process has committed."""
        return self._writer.commits if self._writer else 0

    @property
    def writes(self) -> int:
        """How many writes were in them."""
        return self._writer.writes if self._writer else 0

    async def read(self, fn: Callable[[Unit], T], *, slow: bool = False) -> T:
        """Run ``fn`` over a snapshot: here and now, or in a thread if it is ``slow``."""
        if slow:
            return await asyncio.get_running_loop().run_in_executor(self._slow, self.read_now, fn)
        return self.read_now(fn)

    def read_now(self, fn: Callable[[Unit], T]) -> T:
        """Run ``fn`` over a snapshot in the calling thread."""
        connection, unit = self._reader()
        try:
            connection.execute("BEGIN")
            try:
                return fn(unit)
            finally:
                connection.execute("COMMIT")
        except apsw.Error as error:
            raise translate(error) from error

    async def write(self, fn: Callable[[Unit], T]) -> T:
        """Queue ``fn`` and wait until it is durable."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._need_writer().submit(Job(fn, future, loop))
        return await future

    def write_now(self, fn: Callable[[Unit], T]) -> T:
        """Queue ``fn`` and wait in the calling thread."""
        future: Future[T] = Future()
        self._need_writer().submit(Job(fn, future, None))
        return future.result()

    def backup(self, to: Path) -> None:
        """Copy the database, page by page and consistently, while it is in use."""
        if to.exists():
            raise Invalid(f"{to} exists already; a backup never overwrites.", "Name another file.")
        if not to.parent.is_dir():
            raise Invalid(f"There is no folder {to.parent}.", "Make it first.")
        partial = to.with_name(to.name + ".partial")
        partial.unlink(missing_ok=True)
        try:
            source, target = open_reader(self.path), apsw.Connection(str(partial))
            # One step copies one snapshot; in small steps a busy writer would make it start over and over.
            with target.backup("main", source, "main") as copying:
                while not copying.done:
                    copying.step(-1)
            target.pragma("journal_mode", "delete")
            target.close()
            source.close()
            partial.chmod(0o600)
            partial.rename(to)
        except (apsw.Error, OSError) as error:
            partial.unlink(missing_ok=True)
            raise StoreBroken(f"the backup failed: {error}") from error

    def close(self) -> None:
        """Write what is waiting and let go of the file."""
        self._slow.shutdown()
        if self._writer:
            self._writer.close()
        for connection in self._opened:
            connection.close()
        self._opened.clear()
        self._readers = threading.local()
        if self._lock:
            self._lock.close()
            self._lock = None

    def _need_writer(self) -> Writer:
        if self._writer is None:
            raise StoreReadOnly
        return self._writer

    def _reader(self) -> tuple[apsw.Connection, SqliteUnit]:
        """This thread's own reading connection."""
        try:
            found: tuple[apsw.Connection, SqliteUnit] = self._readers.pair
        except AttributeError:
            connection = open_reader(self.path)
            self._opened.append(connection)
            found = self._readers.pair = (connection, SqliteUnit(connection, self._queries))
        return found


class _Migrant:
    """A connection as ``migrate`` wants it."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def script(self, sql: str) -> None:
        self._connection.execute(sql)

    def numbers(self, part: str) -> list[int]:
        return [
            row[0]
            for row in self._connection.execute(
                "SELECT number FROM schema_migrations WHERE part = ?", (part,)
            )
        ]

    def done(self, part: str, number: int, name: str) -> None:
        self._connection.execute(
            "INSERT INTO schema_migrations (part, number, name) VALUES (?, ?, ?)",
            (part, number, name),
        )


def _lock(path: Path) -> IO[str]:
    """Become the one writer of ``path``. The operating system lets go of the lock when we die."""
    name = path.with_name(path.name + ".lock")
    file = os.fdopen(os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise StoreLocked(
            f"Another process is already writing to {path}.", "Stop it, or work on other data."
        ) from None
    return file
