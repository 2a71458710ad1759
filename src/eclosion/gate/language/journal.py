"""Used once, written down: which numbers of a file were handed out.

What always holds: a number is on disk before it is returned, claims of several threads and processes never overlap, and
a torn last record was never returned and is dropped. Who restores an old copy of the journal hands items out again:
leave it out of what is rolled back.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from eclosion.gate.language.errors import ItemsUnreadable

RECORD = 9
"""Bytes of a record: eight digits and the end of the line."""

PIECE = RECORD * 65_536
"""Bytes read at once: whole records."""


class Journal:
    """The journal of one file of items or texts. It reads what is new since it last looked, not the whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._used: set[int] = set()
        self._read_bytes = 0
        self._thread = Lock()

    def claim(self, choose: Callable[[AbstractSet[int]], Iterable[int]]) -> list[int]:
        """Claim the numbers that ``choose`` picks, knowing the used ones. If it raises, nothing is claimed.

        Raises:
            ItemsUnreadable: the journal is shorter than it was; going on would hand out items again.
        """
        with self._locked() as file:
            chosen = list(choose(self._used))
            assert self._used.isdisjoint(chosen)
            raw = b"".join(b"%08d\n" % number for number in chosen)
            os.lseek(file, 0, os.SEEK_END)
            _write(file, raw)
            os.fsync(file)
            self._used.update(chosen)
            self._read_bytes += len(raw)
        return chosen

    def used_count(self) -> int:
        """How many numbers were handed out."""
        with self._locked():
            return len(self._used)

    def used(self) -> frozenset[int]:
        """The numbers that were handed out."""
        with self._locked():
            return frozenset(self._used)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """The file under a lock against other threads and processes, and read up to its end."""
        with self._thread:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                self._catch_up(file)
                yield file
            finally:
                os.close(file)

    def _catch_up(self, file: int) -> None:
        """Read new records. A torn one is cut off: its number was not returned, for that waits for the disk."""
        size = os.fstat(file).st_size
        if size < self._read_bytes:
            raise ItemsUnreadable(
                "The journal of used items is shorter than it was.",
                "Put the newer one back, or prepare a new supply.",
            )
        torn = size % RECORD
        if torn:
            os.ftruncate(file, size - torn)
        os.lseek(file, self._read_bytes, os.SEEK_SET)
        left = size - torn - self._read_bytes
        while left and (piece := os.read(file, min(left, PIECE))):
            self._used.update(int(line) for line in piece.split())
            self._read_bytes += len(piece)
            left -= len(piece)


def _write(file: int, raw: bytes) -> None:
    while raw:
        raw = raw[os.write(file, raw) :]
