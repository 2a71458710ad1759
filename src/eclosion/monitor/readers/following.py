"""Files that are read once and may then be followed as they grow, across rotation, truncation and restarts.

What always holds: a record is given once. A file that was moved aside is read to its end before the one that took its
name; one that became shorter is begun anew, and that is told. Nothing is read ahead of what is being looked at, so a
log that grows faster than it is read waits on the disk: ``behind_bytes`` says how much.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Generator, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import IO

from eclosion.monitor.readers.documents import looks_like_document
from eclosion.monitor.readers.opening import SAMPLE, kind_of, open_file
from eclosion.monitor.readers.paths import files_in
from eclosion.monitor.readers.positions import CHECK_BYTES, Position, Positions, digest_before, fits
from eclosion.monitor.readers.source import read_stream
from eclosion.monitor.readers.tables import delimiter_of
from eclosion.monitor.readers.tailing import SHORTER, Step, Tail, packed_rest
from eclosion.monitor.readers.where import Batch, Where

ASIDE_MAX = 20


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
        self._reading: Tail | None = None

    @property
    def behind_bytes(self) -> int:
        """How much of the file that is being read has not been read yet."""
        return self._reading.behind_bytes if self._reading else 0

    def round(self, *, last: bool = False) -> Iterator[Step]:
        """Everything that is there now; with ``last``, also lines that have no end."""
        for path in list(files_in(self._paths)):
            name = str(path)
            try:
                yield from self._one(path, name, last)
            except OSError as error:
                told = f"It cannot be read: {error.strerror or type(error).__name__}."
                yield Step(Batch([Where(name).trouble(told)]))
        for name in [name for name, tail in self._tails.items() if tail.is_gone()]:
            yield from self._finish(self._tails.pop(name))

    def close(self) -> None:
        """Let go of all files."""
        for tail in self._tails.values():
            tail.close()
        self._tails.clear()

    def _one(self, path: Path, name: str, last: bool) -> Iterator[Step]:
        told = path.stat()
        tail = self._tails.get(name)
        if tail is not None and tail.is_file(told):
            self._reading = tail
            yield from tail.read(last=last)
            return
        if tail is not None:
            del self._tails[name]
            yield from self._finish(tail)
        if self._whole.get(name) == (told.st_size, told.st_mtime_ns):
            return
        if any(other.is_file(told) for other in self._tails.values()):
            return  # it is being read under the name that it had
        with path.open("rb") as file:
            if not _grows(name, file):
                yield from self._at_once(path, name, file)
                self._whole[name] = (told.st_size, told.st_mtime_ns)
                return
        yield from self._begin(path, name, told)
        yield from self._tails[name].read(last=last)

    def _at_once(self, path: Path, name: str, file: IO[bytes]) -> Iterator[Step]:
        """What is packed, one document or a table: from its beginning, passing over what was told of."""
        told = os.fstat(file.fileno())
        known, done = self._positions.of_file(told), 0
        if known is not None and fits(known, file):
            if known.batches < 0:
                return
            done = known.batches
        check = digest_before(file, min(told.st_size, 4 * CHECK_BYTES))
        ids = (told.st_dev, told.st_ino, told.st_mtime_ns)
        mark = Position(name, 0, 0, check, *ids, 0, told.st_size)
        if not done and (yield from self._packed(path, file)):
            yield Step(Batch([]), name, partial(mark._replace, batches=-1))
            return
        number = 0
        file.seek(0)
        for stream in open_file(name, file):
            for batch in read_stream(stream, self._form):
                number += 1
                muted = number <= done
                yield Step(batch, name, partial(mark._replace, batches=number), muted=muted)
        yield Step(Batch([]), name, partial(mark._replace, batches=-1))

    def _packed(self, path: Path, file: IO[bytes]) -> Generator[Step, None, bool]:
        """Whether it holds, packed, what had been read under another name; if so, what was not."""
        for known in self._positions.before(path):
            if (yield from packed_rest(path, file, known, self._form)):
                return True
        return False

    def _begin(self, path: Path, name: str, told: os.stat_result) -> Iterator[Step]:
        """A file of lines that was not being read: from where it had been read to."""
        file = path.open("rb")
        known = self._positions.of_file(told)
        if known is not None and not fits(known, file):
            yield Step(Batch([Where(name).trouble(SHORTER)]))
            known = None
        elif known is None and (before := self._positions.of(name)) is not None:
            yield from self._aside(path, before)
        self._reading = self._tails[name] = Tail(name, file, self._form, known, self._positions)

    def _aside(self, path: Path, before: Position) -> Iterator[Step]:
        """What was moved aside from this name since: the rest of the file that had it, and any that had it between."""
        found = [(one.stat(), one) for one in path.parent.glob(f"{path.name}?*") if one.is_file()]
        found.sort(key=lambda one: one[0].st_mtime_ns)
        for told, one in found[-ASIDE_MAX:]:
            known = self._positions.of_file(told)
            if any(tail.is_file(told) for tail in self._tails.values()):
                continue
            if known is None and told.st_mtime_ns < before.changed_ns:
                continue
            file = one.open("rb")
            if kind_of(file.read(8)):
                with file:
                    yield from self._at_once(one, str(one), file)
                self._whole[str(one)] = (told.st_size, told.st_mtime_ns)
                continue
            if known is not None and (known.batches or not fits(known, file)):
                file.close()
                continue
            yield from self._finish(Tail(str(one), file, self._form, known, self._positions))

    def _finish(self, tail: Tail) -> Iterator[Step]:
        self._reading = tail
        yield from tail.finish()


def _grows(name: str, file: IO[bytes]) -> bool:
    """Whether it is one of lines, which can be gone on with; else it is read as a whole."""
    head = file.read(SAMPLE)
    file.seek(0)
    if kind_of(head) or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    return not looks_like_document(head) and not delimiter_of(name, head)
