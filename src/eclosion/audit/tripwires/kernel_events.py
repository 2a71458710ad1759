"""What the kernel tells of opened files: fanotify with the process where that is allowed, else inotify without.

With fanotify whoever opens a file waits until we have seen who it is, for less than a millisecond: a program that has
ended by then could not be named, nor known as one that is allowed. If this process ends, the kernel lets all pass.

Both through the C library, since the standard library has neither (fanotify(7), inotify(7)). Linux only.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple, Protocol

from eclosion.kernel.errors import Unavailable

_FAN_CLOEXEC, _FAN_NONBLOCK, _FAN_CLASS_CONTENT, _FAN_MARK_ADD = 0x1, 0x2, 0x4, 0x1
_FAN_MODIFY, _FAN_CLOSE, _FAN_OPEN_PERM, _FAN_ALLOW = 0x2, 0x18, 0x10000, 0x1
_FAN_EVENT = struct.Struct("=IBBHQii")
_FAN_ANSWER = struct.Struct("=iI")
_AT_FDCWD = -100
_IN_ACCESS, _IN_MODIFY, _IN_CLOSE, _IN_OPEN = 0x1, 0x2, 0x18, 0x20
_IN_DELETE_SELF, _IN_MOVE_SELF, _IN_IGNORED = 0x400, 0x800, 0x8000
_IN_EVENT = struct.Struct("=iIII")
_BUFFER_BYTES = 65_536
_ANCESTORS_MAX = 32


class Touch(NamedTuple):
    """Something that was done to a watched file.

    Attributes:
        path: which.
        what: ``opened``, ``changed``, ``closed``, ``gone``.
        pid: by which process; 0 if the kernel does not say.
        command: its arguments, as far as they could be seen.
        programs: the file of its program and of those that started it, the nearest first.
    """

    path: str
    what: str
    pid: int = 0
    command: str = ""
    programs: tuple[str, ...] = ()


class Source(Protocol):
    """Tells of touches."""

    fd: int

    def read(self) -> Iterator[Touch]:
        """What happened since; waits for nothing."""
        ...

    def close(self) -> None:
        """End it."""
        ...


def open_source(paths: Iterable[str]) -> Source:
    """Watch these files: with fanotify if this process may, else with inotify.

    Raises:
        Unavailable: the system has neither.
    """
    paths = list(paths)
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "inotify_init1"):
        raise Unavailable(
            "This system tells nobody of opened files.",
            hint="`eclosion tripwire check` looks at the times of the last reading instead.",
        )
    with suppress(OSError, AttributeError):
        return _Fanotify(library, paths)
    try:
        return _Inotify(library, paths)
    except OSError as problem:
        raise Unavailable(f"The files can't be watched: {problem.strerror}.") from problem


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


class _Fanotify:
    def __init__(self, library: ctypes.CDLL, paths: list[str]) -> None:
        flags = _FAN_CLOEXEC | _FAN_NONBLOCK | _FAN_CLASS_CONTENT
        self.fd = _checked(library.fanotify_init(flags, os.O_RDONLY))
        try:
            for path in paths:
                mask = ctypes.c_uint64(_FAN_OPEN_PERM | _FAN_MODIFY | _FAN_CLOSE)
                _checked(
                    library.fanotify_mark(
                        self.fd, _FAN_MARK_ADD, mask, _AT_FDCWD, os.fsencode(path)
                    )
                )
            # What fanotify does not tell of without more rights: that a file is taken away.
            self._gone = _Inotify(library, paths, _IN_DELETE_SELF | _IN_MOVE_SELF)
        except OSError:
            os.close(self.fd)
            raise

    def read(self) -> Iterator[Touch]:
        with suppress(BlockingIOError):
            raw = os.read(self.fd, _BUFFER_BYTES)
            at = 0
            while at + _FAN_EVENT.size <= len(raw):
                length, _, _, _, mask, handle, pid = _FAN_EVENT.unpack_from(raw, at)
                at += length
                if handle >= 0:
                    yield from self._taken(handle, mask, pid)
        yield from self._gone.read()

    def _taken(self, handle: int, mask: int, pid: int) -> list[Touch]:
        """One event, which may be several: the kernel folds those of one process together."""
        try:
            path = os.readlink(f"/proc/self/fd/{handle}")
            who = (pid, command_of(pid), programs_of(pid)) if mask & _FAN_OPEN_PERM else (pid,)
        finally:
            if mask & _FAN_OPEN_PERM:
                os.write(self.fd, _FAN_ANSWER.pack(handle, _FAN_ALLOW))
            os.close(handle)
        return [Touch(path, what, *who) for what in _fanotify_names(mask)]

    def close(self) -> None:
        os.close(self.fd)
        self._gone.close()


class _Inotify:
    def __init__(self, library: ctypes.CDLL, paths: list[str], mask: int = 0) -> None:
        mask = mask or (
            _IN_OPEN | _IN_ACCESS | _IN_MODIFY | _IN_CLOSE | _IN_DELETE_SELF | _IN_MOVE_SELF
        )
        self.fd = _checked(library.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK))
        self._paths: dict[int, str] = {}
        for path in paths:
            watch = _checked(library.inotify_add_watch(self.fd, os.fsencode(path), mask))
            self._paths[watch] = path

    def read(self) -> Iterator[Touch]:
        try:
            raw = os.read(self.fd, _BUFFER_BYTES)
        except BlockingIOError:
            return
        at = 0
        while at + _IN_EVENT.size <= len(raw):
            watch, mask, _, length = _IN_EVENT.unpack_from(raw, at)
            at += _IN_EVENT.size + length
            if watch in self._paths and not mask & _IN_IGNORED:
                gone = mask & (_IN_DELETE_SELF | _IN_MOVE_SELF)
                yield Touch(self._paths[watch], "gone" if gone else _named(mask), 0)

    def close(self) -> None:
        os.close(self.fd)


def _fanotify_names(mask: int) -> list[str]:
    bits = (("opened", _FAN_OPEN_PERM), ("changed", _FAN_MODIFY), ("closed", _FAN_CLOSE))
    return [what for what, bit in bits if mask & bit]


def programs_of(pid: int) -> tuple[str, ...]:
    """The file of the process's program and of those that started it, as far as they can be seen."""
    found: list[str] = []
    with suppress(OSError, ValueError, IndexError):
        while pid > 1 and len(found) < _ANCESTORS_MAX:
            found.append(os.readlink(f"/proc/{pid}/exe"))
            with open(f"/proc/{pid}/stat", "rb") as file:
                pid = int(file.read().rpartition(b")")[2].split()[1])
    return tuple(found)


def command_of(pid: int) -> str:
    """The process's arguments; empty if it has ended or is not ours to see."""
    if not pid:
        return ""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            words = file.read(2_000).replace(b"\0", b" ").strip()
    except OSError:
        return ""
    return words.decode("utf-8", "backslashreplace")


def _named(mask: int) -> str:
    if mask & _IN_MODIFY:
        return "changed"
    return "opened" if mask & (_IN_OPEN | _IN_ACCESS) else "closed"
