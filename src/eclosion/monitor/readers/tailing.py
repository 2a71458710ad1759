"""One file of lines as it grows, and what of it was packed meanwhile."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Generator, Iterator
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple

from eclosion.monitor.readers.opening import BLOCK, open_file
from eclosion.monitor.readers.positions import CHECK_BYTES, Position, Positions, digest_before
from eclosion.monitor.readers.source import Reading
from eclosion.monitor.readers.where import Batch, Where

WARM_BYTES = 1024 * 1024
"""After a restart so much of what was read before is shown to the detectors again, muted, for what they remember."""
WAIT_NS = 60_000_000_000
SHORTER = "It became shorter, or another. It is read from its beginning."


class Step(NamedTuple):
    """A batch, and how to note that it was dealt with.

    Attributes:
        batch: the observations.
        name: of the file.
        position: makes the position after it, while the file is open; None in the middle of something.
        muted: it was told of before the restart, and is only for what detectors remember.
    """

    batch: Batch
    name: str = ""
    position: Callable[[], Position] | None = None
    muted: bool = False


class Tail:
    """One file of lines that may grow.

    Args:
        name: under which it was found.
        file: it, open.
        form: see ``recognizing.FORM_NAMES``.
        known: where it had been read to.
        positions: told how far it came, once it has ended.
    """

    def __init__(
        self, name: str, file: IO[bytes], form: str, known: Position | None, positions: Positions
    ) -> None:
        self.name = name
        self._file = file
        self._form = form
        self._positions = positions
        told = os.fstat(file.fileno())
        self._id = (told.st_dev, told.st_ino)
        self._done: Callable[[], Position] | None = None
        self._muted_to = known.offset if known else 0
        self._start(known)

    def _start(self, known: Position | None) -> None:
        """Begin a little before where it had been read to, at the beginning of a line."""
        offset, line = 0, 0
        if known and known.offset > WARM_BYTES:
            self._file.seek(known.offset - WARM_BYTES)
            before = self._file.read(WARM_BYTES)
            cut = before.find(b"\n") + 1
            offset = known.offset - WARM_BYTES + cut
            line = known.line - before.count(b"\n", cut)
        self._reading = Reading(self.name, self._form, offset, line)
        self._read = offset
        self._quiet = 0
        self.changed_ns = 0
        self.behind_bytes = 0

    def is_file(self, told: os.stat_result) -> bool:
        """Whether this is that file."""
        return self._id == (told.st_dev, told.st_ino)

    def is_gone(self) -> bool:
        """Whether it was removed."""
        return os.fstat(self._file.fileno()).st_nlink == 0

    def read(self, *, last: bool = False) -> Iterator[Step]:
        """What has come since."""
        told = os.fstat(self._file.fileno())
        if told.st_size < self._read:
            yield Step(Batch([Where(self.name).trouble(SHORTER)]))
            self._muted_to = 0
            self._start(None)
        self.changed_ns = told.st_mtime_ns
        came = False
        while block := self._block():
            came = True
            self.behind_bytes = max(0, told.st_size - self._read)
            for batch in self._reading.feed(block):
                yield self._step(batch)
            if self._read == self._muted_to:
                yield from self._flush()
        self._quiet = 0 if came else self._quiet + 1
        if last or self._quiet == 1:
            yield from self._flush()
        if last and not self._may_go_on(told.st_mtime_ns):
            for batch in self._reading.finish():
                yield self._step(batch)

    def _may_go_on(self, changed_ns: int) -> bool:
        """Whether the rest of a last line without an end may still come, and be read by a later run."""
        return self._positions.are_kept and time.time_ns() - changed_ns < WAIT_NS

    def finish(self) -> Iterator[Step]:
        """All that is left, and its end."""
        try:
            yield from self.read()
            for batch in self._reading.finish():
                yield self._step(batch)
            if self._done is not None:
                done = self._done()
                yield Step(Batch([]), self.name, lambda: done)
                self._positions.keep(done)
        finally:
            self.close()

    def close(self) -> None:
        """Let go of it."""
        self._file.close()

    def _flush(self) -> Iterator[Step]:
        for batch in self._reading.idle():
            yield self._step(batch)

    def _block(self) -> bytes:
        """The next bytes; never over the point up to which it was told of."""
        most = BLOCK
        if self._read < self._muted_to:
            most = min(BLOCK, self._muted_to - self._read)
        self._file.seek(self._read)
        block = self._file.read(most)
        self._read += len(block)
        return block

    def _step(self, batch: Batch) -> Step:
        if 0 <= batch.end <= self._muted_to:
            return Step(batch, muted=True)
        if batch.end < 0:
            return Step(batch)
        self._done = partial(self._position, batch.end, batch.line)
        return Step(batch, self.name, self._done)

    def _position(self, end: int, line: int) -> Position:
        check = digest_before(self._file, end)
        return Position(self.name, end, line, check, *self._id, self.changed_ns)


def packed_rest(
    path: Path, file: IO[bytes], known: Position, form: str
) -> Generator[Step, None, bool]:
    """What a packed file holds beyond a position; False if it is not the file of that position."""
    file.seek(0)
    for stream in open_file(str(path), file):
        held = b""
        passed = 0
        reading: Reading | None = None
        for block in stream.blocks:
            rest = block
            if reading is None:
                held = held[-CHECK_BYTES:] + block
                passed += len(block)
                if passed < known.offset:
                    continue
                cut = len(held) - (passed - known.offset)
                before = held[max(0, cut - CHECK_BYTES) : cut]
                if hashlib.sha256(before).hexdigest()[:32] != known.check:
                    return False
                reading = Reading(str(path), form, known.offset, known.line)
                rest = held[cut:]
            for batch in reading.feed(rest):
                yield Step(batch)
        if reading is not None:
            for batch in reading.finish():
                yield Step(batch)
            return True
    return False
