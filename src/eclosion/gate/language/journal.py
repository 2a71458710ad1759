"""Used once, written down: which numbers of a file were handed out.

What always holds: a number is on disk before it is returned, claims of several threads and processes never overlap, and
a torn last record was never returned and is dropped. Who restores an old copy of the journal hands items out again:
leave it out of what is rolled back.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

RECORD = 9
"""Bytes of a record: eight digits and the end of the line."""


class Journal:
    """The journal of one file of items or texts."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def claim(self, choose: Callable[[frozenset[int]], Iterable[int]]) -> list[int]:
        """Claim the numbers that ``choose`` picks, knowing the used ones. If it raises, nothing is claimed."""
        with self._locked() as file:
            used = _read(file)
            chosen = list(choose(used))
            assert not used.intersection(chosen)
            os.lseek(file, 0, os.SEEK_END)
            _write(file, b"".join(b"%08d\n" % number for number in chosen))
            os.fsync(file)
        return chosen

    def used(self) -> frozenset[int]:
        """The numbers that were handed out."""
        with self._locked() as file:
            return _read(file)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """The file under an exclusive lock. Each claim opens it anew, so that threads exclude each other as well."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)


def _read(file: int) -> frozenset[int]:
    """All records. A torn one is cut off: its number was not returned, for that waits until the disk has it."""
    size = os.fstat(file).st_size
    os.lseek(file, 0, os.SEEK_SET)
    raw = b""
    while len(raw) < size and (piece := os.read(file, size - len(raw))):
        raw += piece
    torn = len(raw) % RECORD
    if torn:
        os.ftruncate(file, len(raw) - torn)
        raw = raw[: len(raw) - torn]
    return frozenset(int(line) for line in raw.split())


def _write(file: int, raw: bytes) -> None:
    while raw:
        raw = raw[os.write(file, raw) :]
