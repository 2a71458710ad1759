"""Stores in a database: SQLite through the standard library, PostgreSQL through any connection that the caller makes.

What always holds: spending is one statement that inserts or does not, so the database decides races; what was spent
outlives the process. What has ended is swept only an hour later, so that a clock that is set back a little after a
restart makes nothing good again.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from queue import Empty, LifoQueue
from threading import BoundedSemaphore, Lock
from typing import Any

GRACE_MS = 3_600_000
_CREATE = ("create_spent", "create_counts", "index_spent", "index_counts")
_POOL = 8
_PATIENCE_S = 5


@cache
def statements() -> Mapping[str, str]:
    """Name to statement."""
    text = files("eclosion.gate.stores").joinpath("statements.sql").read_text("utf-8")
    pieces = re.split(r"^-- name: (\w+)$", text, flags=re.MULTILINE)[1:]
    return {name: sql.strip() for name, sql in zip(pieces[::2], pieces[1::2], strict=True)}


class SqliteStore:
    """A SQLite file, shared by the processes of one machine.

    A commit outlives the process; after a power cut the last moments may be lost, so turn such a machine's gate on a
    minute later if that matters.

    Args:
        path: the file; it is made if it is not there.
    """

    def __init__(self, path: Path | str) -> None:
        self._lock = Lock()
        self._connection = sqlite3.connect(
            path, timeout=10, isolation_level=None, check_same_thread=False
        )
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL"):
            self._connection.execute(f"PRAGMA {pragma}")
        for name in _CREATE:
            self._connection.execute(statements()[name])

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def spend(self, name: str, until_ms: int, now_ms: int) -> bool:
        return bool(self._run("spend", name=name, until_ms=until_ms, now_ms=now_ms))

    def is_spent(self, name: str, now_ms: int) -> bool:
        return bool(self._run("read_spent", name=name, now_ms=now_ms))

    def take(self, name: str, limit: int, until_ms: int, now_ms: int) -> bool:
        if limit < 1:
            return False
        values = {"name": name, "until_ms": until_ms, "now_ms": now_ms, "limit_count": limit}
        return bool(self._run("take", **values))

    def taken(self, name: str, now_ms: int) -> int:
        rows = self._run("read_taken", name=name, now_ms=now_ms)
        return int(rows[0][0]) if rows else 0

    def sweep(self, now_ms: int) -> int:
        with self._lock:
            before = self._connection.total_changes
            for name in ("sweep_spent", "sweep_counts"):
                self._connection.execute(statements()[name], {"now_ms": now_ms - GRACE_MS})
            return self._connection.total_changes - before

    def _run(self, statement: str, **values: Any) -> list[Any]:
        with self._lock:
            return self._connection.execute(statements()[statement], values).fetchall()


class PostgresStore:
    """A PostgreSQL database, shared by any number of machines.

    Args:
        connect: makes a connection, such as ``lambda: psycopg.connect(url)``. Up to eight are open at once; one that
            failed is thrown away.
    """

    is_remote = True

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._idle: LifoQueue[Any] = LifoQueue()
        self._places = BoundedSemaphore(_POOL)
        try:
            self._create()
        except Exception:  # noqa: BLE001 - a driver's own: another process made the tables in the same moment
            self._create()

    def close(self) -> None:
        """Close the connections that nobody uses."""
        while not self._idle.empty():
            self._idle.get().close()

    def spend(self, name: str, until_ms: int, now_ms: int) -> bool:
        return bool(self._run("spend", name=name, until_ms=until_ms, now_ms=now_ms))

    def is_spent(self, name: str, now_ms: int) -> bool:
        return bool(self._run("read_spent", name=name, now_ms=now_ms))

    def take(self, name: str, limit: int, until_ms: int, now_ms: int) -> bool:
        if limit < 1:
            return False
        values = {"name": name, "until_ms": until_ms, "now_ms": now_ms, "limit_count": limit}
        return bool(self._run("take", **values))

    def taken(self, name: str, now_ms: int) -> int:
        rows = self._run("read_taken", name=name, now_ms=now_ms)
        return int(rows[0][0]) if rows else 0

    def sweep(self, now_ms: int) -> int:
        count = 0
        with self._connected() as connection:
            for name in ("sweep_spent", "sweep_counts"):
                swept = connection.execute(_percent(name), {"now_ms": now_ms - GRACE_MS})
                count += swept.rowcount
        return count

    def _create(self) -> None:
        with self._connected() as connection:
            for name in _CREATE:
                connection.execute(statements()[name])

    def _run(self, statement: str, **values: Any) -> list[Any]:
        with self._connected() as connection:
            return list(connection.execute(_percent(statement), values).fetchall())

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        """A connection for one transaction; kept for the next only if all went well."""
        if not self._places.acquire(timeout=_PATIENCE_S):
            raise TimeoutError("no connection became free")
        try:
            connection = self._take_idle()
            try:
                yield connection
                connection.commit()
            except BaseException:
                connection.close()
                raise
            self._idle.put(connection)
        finally:
            self._places.release()

    def _take_idle(self) -> Any:
        try:
            return self._idle.get_nowait()
        except Empty:
            return self._connect()


@cache
def _percent(name: str) -> str:
    """A statement with its values named as psycopg wants them."""
    return re.sub(r"(?<!:):(\w+)", r"%(\1)s", statements()[name])
