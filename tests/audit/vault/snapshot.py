"""What stands on the disk below a folder, with everything that has to come back; asks the system itself.

Not compared are what no program can set: inode numbers, change times, birth times; and the times of the folder itself,
in which other things come and go.
"""

from __future__ import annotations

import hashlib
import os
import stat
from typing import NamedTuple


class Seen(NamedTuple):
    """One name."""

    kind: str
    mode: int
    owner: tuple[int, int]
    times_ns: tuple[int, int]
    size: int
    content: str
    holes: tuple[tuple[int, int], ...]
    attributes: tuple[tuple[str, bytes], ...]
    twin: str


def snapshot(folder: str) -> dict[str, Seen]:
    """Every name below a folder; nothing about it is changed by looking."""
    seen: dict[str, Seen] = {}
    firsts: dict[tuple[int, int], str] = {}
    _look(os.fsencode(folder), b"", seen, firsts)
    return seen


def _look(
    top: bytes, inner: bytes, seen: dict[str, Seen], firsts: dict[tuple[int, int], str]
) -> None:
    here = os.path.join(top, inner)
    handle = os.open(here, os.O_RDONLY | os.O_DIRECTORY | os.O_NOATIME)
    try:
        names = sorted(map(os.fsencode, os.listdir(handle)))
    finally:
        os.close(handle)
    for name in names:
        path = os.path.join(inner, name)
        found = os.lstat(os.path.join(top, path))
        shown = os.fsdecode(path)
        twin = ""
        if stat.S_ISREG(found.st_mode) and found.st_nlink > 1:
            twin = firsts.setdefault((found.st_dev, found.st_ino), shown)
        seen[shown] = _see(os.path.join(top, path), found, twin)
        if stat.S_ISDIR(found.st_mode):
            _look(top, path, seen, firsts)


def _see(path: bytes, found: os.stat_result, twin: str) -> Seen:
    content = ""
    holes: tuple[tuple[int, int], ...] = ()
    if stat.S_ISLNK(found.st_mode):
        content = os.fsdecode(os.readlink(path))
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns), follow_symlinks=False)
    elif stat.S_ISREG(found.st_mode):
        content, holes = _read(path, found.st_size)
    attributes: tuple[tuple[str, bytes], ...] = ()
    if not stat.S_ISLNK(found.st_mode):
        attributes = tuple((name, os.getxattr(path, name)) for name in sorted(os.listxattr(path)))
    return Seen(
        stat.filemode(found.st_mode)[0],
        stat.S_IMODE(found.st_mode),
        (found.st_uid, found.st_gid),
        (found.st_atime_ns, found.st_mtime_ns),
        0 if stat.S_ISDIR(found.st_mode) else found.st_size,
        content,
        holes,
        attributes,
        twin,
    )


def _read(path: bytes, size: int) -> tuple[str, tuple[tuple[int, int], ...]]:
    handle = os.open(path, os.O_RDONLY | os.O_NOATIME)
    try:
        digest = hashlib.sha256()
        while piece := os.read(handle, 1 << 20):
            digest.update(piece)
        holes, offset = [], 0
        while offset < size:
            try:
                begin = os.lseek(handle, offset, os.SEEK_DATA)
            except OSError:
                begin = size
            if begin > offset:
                holes.append((offset, begin))
            if begin == size:
                break
            offset = os.lseek(handle, begin, os.SEEK_HOLE)
        return digest.hexdigest(), tuple(holes)
    finally:
        os.close(handle)
