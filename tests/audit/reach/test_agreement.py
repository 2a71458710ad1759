"""Predicted and tried: two ways to the same answer that share no code, over a thousand cases and more."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from eclosion.audit.reach import Predictor, ProcessSight, of_process, own
from tests.audit.reach.comparing import (
    Compared,
    compare,
    compare_confined,
    compare_free,
    compare_landlocked,
    confinements,
    identities,
    open_ground,
    tried,
)
from tests.audit.reach.thicket import plant

FILES = 120
DIFFERING_MAX = 0.005
bubblewrapped = pytest.mark.skipif(
    shutil.which("bwrap") is None, reason="bubblewrap is not installed"
)


@pytest.fixture
def ground() -> Iterator[Path]:
    with open_ground() as folder:
        yield folder


def cases_asked() -> int:
    return 1_000 if os.geteuid() == 0 else 300


def test_free_identities_agree_with_the_kernel(ground: Path) -> None:
    total = Compared()
    for seed in (1, 2, 3):
        total = total.plus(compare_free(ground / str(seed), seed, FILES))
    assert total.cases >= cases_asked()
    assert total.differing <= DIFFERING_MAX * total.cases
    assert total.unwarned == 0


@bubblewrapped
def test_confined_identities_agree_with_the_kernel(ground: Path) -> None:
    total = compare_confined(ground / "thicket", 4, FILES)
    assert total.cases >= cases_asked()
    assert total.differing <= DIFFERING_MAX * total.cases
    assert total.unwarned == 0


def test_landlock_agrees_with_the_kernel(ground: Path) -> None:
    """Where the kernel has none there is nothing to compare."""
    total = compare_landlocked(ground / "thicket", 6, FILES)
    assert total.cases in (0, 5 * FILES * len(identities()))
    assert total.differing <= DIFFERING_MAX * total.cases
    assert total.unwarned == 0


@bubblewrapped
def test_a_running_process_is_seen_as_what_it_is(ground: Path) -> None:
    """The same from the outside: its mounts and identity are read from /proc, its command line is not."""
    top = ground / "thicket"
    paths = plant(top, 5, FILES)
    total = Compared()
    for command in confinements(top)[:3]:
        with sleeping(command) as pid:
            predictor = Predictor(of_process(pid), ProcessSight(pid))
            total = total.plus(compare(predictor, tried(predictor, paths, own(), command)))
    assert total.cases == 3 * len(paths)
    assert total.differing <= DIFFERING_MAX * total.cases
    assert total.unwarned == 0


@contextmanager
def sleeping(command: list[str]) -> Iterator[int]:
    """Something confined that waits; the number of its process."""
    words = [*command[:-1], "--die-with-parent", "--info-fd", "1", "--", "/usr/bin/sleep", "60"]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as outer:
        assert outer.stdout is not None
        told = b""
        while not told.rstrip().endswith(b"}"):
            told += os.read(outer.stdout.fileno(), 4096)
        pid = json.loads(told)["child-pid"]
        while Path(f"/proc/{pid}/comm").read_text() != "sleep\n":
            time.sleep(0.01)
        try:
            yield pid
        finally:
            outer.terminate()
