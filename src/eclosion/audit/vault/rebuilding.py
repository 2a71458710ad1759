"""Makes a tree again from a manifest: contents, holes, names, links, owners, modes, attributes, times.

What always holds: until a tree is whole only its owner may enter it; nothing that a manifest says leads outside of the
root that is being made. Inode numbers, change and birth times are the system's and come out new.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eclosion.audit.vault.disk import FOLDER, NEW, READ, Disk
from eclosion.audit.vault.errors import Damaged
from eclosion.audit.vault.folders import closing, inside, write_all
from eclosion.audit.vault.model import FILE, LINK, PIPE, SAME, Entry
from eclosion.audit.vault.model import FOLDER as FOLDER_KIND
from eclosion.audit.vault.sealing import unseal
from eclosion.audit.vault.taking import content_name

if TYPE_CHECKING:
    from pyrage.x25519 import Identity


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds an item's trees.

    Args:
        disk: how the system is called.
        item: the item's open folder.
        identities: who opens its contents.
        entries: its manifest.
        parents: for each root the open folder in which it is made.
        names: for each root the name under which it is made.
        keeps_owner: whether owners are set; not where the system has only one.
    """

    disk: Disk
    item: int
    identities: Sequence[Identity]
    entries: Sequence[Entry]
    parents: Sequence[int]
    names: Sequence[str]
    keeps_owner: bool = True

    def build(self) -> None:
        """Make everything; on the disk when this returns, but for the names of the roots.

        Raises:
            Damaged: a content is not what was moved in.
            OSError: as the disk says.
        """
        for entry in self.entries:
            self._make(entry)
        for entry in reversed(self.entries):
            self._dress(entry)

    @contextmanager
    def _at(self, entry: Entry) -> Iterator[tuple[int, str]]:
        """The open folder in which an entry stands, and its name there."""
        root = self.names[entry.root]
        way, name = os.path.split(f"{root}/{entry.path}" if entry.path else root)
        with inside(self.disk, self.parents[entry.root], way) as at:
            yield at, name

    def _make(self, entry: Entry) -> None:
        with self._at(entry) as (at, name):
            if entry.kind == FOLDER_KIND:
                self.disk.make_folder(name, at)
            elif entry.kind == LINK:
                self.disk.make_link(entry.target, name, at)
            elif entry.kind == PIPE:
                self.disk.make_pipe(name, at)
            elif entry.kind == SAME:
                with self._at(self._other(entry)) as (other_at, other):
                    self.disk.join(other, other_at, name, at)
            elif entry.kind == FILE:
                self._fill(entry, name, at)
            else:
                raise Damaged(f"A manifest in the vault names something unknown: {entry.kind!r}.")

    def _other(self, entry: Entry) -> Entry:
        for one in self.entries:
            if one.kind == FILE and one.name == entry.target:
                return one
        raise Damaged("A manifest in the vault names a file that is not in it.")

    def _fill(self, entry: Entry, name: str, at: int) -> None:
        """Write a file's content, holes left out."""
        digest = hashlib.sha256()
        waiting = list(reversed(entry.pieces))
        left = 0

        def put(piece: bytes) -> None:
            nonlocal left
            digest.update(piece)
            while piece:
                if not left:
                    if not waiting:
                        raise Damaged("A content in the vault is longer than it was.")
                    begin, left = waiting.pop()
                    self.disk.seek(handle, begin)
                write_all(self.disk, handle, piece[:left])
                piece, left = piece[left:], max(0, left - len(piece))

        with closing(self.disk, self.disk.open(name, NEW, at)) as handle:
            unseal(self.disk, content_name(entry.content), self.item, put, self.identities)
            if digest.hexdigest() != entry.digest:
                raise Damaged("A content in the vault is not what was moved in.")
            self.disk.cut(handle, entry.size)
            self.disk.sync(handle)

    def _dress(self, entry: Entry) -> None:
        """Owner first, as it takes away bits of the mode; then attributes, mode, and times last."""
        if entry.kind == SAME:
            return
        with self._at(entry) as (at, name):
            if entry.kind in (FILE, FOLDER_KIND):
                flags = FOLDER if entry.kind == FOLDER_KIND else READ
                with closing(self.disk, self.disk.open(name, flags, at)) as handle:
                    self._dress_open(entry, handle)
                return
            if self.keeps_owner:
                self.disk.set_owner_at(name, at, entry.uid, entry.gid)
            if entry.kind == PIPE:
                self.disk.set_mode_at(name, at, entry.mode)
            self.disk.set_times_at(name, at, entry.accessed_ns, entry.modified_ns)

    def _dress_open(self, entry: Entry, handle: int) -> None:
        if self.keeps_owner:
            self.disk.set_owner(handle, entry.uid, entry.gid)
        self._set_attributes(entry, handle)
        if stat.S_IMODE(self.disk.look(handle).st_mode) != entry.mode:
            self.disk.set_mode(handle, entry.mode)
        self.disk.set_times(handle, entry.accessed_ns, entry.modified_ns)
        self.disk.sync(handle)

    def _set_attributes(self, entry: Entry, handle: int) -> None:
        """Also take away what the new file was given by its folder: a default list, a label."""
        wanted = entry.attribute_values()
        try:
            present = self.disk.attribute_names(handle)
        except OSError as problem:
            if problem.errno != errno.ENOTSUP:
                raise
            present = []
        for name in present:
            if name not in wanted and not name.startswith("security."):
                self.disk.drop_attribute(handle, name)
        for name, value in wanted.items():
            if name in present and self.disk.attribute(handle, name) == value:
                continue
            self.disk.set_attribute(handle, name, value)
