"""Brings back what lies in a vault, byte for byte with everything around it, and shows a single file of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from eclosion.audit.vault import journal
from eclosion.audit.vault.disk import FOLDER, Disk
from eclosion.audit.vault.errors import InTheWay, NoSuchItem, of_system
from eclosion.audit.vault.folders import closing, exists, folder
from eclosion.audit.vault.journal import Mark, Record
from eclosion.audit.vault.model import FILE, SAME, Entry, Item, entries_from_json
from eclosion.audit.vault.place import ITEMS, MANIFEST, Vault, real_path
from eclosion.audit.vault.points import sweep
from eclosion.audit.vault.rebuilding import Builder
from eclosion.audit.vault.recovering import leave_whole, recover_here, settle
from eclosion.audit.vault.sealing import Put, unseal
from eclosion.audit.vault.taking import content_name
from eclosion.kernel.errors import EclosionError

if TYPE_CHECKING:
    from pyrage.x25519 import Identity


def restore(vault: Vault, word: str, identity: Identity, *, to: str = "") -> Item:
    """Bring an item back and take it out of the vault.

    Args:
        vault: from which.
        word: the item's id, or one of its paths.
        identity: the vault's, or another for which it encrypts.
        to: a folder to bring it to; empty for where it was.

    Raises:
        NoSuchItem: there is none.
        InTheWay: something stands where it goes; nothing was changed.
        Damaged, WrongIdentity: it could not be opened; nothing was changed.
        DiskTrouble: the system refused; nothing was changed.
    """
    with vault.locked() as here:
        sweep(vault, here)
        recover_here(vault, here)
        item = vault.choose(here, word)
        roots = tuple(_elsewhere(root, to) for root in item.roots) if to else item.roots
        record = Record(item.id, journal.BUILDING, roots)
        try:
            _look_ahead(vault.disk, roots)
            with opened_item(vault, here, item) as place:
                entries = read_manifest(vault, place, identity)
                journal.write_record(vault, here, record)
                marks = _build(vault, record, place, entries, identity)
            record = record._replace(phase=journal.PLACING, marks=marks)
            journal.write_record(vault, here, record)
            settle(vault, here, record)
        except (OSError, EclosionError, KeyboardInterrupt) as problem:
            leave_whole(vault, here)
            doing = f"bringing back {', '.join(roots)}"
            raise of_system(problem, doing) if isinstance(problem, OSError) else problem from None
        return item._replace(roots=roots)


def show(vault: Vault, path: str, identity: Identity, put: Put) -> None:
    """Give a file's content to ``put``, and leave it in the vault.

    Args:
        path: where the file was; the item may be a folder above it.

    Raises:
        NoSuchItem: there is no such file in it.
    """
    real = real_path(path)
    with vault.opened() as here:
        for item in reversed(vault.items(here)):
            if not any((real + "/").startswith(root + "/") for root in item.roots):
                continue
            with opened_item(vault, here, item) as place:
                for entry in read_manifest(vault, place, identity):
                    root = item.roots[entry.root]
                    whole = f"{root}/{entry.path}" if entry.path else root
                    if whole == real and entry.kind in (FILE, SAME):
                        _show(vault.disk, place, entry, put, identity)
                        return
    raise NoSuchItem(
        f"The vault holds no file {path}.", hint="`eclosion vault list` shows what it does."
    )


@contextmanager
def opened_item(vault: Vault, here: int, item: Item) -> Iterator[int]:
    """An item's open folder."""
    with (
        closing(vault.disk, vault.disk.open(ITEMS, FOLDER, here)) as items,
        closing(vault.disk, vault.disk.open(item.id, FOLDER, items)) as place,
    ):
        yield place


def read_manifest(vault: Vault, place: int, identity: Identity) -> list[Entry]:
    """All entries of an item."""
    pieces: list[bytes] = []
    unseal(vault.disk, MANIFEST, place, pieces.append, [identity])
    return entries_from_json(b"".join(pieces))


def _show(disk: Disk, place: int, entry: Entry, put: Put, identity: Identity) -> None:
    """The file as it was, holes filled with zeros."""
    if entry.kind == SAME:
        raise NoSuchItem(
            "This is a second name of a file.", hint=f"Its first name ends in {entry.target}."
        )
    if entry.pieces in ((), ((0, entry.size),)):
        unseal(disk, content_name(entry.content), place, put, [identity])
        put(bytes(entry.size) if not entry.pieces else b"")
        return
    pieces: list[bytes] = []
    unseal(disk, content_name(entry.content), place, pieces.append, [identity])
    packed, done = b"".join(pieces), 0
    for begin, length in entry.pieces:
        put(bytes(begin - done))
        put(packed[:length])
        packed, done = packed[length:], begin + length
    put(bytes(entry.size - done))


def _elsewhere(root: str, to: str) -> str:
    return os.path.join(os.path.realpath(os.path.expanduser(to)), os.path.basename(root))


def _look_ahead(disk: Disk, roots: tuple[str, ...]) -> None:
    """Say early what stands in the way; the last word has the rename."""
    if len(set(roots)) != len(roots):
        raise InTheWay("Two of these have the same name.", hint="Bring them back without --to.")
    for root in roots:
        try:
            with folder(disk, os.path.dirname(root)) as parent:
                found = exists(disk, os.path.basename(root), parent)
        except FileNotFoundError:
            raise InTheWay(
                f"The folder {os.path.dirname(root)} is gone.",
                hint="Make it again, or bring this elsewhere: --to DIR",
            ) from None
        if found:
            raise InTheWay(
                f"{root} is there already.",
                hint="Move it away, or bring the old one elsewhere: --to DIR",
            )


def _build(
    vault: Vault, record: Record, place: int, entries: list[Entry], identity: Identity
) -> tuple[Mark, ...]:
    """Make the trees beside where they go; gives by which the roots are known."""
    disk = vault.disk
    with ExitStack() as stack:
        parents = [
            stack.enter_context(folder(disk, os.path.dirname(root))) for root in record.roots
        ]
        names = [record.aside(number) for number in range(len(record.roots))]
        Builder(disk, place, [identity], entries, parents, names).build()
        marks = []
        for number, (parent, name) in enumerate(zip(parents, names, strict=True)):
            disk.sync(parent)
            found = disk.look_at(name, parent)
            marks.append(Mark(number, "", False, found.st_dev, found.st_ino, 0, 0))
    return tuple(marks)
