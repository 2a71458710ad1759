"""How many planted secrets and faults the audit finds, what it takes for one that is none, and how long that takes.

    python -m benchmarks.homes                # 200 homes from a seed, then one of 100,000 files
    python -m benchmarks.homes 20 --small     # fewer, and no large one

The generator is ``tests/audit/planting.py``. Goals: 98 % of critical plants, 95 % of all, 97 % precision, nothing above
info in a hardened home; 100,000 files in 20 s.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from eclosion.audit import audit_home
from eclosion.kernel.finding import Severity
from tests.audit.planting import Planted, harden, plant

LARGE = 100_000


def compare(planted: Planted, told: Counter[str]) -> None:
    """Count what was found of a home into ``told``."""
    report = audit_home(planted.machine)
    places = {one.place for one in report.findings if one.rule.startswith("reach/")}
    places -= planted.either
    rules = {one.rule for one in report.findings}
    told["critical"] += len(planted.critical)
    told["critical found"] += len(planted.critical & places)
    every = planted.critical | planted.others
    told["files"] += len(every)
    told["files found"] += len(every & places)
    told["files said"] += len(places)
    told["faults"] += len(planted.rules)
    told["faults found"] += len(planted.rules & rules)
    for path in sorted(every - places):
        told[f"missed: {path.removeprefix(planted.machine.home)}"] += 1
    for path in sorted(places - every):
        told[f"wrong: {path.removeprefix(planted.machine.home)}"] += 1
    for rule in sorted(planted.rules - rules):
        told[f"missed: {rule}"] += 1


def main(homes: int, *, large: bool) -> None:
    """Print the counts."""
    told: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(homes):
            compare(plant(Path(folder) / f"home{seed}", seed), told)
            report = audit_home(harden(Path(folder) / f"hard{seed}", seed).machine)
            told["above info in hardened homes"] += sum(
                one.severity > Severity.INFO for one in report.findings
            )
        for name, count in told.items():
            print(f"{name}: {count:,}")
        if large:
            planted = plant(Path(folder) / "large", 1, LARGE)
            for turn in ("first", "again"):
                started, cpu = time.perf_counter(), time.process_time()
                audit_home(planted.machine)
                took, used = time.perf_counter() - started, time.process_time() - cpu
                print(f"{planted.files:,} files, {turn}: {took:.1f} s, {used:.1f} s of CPU")


if __name__ == "__main__":
    counts = [int(one) for one in sys.argv[1:] if one.isdigit()]
    main(counts[0] if counts else 200, large="--small" not in sys.argv)
