"""Reads a file or a tree with everything that has to come back, and encrypts its contents into an item.

What always holds: nothing outside of the vault is changed. What could not be brought back exactly is refused before
anything is written: devices and sockets, other people's files (unless root asks), mount points, names of a file that
stand elsewhere too, files marked as fixed, attributes that this user may not set.
"""

from __future__ import annotations

import base64
import errno
import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from eclosion.audit.vault.disk import FOLDER, READ, UNSEEN, Disk
from eclosion.audit.vault.errors import CannotTake, Changed
from eclosion.audit.vault.folders import closing
from eclosion.audit.vault.journal import Mark
from eclosion.audit.vault.model import FILE, LINK, PIPE, SAME, Entry
from eclosion.audit.vault.model import FOLDER as FOLDER_KIND
from eclosion.audit.vault.sealing import seal

if TYPE_CHECKING:
    from pyrage.x25519 import Recipient

ENTRIES_MAX = 200_000
_FREE = ("user.", "system.posix_acl_", "security.selinux")
"""Attributes that an owner may set; the others are root's."""


class _Names(NamedTuple):
    """Names of one file: the entry that was the first, its path for people, how many there are, how many were seen."""

    entry: str
    shown: str
    links: int
    seen: int


@dataclass(slots=True)
class Taker:
    """Takes trees into one item.

    Args:
        disk: how the system is called.
        item: the item's open folder.
        recipients: for whom is encrypted.

    Attributes:
        entries: what was read, folders before what is in them.
        marks: by which each is known again.
    """

    disk: Disk
    item: int
    recipients: list[Recipient]
    entries: list[Entry] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    _names: dict[tuple[int, int], _Names] = field(default_factory=dict)
    _contents: int = 0

    def take(self, root: int, name: str, at: int, shown: str) -> None:
        """Read one root.

        Args:
            root: its number.
            name: its name in the open folder ``at``.
            shown: its whole path, for people.
        """
        found = self.disk.look_at(name, at)
        self._take(root, "", name, at, found, found.st_dev, shown)

    def check_names(self) -> None:
        """Whether every name of each file was among what was taken.

        Raises:
            CannotTake: a file has a name elsewhere, by which it would stay readable.
        """
        for one in self._names.values():
            if one.links != one.seen:
                raise CannotTake(
                    f"{one.shown} has {one.links - one.seen} more names (hard links) outside of what you named.",
                    hint="Name them all, or remove them; find them with: find DIR -samefile FILE",
                )

    def _take(
        self,
        root: int,
        path: str,
        name: str,
        at: int,
        found: os.stat_result,
        device: int,
        shown: str,
    ) -> None:
        self._refuse(found, device, shown)
        if len(self.entries) >= ENTRIES_MAX:
            raise CannotTake(f"More than {ENTRIES_MAX:,} files at once.", hint="Move parts of it.")
        kind = found.st_mode
        base = Entry(
            root,
            path,
            FILE,
            stat.S_IMODE(kind),
            found.st_uid,
            found.st_gid,
            found.st_atime_ns,
            found.st_mtime_ns,
        )
        self.marks.append(mark_of(root, path, found))
        if stat.S_ISLNK(kind):
            target = self.disk.read_link(name, at)
            self.entries.append(base._replace(kind=LINK, target=target))
        elif stat.S_ISFIFO(kind):
            self.entries.append(base._replace(kind=PIPE))
        elif stat.S_ISDIR(kind):
            self._take_folder(base, name, at, found, device, shown)
        else:
            self._take_file(base, name, at, found, shown)

    def _take_folder(
        self, base: Entry, name: str, at: int, found: os.stat_result, device: int, shown: str
    ) -> None:
        with closing(self.disk, self._open(name, at, FOLDER)) as here:
            self._same(self.disk.look(here), found, shown)
            attributes = self._attributes(here, shown)
            self.entries.append(base._replace(kind=FOLDER_KIND, attributes=attributes))
            for each in self.disk.names(here):
                inner = f"{base.path}/{each}" if base.path else each
                self._take(
                    base.root,
                    inner,
                    each,
                    here,
                    self.disk.look_at(each, here),
                    device,
                    f"{shown}/{each}",
                )

    def _take_file(
        self, base: Entry, name: str, at: int, found: os.stat_result, shown: str
    ) -> None:
        key = (found.st_dev, found.st_ino)
        if key in self._names:
            known = self._names[key]
            self._names[key] = known._replace(seen=known.seen + 1)
            self.entries.append(base._replace(kind=SAME, target=known.entry))
            return
        self._names[key] = _Names(base.name, shown, found.st_nlink, 1)
        with closing(self.disk, self._open(name, at, READ)) as handle:
            self._same(self.disk.look(handle), found, shown)
            if self.disk.is_fixed(handle):
                raise CannotTake(
                    f"{shown} is marked as never to be changed.", hint=f"chattr -ia {shown}"
                )
            attributes = self._attributes(handle, shown)
            pieces = self._pieces(handle, found.st_size)
            self._contents += 1
            digest = seal(
                self.disk,
                _reader(self.disk, handle, pieces),
                content_name(self._contents),
                self.item,
                self.recipients,
            )
            self._same(self.disk.look(handle), found, shown)
        self.entries.append(
            base._replace(
                size=found.st_size,
                pieces=pieces,
                content=self._contents,
                digest=digest,
                attributes=attributes,
            )
        )

    def _open(self, name: str, at: int, flags: int) -> int:
        """Open without leaving a trace in the time of last access, where the system allows it."""
        try:
            return self.disk.open(name, flags | UNSEEN, at)
        except PermissionError:
            return self.disk.open(name, flags, at)

    def _refuse(self, found: os.stat_result, device: int, shown: str) -> None:
        kind = found.st_mode
        if not any(
            test(kind) for test in (stat.S_ISREG, stat.S_ISDIR, stat.S_ISLNK, stat.S_ISFIFO)
        ):
            raise CannotTake(
                f"{shown} is a device or a socket: a program uses it.",
                hint="End that program first (for GnuPG: gpgconf --kill all), or name other files.",
            )
        if found.st_dev != device:
            raise CannotTake(f"{shown} is a mount point.", hint="Name what lies in it instead.")
        uid = os.geteuid()
        if uid == 0:
            return
        if found.st_uid != uid or found.st_gid not in (os.getegid(), *os.getgroups()):
            raise CannotTake(
                f"{shown} belongs to another user or group, and you could not give it back.",
                hint="Run this as root, or leave it where it is.",
            )

    def _attributes(self, handle: int, shown: str) -> dict[str, str]:
        found = {}
        try:
            names = self.disk.attribute_names(handle)
        except OSError as problem:
            if problem.errno != errno.ENOTSUP:
                raise
            return {}
        for name in names:
            if os.geteuid() != 0 and not name.startswith(_FREE):
                raise CannotTake(
                    f"{shown} has the attribute {name}, which only root can put back.",
                    hint="Run this as root.",
                )
            found[name] = base64.b64encode(self.disk.attribute(handle, name)).decode()
        return found

    def _pieces(self, handle: int, size: int) -> tuple[tuple[int, int], ...]:
        """Where there is content; where the file system cannot tell, everywhere."""
        pieces = []
        offset = 0
        while offset < size:
            try:
                begin = self.disk.seek(handle, offset, os.SEEK_DATA)
                offset = self.disk.seek(handle, begin, os.SEEK_HOLE)
            except OSError as problem:
                if problem.errno == errno.ENXIO:
                    break  # a hole up to the end
                if problem.errno != errno.EINVAL:
                    raise
                return ((0, size),)
            pieces.append((begin, min(offset, size) - begin))
        return tuple(pieces)

    def _same(self, now: os.stat_result, before: os.stat_result, shown: str) -> None:
        if not is_same(now, before):
            raise Changed(f"{shown} changed while it was read. Nothing was moved.")


