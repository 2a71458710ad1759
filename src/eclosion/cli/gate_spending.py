"""Tries to spend things twice: processes that race for the same names, and are killed in the middle.

Eight processes of eight threads each go through the same names in the same order and write down what they were
first at, one line a win, before they go on. While they do, some are killed (SIGKILL) and others begin that stretch
anew. What was spent but not written down when a process died is lost, and counts for nobody; what was written down
twice is a double.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from eclosion.kernel.errors import Unavailable

if TYPE_CHECKING:
    from eclosion.gate.ports import Store

PROCESSES, THREADS = 8, 8
LEGS = 10
_UNTIL_MS, _NOW_MS = 4_102_444_800_000, 1_000
_WORKER = "from eclosion.cli.gate_spending import work; work()"


class Spends(NamedTuple):
    """What came of it.

    Attributes:
        names: things to spend.
        racers: threads that tried each of them, at least.
        doubles: those that more than one was first at.
        lost: those that nobody wrote down, because who was first died over it or the store did not answer.
        kills: processes killed on the way.
        refused: tries that the store did not answer; nobody is let in by those.
    """

    names: int
    racers: int
    doubles: int
    lost: int
    kills: int
    refused: int

    @property
    def tries(self) -> int:
        """At least so many tries: those of processes that were killed are not counted."""
        return self.names * self.racers


def spend_twice(
    place: str,
    tries: int,
    seed: int,
    *,
    crash: Callable[[], None] | None = None,
    legs: int = LEGS,
    threads: int = THREADS,
    tell: Callable[[str], None] = lambda _: None,
) -> Spends:
    """Race for names in a store, with restarts.

    Args:
        place: of the store, as ``eclosion gate serve --store`` takes it.
        tries: calls of ``spend`` in all, at least.
        seed: when and whom to kill.
        crash: kills the store's own server and starts it again, once a leg.
        legs: stretches; in each, two processes are killed.
        threads: of each of the eight processes.
        tell: told how far it is.

    Raises:
        Unavailable: the store does not work at all.
    """
    draw, racers = random.Random(seed), PROCESSES * threads
    stretch = _Stretch(place, -(-tries // (racers * legs)), threads)
    kills = 0
    with tempfile.TemporaryDirectory() as folder:
        for leg in range(legs):
            kills += _race(stretch, Path(folder), leg, draw, crash)
            tell(f"{(leg + 1) * stretch.names * racers:,} tries")
        won, refused = _count(Path(folder))
    names = stretch.names * legs
    if refused > names * racers // 2:
        raise Unavailable("The store refused more than half of all tries.")
    doubles = sum(times > 1 for times in won.values())
    return Spends(names, racers, doubles, names - len(won), kills, refused)


class _Stretch(NamedTuple):
    """Where is raced, for how many names, by how many threads of each process."""

    place: str
    names: int
    threads: int


def _race(
    stretch: _Stretch,
    folder: Path,
    leg: int,
    draw: random.Random,
    crash: Callable[[], None] | None,
) -> int:
    """One stretch of names; how many were killed."""
    running: list[subprocess.Popen[bytes]] = []
    try:
        running.extend(_start(stretch, folder, leg, number, "first") for number in range(PROCESSES))
        wanted = draw.randrange(stretch.names // 4 + 1, stretch.names // 2 + 2)
        _wait_for_wins(folder, leg, wanted, running)
        if crash is not None:
            crash()
        kills = 0
        for number in draw.sample(range(PROCESSES), 2):
            if running[number].poll() is None:
                running[number].send_signal(signal.SIGKILL)
                kills += 1
            running[number].wait()
            running[number] = _start(stretch, folder, leg, number, "again")
        for process in running:
            if process.wait():
                raise Unavailable("A process that races for the store did not end well.")
    finally:
        for process in running:  # those that are left if somebody ends us
            process.kill()
    return kills


def _start(
    stretch: _Stretch, folder: Path, leg: int, number: int, life: str
) -> subprocess.Popen[bytes]:
    names = stretch.names
    words = [stretch.place, str(folder / f"{leg}.{number}.{life}"), str(leg * names), str(names)]
    words.append(str(stretch.threads))
    return subprocess.Popen([sys.executable, "-c", _WORKER, *words])


def _wait_for_wins(
    folder: Path, leg: int, wanted: int, running: list[subprocess.Popen[bytes]]
) -> None:
    """Until so many were first at something, or all is over."""
    while any(process.poll() is None for process in running):
        lines = sum(path.read_bytes().count(b"\n") for path in folder.glob(f"{leg}.*"))
        if lines >= wanted:
            return
        time.sleep(0.005)


def _count(folder: Path) -> tuple[Counter[int], int]:
    won, refused = Counter[int](), 0
    for path in folder.iterdir():
        for line in path.read_bytes().split(b"\n")[:-1]:  # a line that was cut off was not written
            if line == b"refused":
                refused += 1
            else:
                won[int(line)] += 1
    return won, refused


def work() -> None:
    """A racing process. Words: the store's place, the file of wins, the first name, how many, and threads."""
    from eclosion.cli.gate_serving import open_store

    place, path = sys.argv[1:3]
    first, count, threads = map(int, sys.argv[3:])
    out = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    store = _open_patiently(lambda: open_store(place))
    mark = Path(path).parent.name  # another run has other names

    def spend_all(_: int) -> None:
        for at in range(first, first + count):
            try:
                if store.spend(f"{mark} {at}", _UNTIL_MS, _NOW_MS):
                    os.write(out, b"%d\n" % at)
            except Exception:  # noqa: BLE001 - whatever a driver raises; the gate lets nobody in then
                os.write(out, b"refused\n")
                time.sleep(0.01)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(spend_all, range(threads)))


def _open_patiently(opening: Callable[[], Store]) -> Store:
    for _ in range(100):
        with contextlib.suppress(Unavailable):
            return opening()
        time.sleep(0.1)
    return opening()


@contextlib.contextmanager
def own_redis() -> Iterator[tuple[str, Callable[[], None]] | None]:
    """A Redis server for these races: its place, and what crashes it. None where Redis is not installed."""
    program = shutil.which("redis-server")
    if program is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "redis.sock")
        words = [program, "--port", "0", "--unixsocket", str(path), "--dir", folder]
        words += ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        servers = [_started_redis(words, path)]

        def crash() -> None:
            servers[-1].kill()
            servers[-1].wait()
            path.unlink(missing_ok=True)
            servers.append(_started_redis(words, path))

        try:
            yield f"unix://{path}", crash
        finally:
            servers[-1].terminate()
            servers[-1].wait()


def _started_redis(words: list[str], path: Path) -> subprocess.Popen[bytes]:
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    for _ in range(200):
        if path.exists():
            return server
        time.sleep(0.05)
    server.kill()
    raise Unavailable("redis-server did not start.")
