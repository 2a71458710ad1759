"""Interrupts a move and a bringing back at every system call, and looks at what is left.

For each point: a fresh home and vault, the interrupted command, recovery, and then one of two states and nothing
between: all as before the command, or all as after it. In each the contents are whole exactly once, a second recovery
finds nothing to do, and what is in the vault comes back exactly.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from eclosion.audit.vault import Vault, add, create_vault, recover, restore
from eclosion.audit.vault.disk import Disk
from eclosion.audit.vault.sealing import new_identity, read_identity
from eclosion.kernel.errors import EclosionError
from tests.audit.vault.faults import Counting, Died, Dying, Refusing, Unsynced
from tests.audit.vault.snapshot import Seen, snapshot
from tests.audit.vault.trees import MARK, plant
from tests.audit.vault.wrapping import wrap_cheaply

IDENTITY = str(new_identity())
Act = Callable[[Vault], object]


class Point(NamedTuple):
    """Where and how a command is interrupted."""

    command: str
    how: str
    number: int


@dataclass(slots=True)
class Tally:
    """What came of all points."""

    points: int = 0
    back: int = 0
    forward: int = 0
    bad: list[str] = field(default_factory=list)


class Ground:
    """A place where homes and vaults are made again for each point.

    Args:
        folder: an empty folder.
        grow: makes a home and gives the paths to move.
    """

    def __init__(self, folder: str, grow: Callable[[str], list[str]] = plant) -> None:
        self._home = os.path.join(folder, "home")
        self._vault = os.path.join(folder, "vault")
        self._grow = grow
        self._paths: list[str] = []
        self.before: dict[str, Seen] = {}

    def fresh(self, command: str) -> Vault:
        """A home and a vault just before the command."""
        for path in (self._home, self._vault):
            if os.path.exists(path):
                _open_up(path)
                shutil.rmtree(path)
        os.mkdir(self._home)
        self._paths = self._grow(self._home)
        public = str(read_identity(IDENTITY).to_public())
        vault = create_vault(
            self._vault, "x", also=[public], disk=Unsynced(), wrap=wrap_cheaply(IDENTITY)
        )
        self.before = snapshot(self._home)
        if command == "restore":
            add(vault, self._paths, at_ms=1)
        return vault

    def act(self, command: str, vault: Vault) -> None:
        """The command itself."""
        if command == "add":
            add(vault, self._paths, at_ms=1)
        else:
            restore(vault, self._paths[0], read_identity(IDENTITY))

    def count(self, command: str) -> list[str]:
        """Which system calls the command makes."""
        vault = self.fresh(command)
        disk = Counting()
        self.act(command, Vault(vault.path, disk, vault.made))
        return disk.calls

    def try_point(self, point: Point, disk: Disk, tally: Tally) -> None:
        """Interrupt once and look."""
        vault = self.fresh(point.command)
        with contextlib.suppress(Died, EclosionError, OSError):
            self.act(point.command, Vault(vault.path, disk, vault.made))
        self.judge(point, vault, tally)

    def judge(self, point: Point, vault: Vault, tally: Tally) -> None:
        """Recover, and say what is wrong."""
        tally.points += 1
        recover(Vault(vault.path, Unsynced()))
        clean = Vault(vault.path, Unsynced())
        again = recover(clean)
        if again:
            tally.bad.append(f"{point}: a second recovery did {again}")
        now = snapshot(self._home)
        with clean.opened() as here:
            items = clean.items(here)
        left = os.listdir(os.path.join(self._vault, "items"))
        noted = os.listdir(os.path.join(self._vault, "journal"))
        if noted or len(left) != len(items) or len(items) > 1:
            tally.bad.append(f"{point}: left in the vault: {noted} {left}")
        if _holds(self._vault, MARK):
            tally.bad.append(f"{point}: plaintext in the vault")
        if items:
            tally.forward += point.command == "add"
            tally.back += point.command == "restore"
            if now:
                tally.bad.append(f"{point}: in the vault, and left in the home: {sorted(now)}")
            restore(clean, items[0].id, read_identity(IDENTITY))
            now = snapshot(self._home)
        else:
            tally.back += point.command == "add"
            tally.forward += point.command == "restore"
        before = self.before
        if point.command == "add" and not items:
            # No program can read a link without moving the time of its last access.
            before, now = _without_access_of_links(before), _without_access_of_links(now)
        for name in sorted(set(now) | set(before)):
            if now.get(name) != before.get(name):
                tally.bad.append(f"{point}: {name!r}: {before.get(name)} -> {now.get(name)}")


def points(ground: Ground, command: str) -> Iterator[tuple[Point, Disk]]:
    """Every call: the process ends before it, or within it if it writes; the disk is full once, or from then on."""
    calls = ground.count(command)
    for number in range(1, len(calls) + 1):
        yield Point(command, "end", number), Dying(number)
        if calls[number - 1] == "write":
            yield Point(command, "torn", number), Dying(number, torn=True)
        yield Point(command, "full", number), Refusing(number, errno.ENOSPC)
        yield Point(command, "stays full", number), Refusing(number, errno.ENOSPC, lasting=True)


def _without_access_of_links(seen: dict[str, Seen]) -> dict[str, Seen]:
    return {
        name: one._replace(times_ns=(0, one.times_ns[1])) if one.kind == "l" else one
        for name, one in seen.items()
    }


def _open_up(path: str) -> None:
    for folder, _, _ in os.walk(path):
        os.chmod(folder, 0o700)


def _holds(folder: str, mark: bytes) -> bool:
    for place, _, files in os.walk(folder):
        for name in files:
            with open(os.path.join(place, name), "rb") as content:
                if mark in content.read():
                    return True
    return False
