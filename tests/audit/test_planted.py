"""Planted homes: what is there is found, what is not is not. The long form is ``python -m benchmarks.homes``."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.homes import compare
from eclosion.audit import audit_home
from eclosion.kernel.finding import Severity
from tests.audit.planting import harden, plant

SEEDS = range(900, 906)


def test_planted_secrets_and_faults_are_found(tmp_path: Path) -> None:
    told: Counter[str] = Counter()
    for seed in SEEDS:
        compare(plant(tmp_path / str(seed), seed, filler=20), told)
    assert told["critical"] > 30
    assert told["critical found"] >= 0.98 * told["critical"], told
    assert told["files found"] >= 0.95 * told["files"], told
    assert told["files found"] >= 0.97 * told["files said"], told
    assert told["faults found"] >= 0.95 * told["faults"], told


@pytest.mark.parametrize("seed", SEEDS)
def test_a_hardened_home_is_left_in_peace(tmp_path: Path, seed: int) -> None:
    report = audit_home(harden(tmp_path / "home", seed).machine)
    assert [one for one in report.findings if one.severity > Severity.INFO] == []
