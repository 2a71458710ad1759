"""The seeded simulation: right ledgers pass, and every planted fault is found. The long run is a command."""

from random import Random

import apsw
import pytest

from eclosion.kernel.errors import EclosionError
from eclosion.ledger import SOURCE
from eclosion.ledger.simulation.running import Violation, simulate
from eclosion.store.sqlite.simulated import Disk
from tests.ledger.planted import PLANTED, fault

SEEDS = 12
FAULT_SEEDS = 40


def test_a_right_ledger_survives_its_seeds() -> None:
    runs = [simulate(seed, SOURCE) for seed in range(SEEDS)]
    assert sum(run.created for run in runs) > 2_000
    assert sum(run.outages for run in runs) > SEEDS
    assert sum(run.repeats for run in runs) > SEEDS


def test_a_seed_is_the_same_each_time() -> None:
    assert simulate(7, SOURCE) == simulate(7, SOURCE)


def test_there_are_twenty_faults() -> None:
    assert len(PLANTED) >= 20


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_a_planted_fault_is_found(name: str) -> None:
    """By a violation, or because the database itself or an assertion refuses."""
    found = (Violation, AssertionError, KeyError, apsw.Error, EclosionError)
    with fault(name):
        for seed in range(FAULT_SEEDS):
            try:
                simulate(seed, SOURCE)
            except found:
                return
    pytest.fail(f"{name} was not found in {FAULT_SEEDS} seeds")


def test_a_disk_keeps_what_was_synced_and_may_tear_the_rest() -> None:
    seen = set()
    for seed in range(30):
        disk = Disk(Random(seed))
        file = disk.open("one")
        file.xWrite(b"safe", 0)
        file.xSync(0)
        file.xWrite(b"torn", 4)
        disk.come_back()
        seen.add(file.xRead(100, 0))
        disk.forget()
    assert all(image.startswith(b"safe") for image in seen)
    assert {b"safe", b"safetorn"} < seen
    assert len(seen) > 3
