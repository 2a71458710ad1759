"""A file replaced whole, so that whoever looks sees the old one or the new one and never a piece.

The new text goes into a file beside it, with the same mode, owner, attributes and access list, is forced to the disk,
and takes the old one's name in one step (rename(2)); then the folder is forced to the disk, too.
"""

from __future__ import annotations

import os
import stat

from eclosion.audit.mending.tree import CannotEdit

NEW_FILE_MODE = 0o600


def replace_file(path: str, text: str, mark: str) -> None:
    """Put a text in a file's place, or make the file.

    Args:
        path: which, links resolved.
        text: all of it.
        mark: part of the temporary file's name, so that one that was left behind is known.

    Raises:
        CannotEdit: its owner or attributes could not be kept.
        OSError: the disk is full or read-only, or its folder may not be written to.
    """
    beside = beside_of(path, mark)
    handle = os.open(
        beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600
    )
    try:
        with os.fdopen(handle, "wb") as file:
            if os.path.lexists(path):
                _look_alike(path, file.fileno())
            else:
                os.fchmod(file.fileno(), NEW_FILE_MODE)
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        if os.path.lexists(beside):
            os.unlink(beside)
        raise
    sync_folder(os.path.dirname(path))


def beside_of(path: str, mark: str) -> str:
    """The temporary file's path."""
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}.eclosion-{mark}")


def sync_folder(folder: str) -> None:
    """Force the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _look_alike(path: str, handle: int) -> None:
    found = os.stat(path, follow_symlinks=False)
    ours = os.fstat(handle)
    if (found.st_uid, found.st_gid) != (ours.st_uid, ours.st_gid):
        try:
            os.fchown(handle, found.st_uid, found.st_gid)
        except OSError:
            raise CannotEdit("it belongs to another user") from None
    os.fchmod(handle, stat.S_IMODE(found.st_mode))
    if not hasattr(os, "listxattr"):
        return
    for name in os.listxattr(path, follow_symlinks=False):
        try:
            os.setxattr(handle, name, os.getxattr(path, name, follow_symlinks=False))
        except OSError:
            raise CannotEdit(f"its attribute {name} could not be kept") from None