def is_same(now: os.stat_result, before: os.stat_result) -> bool:
    """Whether it is the same file, unchanged since."""
    return (
        now.st_dev == before.st_dev
        and now.st_ino == before.st_ino
        and now.st_size == before.st_size
        and now.st_mtime_ns == before.st_mtime_ns
        and now.st_ctime_ns == before.st_ctime_ns
    )


def mark_of(root: int, path: str, found: os.stat_result) -> Mark:
    """By which an entry is known again."""
    is_folder = stat.S_ISDIR(found.st_mode)
    return Mark(
        root,
        path,
        is_folder,
        found.st_dev,
        found.st_ino,
        0 if is_folder else found.st_size,
        0 if is_folder else found.st_mtime_ns,
    )


def content_name(number: int) -> str:
    """The file of an item that holds this content."""
    return f"{number:06d}.age"


class _reader:  # noqa: N801 (called like a function)
    """The pieces of an open file, one after the other, as a stream."""

    def __init__(self, disk: Disk, handle: int, pieces: tuple[tuple[int, int], ...]) -> None:
        self._disk, self._handle = disk, handle
        self._waiting = list(reversed(pieces))
        self._left = 0

    def __call__(self, size: int) -> bytes:
        while not self._left:
            if not self._waiting:
                return b""
            begin, self._left = self._waiting.pop()
            self._disk.seek(self._handle, begin)
        piece = self._disk.read(self._handle, min(size, self._left))
        if not piece:
            raise Changed("A file became shorter while it was read. Nothing was moved.")
        self._left -= len(piece)
        return piece
