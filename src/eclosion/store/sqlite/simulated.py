"""A disk that forgets: SQLite over files in memory that can lose power at any write, for seeded simulations.

What was written and not yet synced may survive a loss of power, or a part of it, torn in the middle of a write: which
follows from the seed. What was synced always survives. One connection at a time, in exclusive mode, because a WAL
without shared memory wants it so.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import count
from random import Random
from typing import Any, TypeVar

import apsw

from eclosion.store.catalogue import Catalogue, Source
from eclosion.store.contract import Unit
from eclosion.store.migrating import migrate
from eclosion.store.sqlite.connection import SqliteUnit

T = TypeVar("T")
_NAMES = count()


class PowerLost(Exception):
    """The simulated machine went down; the store has to be opened again."""


class _Contents:
    """A file: what is safe on the disk, and the writes since then in their order."""

    __slots__ = ("now", "safe", "unsynced")

    def __init__(self) -> None:
        self.now = bytearray()
        self.safe = bytearray()
        self.unsynced: list[tuple[int, bytes]] = []


class Disk:
    """Files that outlive connections. ``fail_after`` counts down writes and syncs; at zero the power goes."""

    def __init__(self, random: Random) -> None:
        self.name = f"eclosion-simulated-{next(_NAMES)}"
        self.files: dict[str, _Contents] = {}
        self.fail_after = -1
        self.is_down = False
        self._random = random
        self._vfs = _Vfs(self)

    def strain(self) -> None:
        """Count one operation.

        Raises:
            apsw.IOError: the power is gone.
        """
        if self.is_down:
            raise apsw.IOError("the power is gone")
        if self.fail_after == 0:
            self.is_down = True
            raise apsw.IOError("the power goes")
        self.fail_after -= 1

    def come_back(self) -> None:
        """Power is on again: each file is what was safe, with as many of the later writes as chance left."""
        for contents in self.files.values():
            kept = self._random.randint(0, len(contents.unsynced))
            survived = contents.unsynced[:kept]
            if survived and self._random.random() < 0.5:
                at, data = survived[-1]
                survived[-1] = (at, data[: self._random.randint(0, len(data))])
            image = bytearray(contents.safe)
            for at, data in survived:
                _write(image, at, data)
            contents.now, contents.safe, contents.unsynced = image, bytearray(image), []
        self.is_down, self.fail_after = False, -1

    def open(self, path: str) -> _File:
        """A file as SQLite sees it; it is made if need be."""
        return _File(self, path)

    def forget(self) -> None:
        """Let go of the disk."""
        self._vfs.unregister()
        self.files.clear()


class SimulatedStore:
    """A database on a simulated disk: ``write_now`` and ``read_now`` as a store has them."""

    engine = "sqlite"

    def __init__(self, disk: Disk, sources: list[Source]) -> None:
        self._disk = disk
        catalogue = Catalogue(sources, "sqlite")
        self._queries, self._catalogue = catalogue.queries, catalogue
        self._connection: apsw.Connection | None = None
        self._unit: SqliteUnit | None = None

    def open(self) -> None:
        """Open the database, which recovers what was committed."""
        connection = apsw.Connection("ledger.db", vfs=self._disk.name, statementcachesize=100)
        connection.execute(
            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
            "PRAGMA wal_autocheckpoint = 200; PRAGMA temp_store = MEMORY"
        )
        migrate(_Migrant(connection), self._catalogue)
        self._connection, self._unit = connection, SqliteUnit(connection, self._queries)

    def write_now(self, fn: Callable[[Unit], T]) -> T:
        """Run ``fn`` in a transaction.

        Raises:
            PowerLost: the disk went down; nobody knows whether it was committed.
        """
        connection, unit = self._connection, self._unit
        assert connection is not None
        assert unit is not None
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = fn(unit)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction and not self._disk.is_down:
                    connection.execute("ROLLBACK")
                raise
            return result
        except apsw.Error as error:
            if self._disk.is_down:
                self._drop()
                raise PowerLost from error
            raise

    def read_now(self, fn: Callable[[Unit], T]) -> T:
        """Run ``fn`` over what is committed."""
        assert self._unit is not None
        return fn(self._unit)

    def close(self) -> None:
        """Let go of the connection as it is."""
        self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(apsw.Error):  # it cannot say good-bye to a disk that is down
                self._connection.close(True)
        self._connection = self._unit = None


class _Vfs(apsw.VFS):
    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        super().__init__(disk.name, "", maxpathname=256)

    def xOpen(self, name: Any, flags: list[int]) -> Any:  # noqa: N802 - SQLite's name
        path = name if isinstance(name, str) or name is None else name.filename()
        flags[1] = flags[0]
        return self._disk.open(path or f"temporary-{next(_NAMES)}")

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        self._disk.files.pop(filename, None)

    def xAccess(self, pathname: str, flags: int) -> bool:  # noqa: N802
        return pathname in self._disk.files

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return name


class _File:
    def __init__(self, disk: Disk, path: str) -> None:
        self._disk = disk
        self._contents = disk.files.setdefault(path, _Contents())
        self._level = 0

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        return bytes(self._contents.now[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.strain()
        kept = bytes(data)
        _write(self._contents.now, offset, kept)
        self._contents.unsynced.append((offset, kept))

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._disk.strain()
        contents = self._contents
        del contents.now[size:]
        contents.safe, contents.unsynced = bytearray(contents.now), []

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.strain()
        contents = self._contents
        for at, data in contents.unsynced:
            _write(contents.safe, at, data)
        contents.unsynced = []

    def xFileSize(self) -> int:  # noqa: N802
        return len(self._contents.now)

    def xLock(self, level: int) -> None:  # noqa: N802
        self._level = level

    def xUnlock(self, level: int) -> None:  # noqa: N802
        self._level = level

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xFileControl(self, op: int, ptr: int) -> bool:  # noqa: N802
        return False

    def xSectorSize(self) -> int:  # noqa: N802
        return 512

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return 0

    def xClose(self) -> None:  # noqa: N802
        pass


class _Migrant:
    """A connection as ``migrate`` wants it."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def script(self, sql: str) -> None:
        self._connection.execute(sql)

    def numbers(self, part: str) -> list[int]:
        rows = self._connection.execute(
            "SELECT number FROM schema_migrations WHERE part = ?", (part,)
        )
        return [row[0] for row in rows]

    def done(self, part: str, number: int, name: str) -> None:
        self._connection.execute(
            "INSERT INTO schema_migrations (part, number, name) VALUES (?, ?, ?)",
            (part, number, name),
        )


def _write(image: bytearray, at: int, data: bytes) -> None:
    if len(image) < at:
        image.extend(bytes(at - len(image)))
    image[at : at + len(data)] = data
