"""Where reading had come to, kept in a file, so that a restart goes on there.

A position holds an offset and what stood just before it. So a file is known again after it was moved aside by rotation,
and one that was cut or written anew under the same name is not mistaken for it. The state is written to a new file that
then takes the old one's place: a crash leaves the one or the other, never half of one.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import IO, NamedTuple

from eclosion.kernel.errors import Invalid

CHECK_BYTES = 256
FILES_MAX = 20_000
VERSION = 1


class Position(NamedTuple):
    """Where reading a file had come to.

    Attributes:
        path: the file's name then.
        offset: bytes that were read, up to the end of a record; for what is read as a whole, 0.
        line: lines up to there.
        check: what stood before the offset, as a digest; for what is read as a whole, of its beginning.
        device, inode: which file it was.
        changed_ns: when it had last been changed.
        batches: of what is read as a whole, how many records were done; -1 if all were.
        size: of such a file.
    """

    path: str
    offset: int
    line: int
    check: str
    device: int
    inode: int
    changed_ns: int
    batches: int = 0
    size: int = 0

    @property
    def id(self) -> tuple[int, int]:
        """Which file it was, whatever its name is now."""
        return self.device, self.inode


def digest_before(file: IO[bytes], offset: int) -> str:
    """What stands before an offset, as a digest."""
    start = max(0, offset - CHECK_BYTES)
    file.seek(start)
    return hashlib.sha256(file.read(offset - start)).hexdigest()[:32]


def fits(position: Position, file: IO[bytes]) -> bool:
    """Whether a file still has, before the position, what it had then."""
    size = os.fstat(file.fileno()).st_size
    if position.batches and not position.offset:
        return (
            size == position.size
            and digest_before(file, min(size, 4 * CHECK_BYTES)) == position.check
        )
    return size >= position.offset and digest_before(file, position.offset) == position.check


class Positions:
    """All positions of one run.

    Args:
        path: of the state file; without it nothing is kept.

    Raises:
        Invalid: the file is there and is no state.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._known: dict[tuple[int, int], Position] = {}
        self._named: dict[str, tuple[int, int]] = {}
        self.output_bytes = self.spool_bytes = 0
        self.was_there = path is not None and path.exists()
        if path is not None and path.exists():
            self._load(path)

    @property
    def are_kept(self) -> bool:
        """Whether another run will go on where this one ends."""
        return self._path is not None

    def of(self, path: str) -> Position | None:
        """Where the file had been read to that last had this name."""
        return self._known.get(self._named.get(path, (0, 0)))

    def of_file(self, told: os.stat_result) -> Position | None:
        """Where a file had been read to, whatever its name was."""
        return self._known.get((told.st_dev, told.st_ino))

    def before(self, path: Path) -> list[Position]:
        """Where files had been read to that may have been packed into this one: those whose names begin its name."""
        return [
            one
            for one in self._known.values()
            if one.offset
            and path.name.startswith(Path(one.path).name)
            and path.parent == Path(one.path).parent
        ]

    def keep(self, position: Position) -> None:
        """Note where a file has been read to."""
        self._known.pop(position.id, None)
        self._known[position.id] = position
        self._named[position.path] = position.id
        while len(self._known) > FILES_MAX:
            del self._known[next(iter(self._known))]

    def save(self) -> None:
        """Write the state, if it is kept."""
        if self._path is None:
            return
        told = {
            "version": VERSION,
            "output_bytes": self.output_bytes,
            "spool_bytes": self.spool_bytes,
            "files": [position._asdict() for position in self._known.values()],
        }
        beside = self._path.with_name(self._path.name + ".new")
        with beside.open("w", encoding="utf-8", errors="surrogateescape") as file:
            json.dump(told, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)

    def _load(self, path: Path) -> None:
        try:
            told = json.loads(path.read_text("utf-8", errors="surrogateescape"))
            if told["version"] != VERSION:
                raise Invalid(f"{path} is the state of another version of Eclosion.")
            self.output_bytes = int(told["output_bytes"])
            self.spool_bytes = int(told.get("spool_bytes", 0))
            for one in told["files"]:
                self.keep(Position(**one))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Invalid(
                f"{path} is no state of the monitor: {type(error).__name__}.",
                "Name another file, or remove it to begin anew.",
            ) from None
