"""Files that are read once and may then be followed as they grow, across rotation, truncation and restarts.

What always holds: a record is given once. A file that was moved aside is read to its end before the one that took its
name; one that became shorter is begun anew, and that is told. Nothing is read ahead of what is being looked at, so a
log that grows faster than it is read waits on the disk: ``behind_bytes`` says how much.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple

from eclosion.monitor.readers.documents import looks_like_document
from eclosion.monitor.readers.opening import BLOCK, SAMPLE, kind_of, open_file
from eclosion.monitor.readers.paths import files_in
from eclosion.monitor.readers.positions import CHECK_BYTES, Position, Positions, digest_before, fits
from eclosion.monitor.readers.source import Reading, read_stream
from eclosion.monitor.readers.tables import delimiter_of
from eclosion.monitor.readers.where import Batch, Where

WARM_BYTES = 1024 * 1024
"""After a restart so much of what was read before is shown to the detectors again, muted, for what they remember."""
ASIDE_MAX = 20
WAIT_NS = 60_000_000_000


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


class Follower:
    """Reads files from where they had been read to.

    Args:
        paths: files, folders and patterns; looked for again at each round.
        form: see ``recognizing.FORM_NAMES``.
        positions: where reading had come to.
    """

    def __init__(self, paths: Iterable[str | Path], form: str, positions: Positions) -> None:
        self._paths = list(paths)
        self._form = form
        self._positions = positions
        self._tails: dict[str, Tail] = {}
        self._whole: dict[str, tuple[int, int]] = {}
        self.behind_bytes = 0

    def round(self, *, last: bool = False) -> Iterator[Step]:
        """Everything that is there now; with ``last``, also lines that have no end."""
        for path in list(files_in(self._paths)):
            name = str(path)
            try:
                yield from self._one(path, name, last)
            except OSError as error:
                told = Where(name).trouble(
                    f"It cannot be read: {error.strerror or type(error).__name__}."
                )
                yield Step(Batch([told]))
        for name in [name for name, tail in self._tails.items() if tail.is_gone()]:
            yield from self._tails.pop(name).finish()

    def close(self) -> None:
        """Let go of all files."""
        for tail in self._tails.values():
            tail.close()
        self._tails.clear()

    def _one(self, path: Path, name: str, last: bool) -> Iterator[Step]:
        told = path.stat()
        tail = self._tails.get(name)
        if tail is not None and tail.is_file(told):
            yield from tail.read(last=last)
            self.behind_bytes = tail.behind_bytes
            return
        if tail is not None:
            yield from tail.finish()
            del self._tails[name]
            yield from self._between(path, tail)
        if any(other.is_file(told) for other in self._tails.values()):
            return  # it is being read under the name that it had
        if self._whole.get(name) == (told.st_size, told.st_mtime_ns):
            return
        file = path.open("rb")
        if not self._grows(name, file):
            with file:
                yield from self._at_once(path, name, file)
            self._whole[name] = (told.st_size, told.st_mtime_ns)
            return
        yield from self._begin(path, name, file, last)

    def _grows(self, name: str, file: IO[bytes]) -> bool:
        """Whether it is one of lines, which can be gone on with; else it is read as a whole."""
        head = file.read(SAMPLE)
        file.seek(0)
        if kind_of(head) or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return False
        return not looks_like_document(head) and not delimiter_of(name, head)

    def _at_once(self, path: Path, name: str, file: IO[bytes]) -> Iterator[Step]:
        """What is packed, one document or a table: from its beginning, passing over what was told of."""
        known = self._positions.of(name)
        told = os.fstat(file.fileno())
        done = 0
        if known is not None and known.batches:
            if fits(known, file) and known.batches < 0:
                return
            done = known.batches if fits(known, file) else 0
        check = digest_before(file, min(told.st_size, 4 * CHECK_BYTES))
        mark = Position(name, 0, 0, check, told.st_dev, told.st_ino, 0, told.st_size)
        number = 0
        file.seek(0)
        for stream in open_file(name, file):
            for batch in read_stream(stream, self._form):
                number += 1
                yield Step(
                    batch, name, partial(mark._replace, batches=number), muted=number <= done
                )
        yield Step(Batch([]), name, partial(mark._replace, batches=-1))

    def _begin(self, path: Path, name: str, file: IO[bytes], last: bool) -> Iterator[Step]:
        """A file of lines that was not being read: from where it had been read to."""
        told = os.fstat(file.fileno())
        known = self._positions.of(name)
        if known is not None and not fits(known, file):
            yield from self._aside(path, known, told)
            moved = self._positions.moved(told.st_dev, told.st_ino)
            known = moved if moved is not None and fits(moved, file) else None
        elif known is None:
            moved = self._positions.moved(told.st_dev, told.st_ino)
            known = moved if moved is not None and fits(moved, file) else None
        tail = Tail(name, file, self._form, known, kept=self._positions.are_kept)
        self._tails[name] = tail
        yield from tail.read(last=last)

    def _aside(self, path: Path, known: Position, now: os.stat_result) -> Iterator[Step]:
        """The rest of a file that was moved aside, or packed, while nobody was reading."""
        for one in sorted(path.parent.glob(f"{path.name}?*"))[:ASIDE_MAX]:
            if str(one) in self._tails or not one.is_file():
                continue
            with one.open("rb") as file:
                if kind_of(file.read(8)):
                    yield from _packed_rest(one, file, known, self._form)
                    continue
            file = one.open("rb")
            if fits(known, file):
                tail = Tail(str(one), file, self._form, known._replace(path=str(one)))
                yield from tail.finish()
                return
            file.close()
        if (known.device, known.inode) == (now.st_dev, now.st_ino) and now.st_size < known.offset:
            told = Where(str(path)).trouble("It became shorter. It is read from its beginning.")
            yield Step(Batch([told]))

    def _between(self, path: Path, tail: Tail) -> Iterator[Step]:
        """Files that were made and moved aside between two rounds."""
        for one in sorted(
            path.parent.glob(f"{path.name}?*"), key=lambda one: one.stat().st_mtime_ns
        ):
            told = one.stat()
            if (
                told.st_mtime_ns >= tail.changed_ns
                and not tail.is_file(told)
                and self._positions.moved(told.st_dev, told.st_ino) is None
                and str(one) not in self._tails
            ):
                file = one.open("rb")
                if kind_of(file.read(8)):
                    file.close()
                    continue
                file.seek(0)
                yield from Tail(str(one), file, self._form, None).finish()


class Tail:
    """One file of lines that may grow.

    Args:
        name: under which it was found.
        file: it, open.
        form: see ``recognizing.FORM_NAMES``.
        known: where it had been read to.
        kept: whether another run will go on where this one ends.
    """

    def __init__(
        self, name: str, file: IO[bytes], form: str, known: Position | None, *, kept: bool = False
    ) -> None:
        self.name = name
        self._file = file
        self._form = form
        told = os.fstat(file.fileno())
        self._id = (told.st_dev, told.st_ino)
        self._known = known
        self._kept = kept
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
            yield Step(
                Batch(
                    [Where(self.name).trouble("It became shorter. It is read from its beginning.")]
                )
            )
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
        return self._kept and time.time_ns() - changed_ns < WAIT_NS

    def finish(self) -> Iterator[Step]:
        """All that is left, and its end."""
        yield from self.read()
        for batch in self._reading.finish():
            yield self._step(batch)
        if self._done is not None:
            done = self._done()
            yield Step(Batch([]), self.name, lambda: done)
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
        return Position(self.name, end, line, digest_before(self._file, end), *self._id)


def _packed_rest(path: Path, file: IO[bytes], known: Position, form: str) -> Iterator[Step]:
    """What a packed file holds beyond a position, if it is the file of that position."""
    file.seek(0)
    for stream in open_file(str(path), file):
        held = b""
        passed = 0
        reading: Reading | None = None
        for block in stream.blocks:
            if reading is None:
                held = held[-CHECK_BYTES:] + block
                passed += len(block)
                if passed < known.offset:
                    continue
                cut = len(held) - (passed - known.offset)
                before = held[max(0, cut - CHECK_BYTES) : cut]
                if hashlib.sha256(before).hexdigest()[:32] != known.check:
                    return
                reading = Reading(str(path), form, known.offset, known.line)
                block = held[cut:]  # noqa: PLW2901 - what of it lies beyond
            for batch in reading.feed(block):
                yield Step(batch)
        if reading is not None:
            for batch in reading.finish():
                yield Step(batch)
