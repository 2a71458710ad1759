"""Bad days: the process is killed under load, the disk is full, a second writer appears.

The long form of the first is `ECLOSION_CRASH_ROUNDS=100 pytest tests/store/test_crashes.py`.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from eclosion.store import open_store
from eclosion.store.contract import StoreBroken
from tests.store.conftest import PART

ROUNDS = int(os.environ.get("ECLOSION_CRASH_ROUNDS", "4"))
HERE = Path(__file__).parent

WRITER = """
import asyncio, sys
from pathlib import Path
from eclosion.store import Source, open_store

url, folder, first = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = open_store(url, [Source("pad", Path(folder))])

async def one(worker):
    number = first + worker
    while True:
        # A counter and a row in one transaction: a torn batch would part them.
        def fn(unit, id_=number):
            unit.run("pad.add_note", id=id_, bucket=0, body=b"x" * 200)
            unit.run("pad.count_up", name="notes", by=1)
        await store.write(fn)
        sys.stdout.write(f"{number}\\n")
        sys.stdout.flush()
        number += 16

async def main():
    await store.write(lambda unit: unit.run("pad.add_counter", name="notes"))
    await asyncio.gather(*(one(worker) for worker in range(16)))

asyncio.run(main())
"""


def killed_under_load(url: str, first: int, after_s: float) -> list[int]:
    """Let a process write, kill it, and return what it was told is durable."""
    command = [sys.executable, "-c", WRITER, url, str(PART.folder), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline())]
        time.sleep(after_s)
        writer.send_signal(signal.SIGKILL)
        lines = writer.stdout.read().splitlines(keepends=True)
        acknowledged += [int(line) for line in lines if line.endswith("\n")]
    return acknowledged


@pytest.mark.slow
def test_kill_loses_no_acknowledged_write_and_doubles_none(url: str) -> None:
    acknowledged: list[int] = []
    for round_ in range(ROUNDS):
        pause_s = random.Random(round_).uniform(0.05, 0.5)
        acknowledged += killed_under_load(url, round_ * 10_000_000, pause_s)
        store = open_store(url, [PART])
        stored = [row[0] for row in store.read_now(lambda unit: unit.rows("pad.notes"))]
        counted = store.read_now(lambda unit: unit.row("pad.counter", name="notes"))
        store.close()
        assert set(acknowledged) <= set(stored)
        assert counted == (len(stored),)
    assert len(acknowledged) > ROUNDS * 16


FILLER = """
import sys
from pathlib import Path
from eclosion.kernel.errors import Unavailable
from eclosion.store import Source, open_store
from eclosion.store.contract import StoreFull

disk, folder = Path(sys.argv[1]), sys.argv[2]
ballast = disk / "ballast"
ballast.write_bytes(b"x" * 2_000_000)
store = open_store(f"sqlite:///{disk / 'pad.db'}", [Source("pad", Path(folder))])

def add(id_):
    store.write_now(lambda unit: unit.run("pad.add_note", id=id_, bucket=0, body=b"y" * 20_000))

written = 0
try:
    while True:
        add(written)
        written += 1
except Unavailable as error:
    print("refused", type(error).__name__, written)
def count():
    return len(store.read_now(lambda unit: unit.rows("pad.notes")))
assert count() == written, "what was acknowledged is there"
try:
    add(written)
    sys.exit("a full disk took a write")
except Unavailable:
    pass
ballast.unlink()
add(written)
assert count() == written + 1
store.close()
store = open_store(f"sqlite:///{disk / 'pad.db'}", [Source("pad", Path(folder))])
assert count() == written + 1
store.close()
print("recovered")
"""


def test_a_full_disk_refuses_writes_and_recovers(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("unshare (util-linux) is needed to make a small disk")
    mount = f'mount -t tmpfs -o size=6m small "{disk}" && exec "$@"'
    made = [unshare, "--map-root-user", "--mount", "sh", "-c", mount, "sh"]
    if subprocess.run([*made, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this system lets nobody mount in a namespace")
    command = [*made, sys.executable, "-c", FILLER, str(disk), str(PART.folder)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "refused StoreFull" in done.stdout
    assert "recovered" in done.stdout


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'pad.db'}"
    first = open_store(url, [PART])
    with pytest.raises(StoreBroken, match="Another process is already writing"):
        open_store(url, [PART])
    reader = open_store(url, [PART], writable=False)
    with pytest.raises(StoreBroken, match="only reads"):
        reader.write_now(lambda unit: unit.run("pad.add_counter", name="x"))
    reader.close()
    first.close()
    open_store(url, [PART]).close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "pad.db"
    file.write_bytes(b"no database" * 1_000)
    with pytest.raises(StoreBroken, match="cannot be opened"):
        open_store(f"sqlite:///{file}", [PART])
