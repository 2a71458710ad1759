"""A queue of messages in one file, in the order in which they were put there, for one address.

What always holds: a message is given out only after ``release`` has said that whoever made it will not make it again,
so a run that is killed sends nothing twice; what was released is kept until ``settle`` says that it arrived or was
set aside. Beside the file stands ``.sent``, how much of it is done, and ``.dead``, what the receiver would not take.
Without a path it lives in a temporary file and ends with the process. It knows nothing of what messages say or how
they are sent.
"""

from __future__ import annotations

import json
import os
import tempfile
import threading
from pathlib import Path
from typing import IO, NamedTuple

from eclosion.kernel.errors import Invalid

COMPACT_BYTES = 4 * 1024 * 1024


class Waiting(NamedTuple):
    """A message that waits. ``end`` is the offset after it in the file."""

    id: str
    body: str
    end: int


class Spool:
    """The queue; one thread puts, another takes.

    Args:
        path: of its file; None for a queue that ends with the process.
        safe_bytes: how much of the file was released when its maker last saved; what stands beyond is cut off, since
            it will be made again.

    Raises:
        Invalid: the file cannot be read or written, or is none of ours.
    """

    def __init__(self, path: Path | None = None, safe_bytes: int = 0) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._file = _open(path)
        size = self._file.seek(0, os.SEEK_END)
        self._sent = _read_sent(path) if path else 0
        if size < safe_bytes or self._sent > size:  # it was being emptied: all of it had been sent
            safe_bytes = self._sent = 0
        self._file.truncate(safe_bytes)
        self._size = self._released = safe_bytes
        self._sent = min(self._sent, safe_bytes)
        self._waiting = self._count(self._sent)
        self._unreleased = 0

    @property
    def waiting(self) -> int:
        """How many messages were released and are not settled."""
        return self._waiting

    def put(self, id_: str, body: str) -> None:
        """Queue a message; it is given out after the next ``release``."""
        line = json.dumps([id_, body], ensure_ascii=True, separators=(",", ":")) + "\n"
        with self._lock:
            self._file.seek(self._size)
            self._size += self._file.write(line.encode("ascii"))
            self._unreleased += 1

    def sync(self) -> int:
        """Make what was put safe on the disk; how long the file is then."""
        with self._lock:
            self._file.flush()
            if self._path is not None:
                os.fsync(self._file.fileno())
            return self._size

    def release(self) -> None:
        """What was put until now will not be made again: it may be sent."""
        with self._lock:
            self._waiting += self._unreleased
            self._released, self._unreleased = self._size, 0

    def take(self, most: int) -> list[Waiting]:
        """The next messages, at most so many; they stay until they are settled."""
        found: list[Waiting] = []
        with self._lock:
            self._file.seek(self._sent)
            at = self._sent
            while len(found) < most and at < self._released:
                line = self._file.readline()
                at += len(line)
                found.append(Waiting(*_read_line(line), at))
        return found

    def settle(self, last: Waiting, count: int) -> None:
        """The next ``count`` messages, up to and with ``last``, need not be sent again."""
        with self._lock:
            self._sent = last.end
            self._waiting -= count
            self._note_sent()

    def set_aside(self, one: Waiting, why: str) -> None:
        """Keep what the receiver would not take, with what it said, one a line; without a file it is dropped."""
        if self._path is None:
            return
        told = json.dumps({"id": one.id, "error": why, "message": json.loads(one.body)})
        descriptor = os.open(
            _beside(self._path, ".dead"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600
        )
        with open(descriptor, "a", encoding="ascii") as file:  # noqa: PTH123 - it has a descriptor, not a path
            file.write(told + "\n")

    def empty(self) -> bool:
        """Begin the file anew if it is long and was sent; whether it did. Save at once that its length is 0."""
        with self._lock:
            if self._size < COMPACT_BYTES or self._sent < self._size:
                return False
            self._file.truncate(0)
            self._size = self._released = self._sent = 0
            self._note_sent()
            return True

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _count(self, start: int) -> int:
        self._file.seek(start)
        return sum(1 for _ in self._file)

    def _note_sent(self) -> None:
        if self._path is None:
            return
        beside = _beside(self._path, ".sent.new")
        beside.write_text(str(self._sent), "ascii")
        beside.replace(_beside(self._path, ".sent"))


def _open(path: Path | None) -> IO[bytes]:
    if path is None:
        return tempfile.TemporaryFile("w+b")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Invalid(f"{path} cannot be opened: {error.strerror}.") from None
    return open(descriptor, "r+b")  # noqa: PTH123 - it has a descriptor, and lives as long as the queue


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _read_sent(path: Path) -> int:
    beside = _beside(path, ".sent")
    if not beside.exists():
        return 0
    try:
        return max(0, int(beside.read_text("ascii")))
    except (OSError, ValueError):
        raise Invalid(
            f"{beside} does not say how much of {path.name} was sent.",
            "Remove it to send everything that is there once more.",
        ) from None


def _read_line(line: bytes) -> tuple[str, str]:
    try:
        id_, body = json.loads(line)
    except (ValueError, TypeError):
        raise Invalid(
            "The queue of the webhook is damaged.", "Move its file away; what waited there is lost."
        ) from None
    return str(id_), str(body)
