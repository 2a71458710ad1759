"""Moves files and folders into a vault, so that a power cut at any moment loses nothing and leaves nothing behind.

Nothing is left in the place of what was moved: a program that finds no file says that there is none, where an empty
or odd one would be read as a broken key, and trying to open it is refused to everybody, root included.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from typing import NamedTuple

from eclosion.audit.vault import journal
from eclosion.audit.vault.disk import FOLDER, READ, UNSEEN, Disk
from eclosion.audit.vault.errors import CannotTake, Changed, of_system
from eclosion.audit.vault.folders import closing, exists, folder, inside, write_whole
from eclosion.audit.vault.journal import Mark, Record
from eclosion.audit.vault.model import FILE, Item, entries_to_json, item_to_json
from eclosion.audit.vault.place import ABOUT, ITEMS, MANIFEST, Vault, real_path
from eclosion.audit.vault.points import known_points, sweep
from eclosion.audit.vault.recovering import finish, is_marked, leave_whole, recover_here
from eclosion.audit.vault.sealing import seal, taking_from
from eclosion.audit.vault.taking import Taker
from eclosion.kernel.errors import EclosionError


class Added(NamedTuple):
    """What became of a move.

    Attributes:
        item: what lies in the vault now; None if everything was there already.
        already: paths that were moved earlier.
        kept: paths of what appeared while it was moved, and was left.
    """

    item: Item | None
    already: tuple[str, ...]
    kept: tuple[str, ...] = ()


def add(vault: Vault, paths: Sequence[str], *, at_ms: int) -> Added:
    """Move files and folders in, together, as one item.

    Args:
        vault: into which.
        paths: of files and folders; a second name of a file has to be among them.
        at_ms: the time.

    Raises:
        CannotTake: something could not come back exactly; nothing was moved.
        Changed: something changed meanwhile; nothing was moved.
        DiskTrouble: the system refused; nothing was moved.
    """
    with vault.locked() as here:
        sweep(vault, here)
        recover_here(vault, here)
        roots, already = _choose(vault, here, paths)
        if not roots:
            return Added(None, already)
        record = Record(vault.made(), journal.TAKING, tuple(roots))
        doing = f"moving {', '.join(roots)}"
        try:
            journal.write_record(vault, here, record)
            item, taker = _write_item(vault, here, record, at_ms)
            record = record._replace(phase=journal.LEAVING, marks=tuple(taker.marks))
            journal.write_record(vault, here, record)
            _set_aside(vault, record)
            record = record._replace(phase=journal.REMOVING)
            journal.write_record(vault, here, record)
            return Added(item, already, tuple(finish(vault, here, record)))
        except (OSError, EclosionError, KeyboardInterrupt) as problem:
            leave_whole(vault, here)
            raise of_system(problem, doing) if isinstance(problem, OSError) else problem from None


def _choose(vault: Vault, here: int, paths: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """The real paths of what is to be moved, and of what lies in the vault already."""
    roots: list[str] = []
    already = []
    points = {point for point, _, _ in known_points(vault, here)}
    moved = {root for item in vault.items(here) for root in item.roots}
    for path in paths:
        real = real_path(path)
        if real in points or not os.path.lexists(real):
            if real in moved:
                already.append(real)
                continue
            raise CannotTake(f"There is no {path}.")
        _refuse_root(vault, real, path)
        if any(_is_in(real, other) for other in roots):
            continue
        roots = [*(other for other in roots if not _is_in(other, real)), real]
    return roots, tuple(already)


def _refuse_root(vault: Vault, real: str, path: str) -> None:
    found = os.lstat(real)
    if stat.S_ISLNK(found.st_mode):
        raise CannotTake(
            f"{path} is a link.", hint="Name the file or folder itself to which it leads."
        )
    if _is_in(real, vault.path) or _is_in(vault.path, real):
        raise CannotTake(f"{path} holds the vault, or lies in it.")
    home = os.path.realpath(os.path.expanduser("~"))
    if real == home or _is_in(home, real):
        raise CannotTake(f"{path} is a whole home.", hint="Name folders and files in it.")
    if os.lstat(os.path.dirname(real)).st_dev != found.st_dev:
        raise CannotTake(f"{path} is a mount point.", hint="Name what lies in it instead.")


def _is_in(path: str, outer: str) -> bool:
    return (path + os.sep).startswith(outer.rstrip(os.sep) + os.sep)


def _write_item(vault: Vault, here: int, record: Record, at_ms: int) -> tuple[Item, Taker]:
    """Everything that has to come back, encrypted and on the disk."""
    disk = vault.disk
    recipients = vault.recipients(here)
    with closing(disk, disk.open(ITEMS, FOLDER, here)) as items:
        disk.make_folder(record.id, items)
        with closing(disk, disk.open(record.id, FOLDER, items)) as place:
            taker = Taker(disk, place, recipients)
            for number, root in enumerate(record.roots):
                with folder(disk, os.path.dirname(root)) as parent:
                    taker.take(number, os.path.basename(root), parent, root)
            taker.check_names()
            seal(disk, taking_from(entries_to_json(taker.entries)), MANIFEST, place, recipients)
            files = [one for one in taker.entries if one.kind == FILE]
            size = sum(one.size for one in files)
            item = Item(record.id, record.roots, at_ms, len(files), size)
            write_whole(disk, ABOUT, place, item_to_json(item))
            disk.sync(place)
        disk.sync(items)
    return item, taker


def _set_aside(vault: Vault, record: Record) -> None:
    """Give the originals another name, so that nobody comes upon them any more, and look at them once more."""
    disk = vault.disk
    for number, root in enumerate(record.roots):
        with folder(disk, os.path.dirname(root)) as parent:
            aside = record.aside(number)
            disk.rename(os.path.basename(root), aside, parent)
            disk.sync(parent)
            marks = [mark for mark in record.marks if mark.root == number]
            names = _names_in(marks)
            for mark in marks:
                _check(disk, parent, aside, mark, names[mark.path], root)


def _names_in(marks: Sequence[Mark]) -> dict[str, set[str]]:
    """What should be in each folder; nothing in all else."""
    names: dict[str, set[str]] = {mark.path: set() for mark in marks}
    for mark in marks:
        if mark.path:
            way, name = os.path.split(mark.path)
            names[way].add(name)
    return names


def _check(disk: Disk, parent: int, aside: str, mark: Mark, expected: set[str], root: str) -> None:
    """Whether one entry is still what was read, nobody is writing to it, and nothing was added."""
    shown = f"{root}/{mark.path}" if mark.path else root
    way, name = os.path.split(f"{aside}/{mark.path}" if mark.path else aside)
    with inside(disk, parent, way) as at:
        found = exists(disk, name, at)
        if found is None or not is_marked(found, mark):
            raise Changed(f"{shown} changed while it was moved. Nothing was moved.")
        if mark.is_folder:
            with closing(disk, disk.open(name, FOLDER | UNSEEN, at)) as here:
                if set(disk.names(here)) != expected:
                    raise Changed(f"{shown} got new files while it was moved. Nothing was moved.")
        elif stat.S_ISREG(found.st_mode):
            with closing(disk, disk.open(name, READ | UNSEEN, at)) as handle:
                if disk.is_being_written(handle):
                    raise Changed(
                        f"{shown} is open for writing in some program. Nothing was moved.",
                        hint=f"End it first; lsof {shown} names it.",
                    )
