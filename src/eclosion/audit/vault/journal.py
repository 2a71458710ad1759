"""What a vault is about to do, written down before it does it, and the way out of every step that was interrupted.

A move goes through ``taking`` (the item is written, nothing else is touched), ``leaving`` (the originals get another
name beside their own and are looked at once more) and ``removing``. Up to ``leaving`` recovery goes back, from
``removing`` on forward. Bringing back goes through ``building`` (the tree is made under another name), ``placing`` (it
gets its own) and ``dropping`` (the item goes). ``building`` goes back, the others forward.

What always holds: at every moment the contents are whole in one of two places, and recovery needs no passphrase. It
removes nothing that it did not put down here: of a moved folder exactly the entries that were read, while they are as
they were.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from eclosion.audit.vault.disk import FOLDER
from eclosion.audit.vault.errors import Damaged
from eclosion.audit.vault.folders import closing, exists, read_whole, replace_whole
from eclosion.audit.vault.place import JOURNAL, Vault

TAKING, LEAVING, REMOVING = "taking", "leaving", "removing"
BUILDING, PLACING, DROPPING = "building", "placing", "dropping"
PHASES = (TAKING, LEAVING, REMOVING, BUILDING, PLACING, DROPPING)


class Mark(NamedTuple):
    """By which an entry is known again: its place in a root, and what the system says of it.

    A folder's size and time are not compared: they change as its entries go.
    """

    root: int
    path: str
    is_folder: bool
    device: int
    inode: int
    size: int
    modified_ns: int


class Record(NamedTuple):
    """One thing that is going on.

    Attributes:
        id: the item's.
        phase: how far it is.
        roots: paths of the originals, or of where they go.
        marks: what was read (from ``leaving`` on), or the roots as they were built (``placing``).
    """

    id: str
    phase: str
    roots: tuple[str, ...]
    marks: tuple[Mark, ...] = ()

    def aside(self, number: int) -> str:
        """The name beside a root's own that its tree has on the way out or in."""
        return f".eclosion-{self.id}-{number}"


def write_record(vault: Vault, here: int, record: Record) -> None:
    """Note it; on the disk when this returns."""
    raw = json.dumps({**record._asdict()}).encode("ascii")
    with closing(vault.disk, vault.disk.open(JOURNAL, FOLDER, here)) as journal:
        replace_whole(vault.disk, record.id, journal, raw)


def drop_record(vault: Vault, here: int, record: Record) -> None:
    """It is done, or undone."""
    disk = vault.disk
    with closing(disk, disk.open(JOURNAL, FOLDER, here)) as journal:
        if exists(disk, record.id, journal):
            disk.drop(record.id, journal)
        disk.sync(journal)


def pending(vault: Vault, here: int) -> list[Record]:
    """What was begun and not ended. What was never whole on the disk does not count, and is removed by ``tidy``."""
    with closing(vault.disk, vault.disk.open(JOURNAL, FOLDER, here)) as journal:
        return [
            _read(read_whole(vault.disk, name, journal))
            for name in vault.disk.names(journal)
            if not name.endswith(".new")
        ]


def tidy(vault: Vault, here: int) -> None:
    """Remove notes that were never finished."""
    with closing(vault.disk, vault.disk.open(JOURNAL, FOLDER, here)) as journal:
        for name in vault.disk.names(journal):
            if name.endswith(".new"):
                vault.disk.drop(name, journal)


def _read(raw: bytes) -> Record:
    try:
        told: dict[str, Any] = json.loads(raw)
        marks = tuple(
            Mark(int(a), str(b), bool(c), int(d), int(e), int(f), int(g))
            for a, b, c, d, e, f, g in told["marks"]
        )
        record = Record(str(told["id"]), str(told["phase"]), tuple(told["roots"]), marks)
    except (KeyError, TypeError, ValueError):
        raise Damaged("A note in the vault's journal cannot be read.") from None
    if record.phase not in PHASES or not record.id.isalnum():
        raise Damaged("A note in the vault's journal says nothing that we know.")
    return record
