"""Run the battery on every side that is installed, and print a table. See the package's docstring."""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from benchmarks.gates import attacks
from benchmarks.gates.attacks import Findings
from benchmarks.gates.house import House, housed
from benchmarks.gates.registry import SIDES
from benchmarks.gates.sides import Side, version_of
from eclosion.gate.language.statistics import wilson


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", help="a side by name; may be repeated")
    parser.add_argument("--tries", type=int, default=100, help="passes to try of each quick side")
    parser.add_argument("--flood", type=int, default=5_000, help="hellos of a flood")
    parser.add_argument("--out", type=Path, help="where the figures go as JSON")
    asked = parser.parse_args()
    report: dict[str, object] = {
        "machine": {"python": platform.python_version(), "cores": os.cpu_count()}
    }
    for side in SIDES:
        if asked.only and side.name not in asked.only:
            continue
        version = version_of(side)
        if version is None or not _can_run(side):
            print(f"{side.name}: not there, left out", flush=True)
            continue
        began = time.monotonic()
        found = measure(side, asked.tries, asked.flood)
        report[side.name] = _told(side, version, found)
        if asked.out:
            asked.out.write_text(json.dumps(report, indent=1) + "\n")
        print(f"{side.name} {version}: {time.monotonic() - began:.0f} s", flush=True)
        print(json.dumps(report[side.name], indent=1), flush=True)


def measure(side: Side, tries: int, flood: int) -> Findings:
    """The whole battery on one side."""
    found = Findings()
    with _server(side) as house, ThreadPoolExecutor(1) as aside:
        late = aside.submit(attacks.late, side, house, 3, found)
        if side.late_s < 20:
            late.result()  # else CPU time would be mixed; a long wait uses none
        tokens = attacks.run(side, house, _tries(side, tries), found)
        with _server(side) as other:
            attacks.elsewhere(side, other.url, tokens, found)
        late.result()
    with _server(side, raised=False) as house:
        attacks.flood(side, house, flood, found)
    if side.name != "BOTCHA":
        attacks.weak(side, found)
    return found


def _tries(side: Side, tries: int) -> int:
    """Ours takes seconds each; language rounds use up text."""
    if not side.name.startswith("Eclosion"):
        return tries
    return max(4, tries // 5 * (2 if "language" in side.name else 1))


def _can_run(side: Side) -> bool:
    if side.name == "BOTCHA":
        return "GATES_BOTCHA" in os.environ
    return "language" not in side.name or "GATES_SUPPLY" in os.environ


@contextmanager
def _server(side: Side, *, raised: bool = True) -> Iterator[House]:
    if side.name == "BOTCHA":
        pids = os.environ.get("GATES_BOTCHA_PIDS", "").split()
        yield House(os.environ["GATES_BOTCHA"], tuple(map(int, pids)))
        return
    with housed(side.name, attacks.SECRET, raised=raised) as house:
        if house is None:
            raise SystemExit(f"{side.name} would not start.")
        yield house


def _told(side: Side, version: str, found: Findings) -> dict[str, object]:
    counts = {
        name: [count.won, count.tried, *(round(one, 3) for one in wilson(*count)[2:])]
        for name, count in found.counts.items()
    }
    return {
        "version": version,
        "settings": side.settings,
        "counts": counts,
        "token": found.token,
        "expires_s": found.expires_s,
        "hellos": found.hellos,
        "limits_hellos": side.limits_hellos,
        "pass_ms": found.pass_ms,
        "refused_ms": found.refused_ms,
        "remarks": found.remarks,
    }


if __name__ == "__main__":
    main()
