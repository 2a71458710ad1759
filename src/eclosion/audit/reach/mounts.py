"""What a process sees of the disk: its mounts, and under which of its paths a file of this machine stands there.

Containers, bubblewrap and systemd all confine by mounts, so one reading of ``/proc/PID/mountinfo``
(proc_pid_mountinfo(5)) covers them. What a security module forbids on top (Landlock, AppArmor, SELinux) cannot be read
there; the probe tells.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import NamedTuple, Protocol


class Shown(NamedTuple):
    """A file's name in a confinement, and the directory of this machine at which the mount begins."""

    name: str
    start: str


class Sight(Protocol):
    """What a confinement leaves visible of this machine's files."""

    @property
    def name(self) -> str:
        """What confines: ``bubblewrap``, ``docker``, ``process 4711``."""
        ...

    def shown(self, path: str) -> list[Shown]:
        """Under which names this file is visible there.

        Args:
            path: an absolute path of this machine, links resolved.
        """
        ...


class Mount:
    """One line of mountinfo.

    Attributes:
        device: the file system's device number.
        root: which directory of the file system is mounted.
        point: where, in the process's own paths.
        kind: the file system's type.
        options: what the file system was mounted with.
    """

    def __init__(self, line: str) -> None:
        fields, _, rest = line.partition(" - ")
        parts = fields.split(" ")
        major, _, minor = parts[2].partition(":")
        kind, _, tail = rest.partition(" ")
        self.device = os.makedev(int(major), int(minor))
        self.root = _plain(parts[3])
        self.point = _plain(parts[4])
        self.kind = kind
        self.options = dict(one.partition("=")[::2] for one in tail.split(" ")[-1].split(","))

    @property
    def user(self) -> str:
        """The user who mounted a file system in user space."""
        return self.options.get("user_id", "")

    def is_private_to_another(self, uid: int) -> bool:
        """A file system in user space is its owner's alone, for root too, unless mounted for all (fuse(8))."""
        if not self.kind.startswith("fuse") or not self.user.isdigit():
            return False
        return int(self.user) != uid and "allow_other" not in self.options


class View:
    """The mounts of one process, newest last, as the kernel lists them."""

    def __init__(self, mounts: list[Mount]) -> None:
        self.mounts = mounts

    @cached_property
    def _by_device(self) -> dict[int, list[Mount]]:
        found: dict[int, list[Mount]] = {}
        for mount in self.mounts:
            found.setdefault(mount.device, []).append(mount)
        return found

    def names_of(self, device: int, inner: str) -> list[tuple[str, str]]:
        """Under which paths this view shows a file, each with the part of it below its mount's beginning.

        Args:
            device: the file system that the file is on.
            inner: the file's path within that file system.
        """
        names = []
        for mount in self._by_device.get(device, []):
            below = _below(inner, mount.root)
            if below is None:
                continue
            name = os.path.normpath(os.path.join(mount.point, below))
            if self.owner_of(name) is mount:
                names.append((name, below))
        return names

    def owner_of(self, path: str) -> Mount | None:
        """The mount that shows what is at this path: the deepest, and of those the newest."""
        best: Mount | None = None
        for mount in self.mounts:
            if _below(path, mount.point) is None:
                continue
            if best is None or len(mount.point) >= len(best.point):
                best = mount
        return best

    def inner(self, path: str) -> tuple[int, str] | None:
        """The file system of a path of this view, and the path within that."""
        mount = self.owner_of(path)
        if mount is None:
            return None
        below = _below(path, mount.point) or "."
        return mount.device, os.path.normpath(os.path.join(mount.root, below))


class ProcessSight:
    """What a running process sees of this machine's files: a confinement, read from its mounts.

    Args:
        pid: the process.

    Raises:
        OSError: there is none, or its mounts may not be looked at.
    """

    def __init__(self, pid: int, proc: Path = Path("/proc")) -> None:
        self.name = f"process {pid}"
        self._ours = View(mounts_of("self", proc))
        (proc / str(pid) / "mountinfo").stat()
        self._its = View(mounts_of(pid, proc))

    def shown(self, path: str) -> list[Shown]:
        """Under which names it sees this file, each with where on this machine its mount begins."""
        stands = self._ours.inner(path)
        if stands is None:
            return []
        found = []
        for name, below in self._its.names_of(*stands):
            start = path if below == "." else path[: -len(below)].rstrip("/") or "/"
            found.append(Shown(name, start))
        return found


def mounts_of(pid: int | str = "self", proc: Path = Path("/proc")) -> list[Mount]:
    """The mounts of a process; none where they cannot be read, as on systems without ``/proc``."""
    try:
        text = (proc / str(pid) / "mountinfo").read_text("utf-8", "surrogateescape")
    except OSError:
        return []
    return [Mount(line) for line in text.splitlines() if " - " in line]


def _below(path: str, top: str) -> str | None:
    """The rest of the path below ``top``, ``.`` for itself; None if it is not below."""
    try:
        return str(PurePosixPath(path).relative_to(top))
    except ValueError:
        return None


def _plain(text: str) -> str:
    """Octal escapes of blanks, tabs, line ends and backslashes undone."""
    for escape, plain in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(escape, plain)
    return text
