"""Ends what was interrupted: back to how it was, or forward to how it was to be. Needs no passphrase.

Which way is told by the phase that the journal holds (``journal``). A second run finds nothing to do.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from typing import NamedTuple

from eclosion.audit.vault import journal
from eclosion.audit.vault.disk import FOLDER, Disk
from eclosion.audit.vault.errors import InTheWay
from eclosion.audit.vault.folders import closing, exists, folder, inside, remove_tree
from eclosion.audit.vault.journal import Mark, Record
from eclosion.audit.vault.place import ABOUT, ITEMS, Vault
from eclosion.audit.vault.points import sweep
from eclosion.kernel.errors import EclosionError


class Recovered(NamedTuple):
    """What was done about one thing that had been interrupted.

    Attributes:
        roots: its paths.
        went: ``back`` if all is as it was before the command, ``forward`` if the command is now done.
        kept: paths of what was found beside what was moved, and left.
    """

    roots: tuple[str, ...]
    went: str
    kept: tuple[str, ...] = ()


def recover(vault: Vault) -> list[Recovered]:
    """End everything that was interrupted.

    Raises:
        VaultBusy: a command is working here just now.
        InTheWay: something new stands where the original goes back to; both are kept.
    """
    with vault.locked() as here:
        sweep(vault, here)
        return recover_here(vault, here)


def recover_here(vault: Vault, here: int) -> list[Recovered]:
    """The same for who holds the lock."""
    journal.tidy(vault, here)
    done = []
    for record in journal.pending(vault, here):
        kept: Sequence[str] = ()
        went = "back"
        if record.phase == journal.LEAVING:
            _bring_back(vault, record)
        if record.phase in (journal.TAKING, journal.LEAVING):
            _drop_item(vault, here, record)
        elif record.phase == journal.REMOVING:
            went, kept = "forward", remove_originals(vault, record)
        elif record.phase == journal.BUILDING:
            remove_built(vault, record)
        elif record.phase == journal.PLACING:
            went = "forward" if _place_or_unbuild(vault, here, record) else "back"
        else:
            went = "forward"
            _drop_item(vault, here, record)
        journal.drop_record(vault, here, record)
        done.append(Recovered(record.roots, went, tuple(kept)))
    return done


def leave_whole(vault: Vault, here: int) -> None:
    """After something went wrong: leave the disk as the journal's rules say.

    If that fails too, the journal stays, and the next command does it.

    Raises:
        InTheWay: only the owner can say what is to become of two files for one name.
    """
    try:
        recover_here(vault, here)
    except InTheWay:
        raise
    except (OSError, EclosionError):
        return


def finish(vault: Vault, here: int, record: Record) -> list[str]:
    """The last step of a move: the originals go."""
    kept = remove_originals(vault, record)
    journal.drop_record(vault, here, record)
    return kept


def is_marked(found: os.stat_result, mark: Mark) -> bool:
    """Whether this is the entry that was read, unchanged."""
    if (found.st_dev, found.st_ino) != (mark.device, mark.inode):
        return False
    if mark.is_folder:
        return stat.S_ISDIR(found.st_mode)
    return (found.st_size, found.st_mtime_ns) == (mark.size, mark.modified_ns)


def _drop_item(vault: Vault, here: int, record: Record) -> None:
    """Remove the item; what tells of it goes first, so that no half of it is ever listed."""
    disk = vault.disk
    with closing(disk, disk.open(ITEMS, FOLDER, here)) as items:
        if exists(disk, record.id, items):
            with closing(disk, disk.open(record.id, FOLDER, items)) as place:
                if exists(disk, ABOUT, place):
                    disk.drop(ABOUT, place)
            remove_tree(disk, record.id, items)
        disk.sync(items)


def _bring_back(vault: Vault, record: Record) -> None:
    """Give the originals their names again."""
    disk = vault.disk
    for number, root in enumerate(record.roots):
        with folder(disk, os.path.dirname(root)) as parent:
            aside = record.aside(number)
            if exists(disk, aside, parent):
                try:
                    disk.rename(aside, os.path.basename(root), parent)
                except FileExistsError:
                    raise InTheWay(
                        f"{root} was made anew while it was being moved; the old one is {aside} beside it.",
                        hint="Move the new one away, then: eclosion vault recover",
                    ) from None
            disk.sync(parent)


def remove_originals(vault: Vault, record: Record) -> list[str]:
    """Unlink what was read, innermost first, and nothing else. Gives the paths of what is not as it was read."""
    disk = vault.disk
    kept: list[str] = []
    for number, root in enumerate(record.roots):
        with folder(disk, os.path.dirname(root)) as parent:
            aside = record.aside(number)
            marks = [mark for mark in record.marks if mark.root == number]
            kept += [
                os.path.join(os.path.dirname(root), aside, mark.path)
                for mark in reversed(marks)
                if not _remove(disk, parent, aside, mark)
            ]
            disk.sync(parent)
    return kept


def _remove(disk: Disk, parent: int, aside: str, mark: Mark) -> bool:
    """Unlink one entry if it is as it was read. False if it was kept."""
    way, name = os.path.split(f"{aside}/{mark.path}" if mark.path else aside)
    try:
        with inside(disk, parent, way) as at:
            found = exists(disk, name, at)
            if found is None:
                return True
            if not is_marked(found, mark):
                return False
            owner = disk.look(at)
            if way and owner.st_mode & stat.S_IRWXU != stat.S_IRWXU:
                disk.set_mode(at, 0o700)
            if not mark.is_folder:
                disk.drop(name, at)
                return True
            if found.st_mode & stat.S_IRWXU != stat.S_IRWXU:
                disk.set_mode_at(name, at, 0o700)
            with closing(disk, disk.open(name, FOLDER, at)) as here:
                if disk.names(here):
                    return False
            disk.drop_folder(name, at)
    except FileNotFoundError:
        return True  # its folder went in an earlier run
    return True


def remove_built(vault: Vault, record: Record) -> None:
    """Remove trees that were being brought back and are not whole."""
    disk = vault.disk
    for number, root in enumerate(record.roots):
        with folder(disk, os.path.dirname(root)) as parent:
            remove_tree(disk, record.aside(number), parent)
            disk.sync(parent)


def place(vault: Vault, record: Record) -> None:
    """Give the built trees their names.

    Raises:
        InTheWay: something has come to stand there.
    """
    disk = vault.disk
    for number, root in enumerate(record.roots):
        with folder(disk, os.path.dirname(root)) as parent:
            aside = record.aside(number)
            if exists(disk, aside, parent):
                try:
                    disk.rename(aside, os.path.basename(root), parent)
                except FileExistsError:
                    raise InTheWay(
                        f"{root} is there already. Nothing was brought back.",
                        hint="Move it away, or bring the old one elsewhere: --to DIR",
                    ) from None
            disk.sync(parent)


def _place_or_unbuild(vault: Vault, here: int, record: Record) -> bool:
    """Go on placing; where something stands in the way, take back what was placed. True if it is all in place."""
    try:
        place(vault, record)
    except InTheWay:
        _unplace(vault, record)
        journal.write_record(vault, here, record._replace(phase=journal.BUILDING))
        remove_built(vault, record)
        return False
    journal.write_record(vault, here, record._replace(phase=journal.DROPPING))
    _drop_item(vault, here, record)
    return True


def _unplace(vault: Vault, record: Record) -> None:
    """Rename back those that were placed, known by what the journal says of them."""
    disk = vault.disk
    for mark in record.marks:
        root = record.roots[mark.root]
        with folder(disk, os.path.dirname(root)) as parent:
            found = exists(disk, os.path.basename(root), parent)
            if found and (found.st_dev, found.st_ino) == (mark.device, mark.inode):
                disk.rename(os.path.basename(root), record.aside(mark.root), parent)
                disk.sync(parent)


def settle(vault: Vault, here: int, record: Record) -> None:
    """From ``placing`` to the end, or back if something stands in the way.

    Raises:
        InTheWay: then nothing was brought back.
    """
    if not _place_or_unbuild(vault, here, record):
        journal.drop_record(vault, here, record)
        raise InTheWay(
            f"Something stands where this goes: {', '.join(record.roots)}. Nothing was brought back.",
            hint="Move it away, or bring the old one elsewhere: --to DIR",
        )
    journal.drop_record(vault, here, record)
