"""Interrupts the vault at every system call of a move and of its undo, and shows that what was moved no longer opens.

    python -m benchmarks.vault                # every point: the end of the process, a torn write, a full disk
    python -m benchmarks.vault --killed       # every call of both: SIGKILL of a real process; Linux
    python -m benchmarks.vault --full         # a real file system that is too small by a little more each time; as root
    python -m benchmarks.vault --homes 20     # planted homes: what opened before a move, after it, and in `vault run`

Goals: at 1,000 points or more 0 bytes lost, 0 plaintext left over, undo exact, a second recovery a no-op; 99 % of what
was moved does not open any more. Needs a folder in memory (/dev/shm) to be quick.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from eclosion.audit import audit_home
from eclosion.audit.vault import Vault, add, create_vault, recover, restore
from eclosion.audit.vault.disk import Disk
from eclosion.audit.vault.errors import CannotTake
from eclosion.audit.vault.proving import try_all, whose
from eclosion.audit.vault.running import run_in_place
from eclosion.audit.vault.sealing import new_identity
from eclosion.kernel.errors import EclosionError
from tests.audit.planting import plant as plant_home
from tests.audit.vault.battery import Ground, Point, Tally, points
from tests.audit.vault.faults import Died, Dying
from tests.audit.vault.snapshot import Seen, snapshot
from tests.audit.vault.wrapping import wrap_cheaply

COMMANDS = ("add", "restore")
FULL_STEP_KIB = 4
_READ = ["sh", "-c", 'exec cat -- "$@" > /dev/null', "sh"]


@contextmanager
def memory() -> Iterator[str]:
    """An empty folder, in memory if that is to be had."""
    where = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=where) as folder:
        yield folder


def tell(name: str, tally: Tally) -> None:
    """One line of counts, and what was wrong."""
    print(
        f"{name}: {tally.points:,} points; {tally.back:,} ended as before, {tally.forward:,} as after; "
        f"{len(tally.bad)} with anything lost, left over, inexact or done twice"
    )
    for one in tally.bad[:20]:
        print(f"  {one}")


def every_point() -> None:
    """By exceptions after which no call has any effect."""
    for command in COMMANDS:
        with memory() as folder:
            ground, tally = Ground(folder), Tally()
            calls = ground.count(command)
            for point, disk in points(ground, command):
                ground.try_point(point, disk, tally)
            tell(f"{command}, {len(calls)} system calls", tally)


def killed() -> None:
    """By SIGKILL of a child, before each call and within each write."""
    for command in COMMANDS:
        with memory() as folder:
            ground, tally = Ground(folder), Tally()
            calls = ground.count(command)
            for number, name in enumerate(calls, 1):
                for torn in (False, True) if name == "write" else (False,):
                    vault = ground.fresh(command)
                    _kill(ground, command, Vault(vault.path, Dying(number, torn=torn, really=True)))
                    ground.judge(Point(command, "killed", number), vault, tally)
            tell(f"{command}, killed", tally)


def _kill(ground: Ground, command: str, vault: Vault) -> None:
    child = os.fork()
    if not child:
        with suppress(Died, EclosionError, OSError):
            ground.act(command, vault)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the process ended by itself"


def full() -> None:
    """By file systems of growing size, until the command has room."""
    for command in COMMANDS:
        tally, refused = Tally(), 0
        with tempfile.TemporaryDirectory() as point:
            ground = Ground(point)
            for size_kib in range(0, 4_000, FULL_STEP_KIB):
                with _mounted(point, 20_000):
                    vault = ground.fresh(command)
                    used = shutil.disk_usage(point).used // 1024
                    _resize(point, used + size_kib)
                    try:
                        ground.act(command, vault)
                    except (EclosionError, OSError):
                        refused += 1
                        _resize(point, 20_000)
                        ground.judge(Point(command, "disk full", size_kib), vault, tally)
                        continue
                break
        tell(f"{command}, disk really full, {refused} times refused", tally)


@contextmanager
def _mounted(point: str, size_kib: int) -> Iterator[None]:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size_kib}k", "none", point], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", point], check=True)


def _resize(point: str, size_kib: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size_kib}k", point], check=True)


def homes(count: int) -> None:
    """Move what the audit names out of planted homes, one by one, and try again."""
    told = dict.fromkeys(("named", "refused", "moved", "opened", "open still", "at work"), 0)
    exact = 0
    for seed in range(count):
        with memory() as folder:
            planted = plant_home(Path(folder) / "home", seed)
            report = audit_home(planted.machine)
            paths = [
                one.place
                for one in report.findings
                if one.rule.startswith("reach/") and "eclosion vault add" in one.remedy
            ]
            before = _seen(planted.machine.home)
            told["named"] += len(paths)
            identity = new_identity()
            vault = create_vault(
                str(Path(folder) / "vault"),
                "x",
                also=[str(identity.to_public())],
                wrap=wrap_cheaply(str(identity)),
            )
            who = whose(planted.machine.home)
            opened = try_all(paths, who).opened
            moved = []
            for path in paths:
                try:
                    add(vault, [path], at_ms=1)
                except CannotTake:
                    told["refused"] += 1
                else:
                    moved.append(path)
            told["moved"] += len(moved)
            told["opened"] += len(opened & set(moved))
            told["open still"] += len(try_all(moved, who).opened)
            if moved and not run_in_place(vault, identity, [*_READ, *moved], environment=_quiet()):
                told["at work"] += len(moved)
            for path in moved:
                restore(vault, path, identity)
            exact += _seen(planted.machine.home) == before and not recover(
                Vault(vault.path, Disk())
            )
    print(f"{count} homes: " + ", ".join(f"{name} {number:,}" for name, number in told.items()))
    print(f"homes that were exactly as before after bringing all back: {exact} of {count}")


def _seen(home: str) -> dict[str, Seen]:
    """All of a home but the times of its folders, in which files come and go."""
    return {
        name: one._replace(times_ns=(0, 0)) if one.kind == "d" else one
        for name, one in snapshot(home).items()
    }


def _quiet() -> dict[str, str]:
    return {"PATH": os.environ["PATH"]}


def main() -> None:
    """Choose by the first word."""
    words = sys.argv[1:]
    if "--killed" in words:
        killed()
    elif "--full" in words:
        full()
    elif "--homes" in words:
        homes(int(words[-1]) if words[-1].isdigit() else 20)
    else:
        every_point()


if __name__ == "__main__":
    main()
