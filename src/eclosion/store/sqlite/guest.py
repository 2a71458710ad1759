"""Writing beside the writer: for an operator's few changes while a server runs.

SQLite itself lets one transaction write at a time; a guest waits its turn for as long as ``BUSY_MS``. What it may
not do is migrate, or make a habit of it: the writer's group commits wait while a guest writes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import apsw

from eclosion.store.catalogue import Catalogue
from eclosion.store.contract import StoreBroken, Unit
from eclosion.store.sqlite.connection import SqliteUnit, open_writer, translate
from eclosion.store.sqlite.engine import SqliteStore

T = TypeVar("T")


class GuestStore(SqliteStore):
    """A database file that another process has open for writing. See ``contract.Store``.

    Raises:
        StoreBroken: the file cannot be opened.
    """

    def __init__(self, path: Path, catalogue: Catalogue) -> None:
        super().__init__(path, catalogue, writable=False)
        try:
            self._connection = open_writer(path)
        except apsw.Error as error:
            self.close()
            raise StoreBroken(f"{path} cannot be opened: {error}") from error
        self._unit = SqliteUnit(self._connection, catalogue.queries)
        self._opened.append(self._connection)

    async def write(self, fn: Callable[[Unit], T]) -> T:
        """Run ``fn`` in a transaction of its own, in a thread."""
        return await asyncio.to_thread(self.write_now, fn)

    def write_now(self, fn: Callable[[Unit], T]) -> T:
        """Run ``fn`` in a transaction of its own."""
        execute = self._connection.execute
        try:
            execute("BEGIN IMMEDIATE")
            try:
                result = fn(self._unit)
                execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    execute("ROLLBACK")
                raise
            return result
        except apsw.Error as error:
            raise translate(error) from error
