"""Folders and small files through the disk's seam: opened without following links, written whole, removed deep."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from eclosion.audit.vault.disk import FOLDER, NEW, READ, THROUGH, Disk

PIECE_BYTES = 1 << 20


@contextmanager
def closing(disk: Disk, handle: int) -> Iterator[int]:
    """An open file or folder, closed at the end of the block."""
    try:
        yield handle
    finally:
        disk.close(handle)


@contextmanager
def folder(disk: Disk, path: str) -> Iterator[int]:
    """Open the folder at an absolute path in which no name is a link.

    Raises:
        OSError: ``ENOENT``, ``ELOOP`` or ``ENOTDIR`` where the path does not lead straight there.
    """
    here = disk.open("/", THROUGH if path != "/" else FOLDER)
    try:
        names = [name for name in path.split("/") if name]
        for number, name in enumerate(names):
            step = disk.open(name, FOLDER if number == len(names) - 1 else THROUGH, here)
            here, before = step, here
            disk.close(before)
        yield here
    finally:
        disk.close(here)


@contextmanager
def inside(disk: Disk, at: int, path: str) -> Iterator[int]:
    """Open a folder below an open one; the empty path is a copy of that one."""
    here = disk.open(".", FOLDER, at)
    try:
        for name in (one for one in path.split("/") if one):
            step = disk.open(name, FOLDER, here)
            here, before = step, here
            disk.close(before)
        yield here
    finally:
        disk.close(here)


def exists(disk: Disk, name: str, at: int) -> os.stat_result | None:
    """What has this name; None if nothing has."""
    try:
        return disk.look_at(name, at)
    except FileNotFoundError:
        return None


def read_whole(disk: Disk, name: str, at: int) -> bytes:
    """All of a file."""
    with closing(disk, disk.open(name, READ, at)) as handle:
        pieces = []
        while piece := disk.read(handle, PIECE_BYTES):
            pieces.append(piece)
        return b"".join(pieces)


def write_whole(disk: Disk, name: str, at: int, content: bytes) -> None:
    """A new file that is on the disk when this returns; its name is there after the folder's own sync."""
    with closing(disk, disk.open(name, NEW, at)) as handle:
        write_all(disk, handle, content)
        disk.sync(handle)


def write_all(disk: Disk, handle: int, content: bytes) -> None:
    """Write every byte; the system may take fewer at a time."""
    rest = memoryview(content)
    while rest:
        rest = rest[disk.write(handle, bytes(rest)) :]


def replace_whole(disk: Disk, name: str, at: int, content: bytes) -> None:
    """The old file or the new one, never half of one, and the new one on the disk when this returns."""
    fresh = f"{name}.new"
    if exists(disk, fresh, at):
        disk.drop(fresh, at)
    write_whole(disk, fresh, at, content)
    disk.replace(fresh, name, at)
    disk.sync(at)


def remove_tree(disk: Disk, name: str, at: int) -> None:
    """Remove a file or a folder with all in it; nothing happens if there is none. Links are not followed."""
    found = exists(disk, name, at)
    if found is None:
        return
    if not stat.S_ISDIR(found.st_mode):
        disk.drop(name, at)
        return
    if found.st_mode & stat.S_IRWXU != stat.S_IRWXU:
        disk.set_mode_at(name, at, 0o700)
    with closing(disk, disk.open(name, FOLDER, at)) as inner:
        for each in disk.names(inner):
            remove_tree(disk, each, inner)
    disk.drop_folder(name, at)
