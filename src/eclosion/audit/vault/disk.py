"""The one seam between the vault and the system: each method is one system call.

What always holds: everything is done relative to an open folder, and no link is followed. So a test can make any call
fail, or end the process at it, and somebody who swaps a folder for a link gains nothing. ``at`` is an open folder.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import signal
import struct
import sys
from typing import Final

CLOEXEC = os.O_CLOEXEC | os.O_NOFOLLOW
READ: Final = os.O_RDONLY | CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
FOLDER: Final = os.O_RDONLY | CLOEXEC | os.O_DIRECTORY
THROUGH: Final = getattr(os, "O_PATH", os.O_RDONLY) | CLOEXEC | os.O_DIRECTORY
NEW: Final = os.O_RDWR | CLOEXEC | os.O_CREAT | os.O_EXCL
UNSEEN: Final = getattr(os, "O_NOATIME", 0)
"""Reading leaves no trace in the time of last access; for the owner and root only."""

KEEPS_ATTRIBUTES: Final = hasattr(os, "listxattr")
"""Whether extended attributes, and with them access control lists, can be read and put back here (Linux)."""

_RENAME_NOREPLACE, _RENAME_EXCL = 1, 4
_FS_IOC_GETFLAGS = 0x80086601
_FIXED = 0x10 | 0x20  # FS_IMMUTABLE_FL, FS_APPEND_FL (linux/fs.h)


class Disk:
    """The system's calls, as they are."""

    def open(self, name: str, flags: int, at: int | None = None) -> int:
        return os.open(name, flags, 0o600, dir_fd=at)

    def close(self, handle: int) -> None:
        os.close(handle)

    def read(self, handle: int, size: int) -> bytes:
        return os.read(handle, size)

    def write(self, handle: int, content: bytes) -> int:
        return os.write(handle, content)

    def seek(self, handle: int, offset: int, whence: int = os.SEEK_SET) -> int:
        return os.lseek(handle, offset, whence)

    def cut(self, handle: int, size: int) -> None:
        os.ftruncate(handle, size)

    def sync(self, handle: int) -> None:
        os.fsync(handle)

    def look(self, handle: int) -> os.stat_result:
        return os.fstat(handle)

    def look_at(self, name: str, at: int) -> os.stat_result:
        return os.stat(name, dir_fd=at, follow_symlinks=False)

    def names(self, folder: int) -> list[str]:
        return sorted(os.listdir(folder))

    def make_folder(self, name: str, at: int) -> None:
        os.mkdir(name, 0o700, dir_fd=at)

    def make_pipe(self, name: str, at: int) -> None:
        os.mkfifo(name, 0o600, dir_fd=at)

    def make_link(self, target: str, name: str, at: int) -> None:
        os.symlink(target, name, dir_fd=at)

    def read_link(self, name: str, at: int) -> str:
        return os.readlink(name, dir_fd=at)

    def join(self, old: str, old_at: int, new: str, new_at: int) -> None:
        os.link(old, new, src_dir_fd=old_at, dst_dir_fd=new_at, follow_symlinks=False)

    def drop(self, name: str, at: int) -> None:
        os.unlink(name, dir_fd=at)

    def drop_folder(self, name: str, at: int) -> None:
        os.rmdir(name, dir_fd=at)

    def replace(self, old: str, new: str, at: int) -> None:
        os.rename(old, new, src_dir_fd=at, dst_dir_fd=at)

    def rename(self, old: str, new: str, at: int) -> None:
        """Rename where nothing has the new name; ``FileExistsError`` if something has."""
        _rename_new(old, new, at)

    def set_mode(self, handle: int, mode: int) -> None:
        os.fchmod(handle, mode)

    def set_mode_at(self, name: str, at: int, mode: int) -> None:
        os.chmod(name, mode, dir_fd=at)

    def set_owner(self, handle: int, uid: int, gid: int) -> None:
        os.fchown(handle, uid, gid)

    def set_owner_at(self, name: str, at: int, uid: int, gid: int) -> None:
        os.chown(name, uid, gid, dir_fd=at, follow_symlinks=False)

    def set_times(self, handle: int, accessed_ns: int, modified_ns: int) -> None:
        os.utime(handle, ns=(accessed_ns, modified_ns))

    def set_times_at(self, name: str, at: int, accessed_ns: int, modified_ns: int) -> None:
        os.utime(name, ns=(accessed_ns, modified_ns), dir_fd=at, follow_symlinks=False)

    def attribute_names(self, handle: int) -> list[str]:
        return sorted(os.listxattr(handle)) if KEEPS_ATTRIBUTES else []

    def attribute(self, handle: int, name: str) -> bytes:
        return os.getxattr(handle, name)

    def set_attribute(self, handle: int, name: str, value: bytes) -> None:
        os.setxattr(handle, name, value)

    def drop_attribute(self, handle: int, name: str) -> None:
        os.removexattr(handle, name)

    def is_fixed(self, handle: int) -> bool:
        """Whether it is marked as never to be changed (``chattr +i``, ``+a``)."""
        if not sys.platform.startswith("linux"):
            return False
        try:
            raw = fcntl.ioctl(handle, _FS_IOC_GETFLAGS, bytes(8))
        except OSError:
            return False  # this file system knows no such marks
        return bool(struct.unpack("@l", raw)[0] & _FIXED)

    def is_being_written(self, handle: int) -> bool:
        """Whether somebody has the file open for writing: then the kernel grants no read lease (fcntl(2)).

        Where leases are not to be had, the answer is no.
        """
        if not hasattr(fcntl, "F_SETLEASE"):
            return False
        try:
            # Should somebody open it just now, the kernel says so by a signal; this one does nothing.
            fcntl.fcntl(handle, _F_SETSIG, signal.SIGURG)
            fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except OSError as problem:
            return problem.errno == errno.EAGAIN
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return False

    def lock(self, handle: int) -> bool:
        """Take the file for oneself; False if somebody has it."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def share(self, handle: int) -> None:
        """Hold the file together with others who share it; waits for who has it alone."""
        fcntl.flock(handle, fcntl.LOCK_SH)


_F_SETSIG = 10


def _rename_new(old: str, new: str, at: int) -> None:
    """renameat2(2) and renameatx_np(2) do in one step what else takes two."""
    libc = ctypes.CDLL(None, use_errno=True)
    call, flag = (
        (getattr(libc, "renameat2", None), _RENAME_NOREPLACE)
        if sys.platform.startswith("linux")
        else (getattr(libc, "renameatx_np", None), _RENAME_EXCL)
    )
    if call is not None:
        if call(at, os.fsencode(old), at, os.fsencode(new), ctypes.c_uint(flag)) == 0:
            return
        number = ctypes.get_errno()
        if number not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
            raise OSError(number, os.strerror(number), old)
    try:
        os.stat(new, dir_fd=at, follow_symlinks=False)
    except FileNotFoundError:
        os.rename(old, new, src_dir_fd=at, dst_dir_fd=at)
        return
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new)
