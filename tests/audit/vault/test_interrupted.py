"""A move and its undo are interrupted at system calls; the whole battery is `python -m benchmarks.vault`."""

import errno
import os
from pathlib import Path

import pytest

from eclosion.audit.vault import Vault, add, recover
from eclosion.audit.vault.errors import DiskTrouble, InTheWay
from tests.audit.vault.battery import Ground, Point, Tally, points
from tests.audit.vault.conftest import Owned
from tests.audit.vault.faults import Died, Dying, Refusing

EVERY = 43
"""The short form takes one point of so many; prime, so that all kinds come in turn."""


@pytest.mark.parametrize("command", ["add", "restore"])
def test_wherever_it_is_interrupted_all_is_as_before_or_as_after(
    command: str, tmp_path: Path
) -> None:
    ground, tally = Ground(str(tmp_path)), Tally()
    for number, (point, disk) in enumerate(points(ground, command)):
        if number % EVERY == 0:
            ground.try_point(point, disk, tally)
    assert tally.bad == []
    assert tally.points > 25
    assert tally.back > 5
    assert tally.forward > 3


def test_a_full_disk_is_told_and_changes_nothing(tmp_path: Path) -> None:
    ground = Ground(str(tmp_path))
    vault = ground.fresh("add")
    disk = Refusing(60, errno.ENOSPC, lasting=True)
    with pytest.raises(DiskTrouble, match="No space left") as told:
        ground.act("add", Vault(vault.path, disk))
    assert "Make room" in told.value.hint
    tally = Tally()
    ground.judge(Point("add", "full", 60), vault, tally)
    assert tally.bad == []
    assert tally.back == 1


def test_what_is_made_anew_meanwhile_is_kept_beside_the_old(owned: Owned) -> None:
    path = owned.write(".env", "OLD=1")
    _stop_after_rename(owned, path)
    owned.write(".env", "NEW=1")
    with pytest.raises(InTheWay, match="made anew"):
        recover(owned.vault)
    assert Path(path).read_text() == "NEW=1"
    os.rename(path, path + ".new")
    (done,) = recover(owned.vault)
    assert done.went == "back"
    assert Path(path).read_text() == "OLD=1"
    assert recover(owned.vault) == []


def _stop_after_rename(owned: Owned, path: str) -> None:
    """End the process right after the original got its other name."""
    for number in range(1, 200):
        disk = Dying(number)
        try:
            add(Vault(owned.vault.path, disk), [path], at_ms=1)
        except Died:
            if not os.path.exists(path) and disk.calls[number - 2] == "rename":
                return
            recover(owned.vault)
    raise AssertionError
