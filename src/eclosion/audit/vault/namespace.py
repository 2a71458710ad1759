"""A private view of the file system for one program, on Linux: namespaces and mounts (namespaces(7), mount(2)).

What always holds: what is mounted here is seen by this process and those that it starts, and is gone when they are.
When the process that asked for it ends, even by SIGKILL, all of them end.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

NEW_MOUNTS, NEW_USER, NEW_PIDS = 0x00020000, 0x10000000, 0x20000000
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_BIND, _MS_REC, _MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
_MNT_DETACH = 2
_PDEATHSIG, _DUMPABLE = 1, 4
FAILED = 125
"""With what a process ends that could not start its program; env(1) and docker(1) do the same."""


def _call(name: str, *args: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*args):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def is_possible() -> bool:
    """Whether this system has namespaces at all; whether it grants them shows when they are asked for."""
    return sys.platform.startswith("linux")


def die_with_parent(parent: int) -> None:
    """End when the parent ends, however it ends; at once if it already has."""
    _call("prctl", _PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(FAILED)


def keep_private() -> None:
    """Let no other process of the same user read this one's memory, and write no core file."""
    if is_possible():
        _call("prctl", _DUMPABLE, 0, 0, 0, 0)


def enter() -> None:
    """Go into a new mount namespace, and let the next child begin a new process namespace.

    Raises:
        OSError: the system does not allow it.
    """
    uid, gid = os.geteuid(), os.getegid()
    flags = NEW_MOUNTS | NEW_PIDS | (NEW_USER if uid else 0)
    _call("unshare", flags)
    if uid:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    _mount("none", "/", "", _MS_REC | _MS_PRIVATE)


def mount_memory(point: str) -> None:
    """A file system in memory; kept out of swap where the kernel can (6.4 and newer)."""
    try:
        _mount("tmpfs", point, "tmpfs", _MS_NOSUID | _MS_NODEV, "mode=0700,noswap")
    except OSError:
        _mount("tmpfs", point, "tmpfs", _MS_NOSUID | _MS_NODEV, "mode=0700")


def show_at(source: str, point: str) -> None:
    """Show a file or folder at another place."""
    _mount(source, point, "", _MS_BIND)


def take_away(point: str) -> None:
    """Take a mount away; what is shown of it elsewhere stays."""
    _call("umount2", os.fsencode(point), _MNT_DETACH)


def show_processes() -> None:
    """Let /proc tell of the new process namespace. Where that is not allowed, it tells of the old one."""
    try:
        _mount("proc", "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    except OSError:
        return


def _mount(source: str, point: str, kind: str, flags: int, data: str = "") -> None:
    _call(
        "mount",
        os.fsencode(source),
        os.fsencode(point),
        kind.encode() or None,
        ctypes.c_ulong(flags),
        data.encode() or None,
    )
