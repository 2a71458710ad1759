"""Mount points: empty names where moved files were, so that a running program's private files can stand over them.

They hold nothing, nobody may open them but root, and they go when the last running program has ended; after a kill the
next command removes them.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from eclosion.audit.vault.disk import CLOEXEC, NEW
from eclosion.audit.vault.folders import closing, exists, folder, read_whole, replace_whole
from eclosion.audit.vault.place import Vault

POINTS, RUNNING = "points", "running"
_FLAGS = os.O_RDWR | os.O_CREAT | CLOEXEC


@contextmanager
def in_use(vault: Vault, here: int) -> Iterator[None]:
    """Keep the mount points for as long as the block runs, here and in every process that is forked in it."""
    with closing(vault.disk, vault.disk.open(RUNNING, _FLAGS, here)) as handle:
        vault.disk.share(handle)
        yield


def known_points(vault: Vault, here: int) -> list[tuple[str, int, int]]:
    """Path, device and inode of each."""
    if not exists(vault.disk, POINTS, here):
        return []
    return [
        (str(path), int(device), int(inode))
        for path, device, inode in json.loads(read_whole(vault.disk, POINTS, here))
    ]


def make_points(vault: Vault, here: int, wanted: Sequence[tuple[str, bool]]) -> None:
    """Make those that are missing.

    Args:
        wanted: path, and whether a folder stood there.

    Raises:
        OSError: its folder is gone, or cannot be written to.
    """
    disk = vault.disk
    known = known_points(vault, here)
    for path, is_folder in wanted:
        name = os.path.basename(path)
        with folder(disk, os.path.dirname(path)) as parent:
            if exists(disk, name, parent):
                continue
            if is_folder:
                disk.make_folder(name, parent)
            else:
                with closing(disk, disk.open(name, NEW, parent)) as handle:
                    disk.set_mode(handle, 0)
            found = disk.look_at(name, parent)
        known.append((path, found.st_dev, found.st_ino))
        replace_whole(disk, POINTS, here, json.dumps(known).encode())


def sweep(vault: Vault, here: int) -> None:
    """Remove mount points, if no program runs that uses them. What is not as it was made is left."""
    disk = vault.disk
    known = known_points(vault, here)
    if not known:
        return
    with closing(disk, disk.open(RUNNING, _FLAGS, here)) as handle:
        if not disk.lock(handle):
            return
        for path, device, inode in known:
            _remove(vault, path, device, inode)
        disk.drop(POINTS, here)


def _remove(vault: Vault, path: str, device: int, inode: int) -> None:
    disk, name = vault.disk, os.path.basename(path)
    try:
        with folder(disk, os.path.dirname(path)) as parent:
            found = exists(disk, name, parent)
            if found is None or (found.st_dev, found.st_ino) != (device, inode):
                return
            if stat.S_ISDIR(found.st_mode):
                disk.drop_folder(name, parent)
            elif found.st_size == 0:
                disk.drop(name, parent)
    except OSError:
        return  # something was put into it, or its folder is gone: it is nobody's mount point any more
