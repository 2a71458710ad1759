"""The driver: puts named loads on one or several servers in turn and writes what came out, as JSON.

Sides are run interleaved (A B A B ...), so that a noisy minute falls on all of them; figures are medians of the runs.
Each run notes how much CPU strangers used meanwhile. See README.md beside this file for whole examples.

    python -m benchmarks reads --data DIR --peer http://127.0.0.1:3000 --peer-keys FILE
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from benchmarks import machine
from benchmarks.generators import GeneratorError, Run, closed_loop, open_loop
from benchmarks.goals import STORES
from benchmarks.scenarios import READS, SCENARIOS, WRITES, Item, Scenario, ScenarioError, Supply
from benchmarks.serving import Server, ServingError
from benchmarks.sides import Side, add_arguments, open_sides
from benchmarks.wire import Reader, WireError

_AUDITED_POSTS = 48
_RATE_FIRST_GUESS = 9_000.0


@dataclass(slots=True)
class Plan:
    """How every run of this session is made."""

    seconds: float
    warmup_s: float
    repeats: int
    threads: int
    connections: int | None
    agents: int
    max_rate: float
    patience_s: float
    open_rate: float | None
    half: bool


@dataclass(slots=True)
class Session:
    """One server under load in this session, with its supply of requests."""

    server: Server
    supply: Supply
    seen_per_s: dict[str, float] = field(default_factory=dict)
    """The best rate seen so far by scenario: the next pool of writes is sized by it."""


def run_scenario(scenario: Scenario, sessions: list[Session], plan: Plan) -> dict[str, Any]:
    """All runs of one scenario on all sides that can take it, with medians and ratios to the first side."""
    able: list[Session] = []
    skipped: dict[str, str] = {}
    for session in sessions:
        try:
            one_run(scenario, session, plan, plan.warmup_s, None)
            able.append(session)
        except ScenarioError as problem:
            skipped[session.server.label] = str(problem)
    saturation: dict[str, list[Run]] = {session.server.label: [] for session in able}
    opened: dict[str, list[Run]] = {session.server.label: [] for session in able}
    if plan.open_rate is None:
        for _ in range(plan.repeats):
            for session in able:
                saturation[session.server.label].append(
                    one_run(scenario, session, plan, plan.seconds, None)
                )
    if plan.half or plan.open_rate is not None:
        for _ in range(plan.repeats):
            for session in able:
                runs = saturation[session.server.label]
                rate = plan.open_rate or median(run["per_s"] for run in runs) / 2
                opened[session.server.label].append(
                    one_run(scenario, session, plan, plan.seconds, rate)
                )
    report: dict[str, Any] = {"about": scenario.about, "skipped": skipped}
    for name, found in (("saturation", saturation), ("open_loop", opened)):
        if any(found.values()):
            report[name] = {
                label: {"median": medians(runs), "runs": runs} for label, runs in found.items()
            }
            report[name + "_ratios"] = ratios({label: medians(r) for label, r in found.items()})
    return report


def one_run(
    scenario: Scenario, session: Session, plan: Plan, seconds: float, rate: float | None
) -> Run:
    """One run on one side: closed loop, or open loop if a rate is given. Write effects are audited by sample."""
    connections = plan.connections or scenario.connections
    expected = min(session.seen_per_s.get(scenario.name, _RATE_FIRST_GUESS) * 3, plan.max_rate)
    # Open-loop arrivals are random: six standard deviations above their mean are enough.
    needed = rate * seconds + 6 * (rate * seconds) ** 0.5 if rate else expected * (seconds + 0.5)
    items = session.supply.pool(scenario, int(needed) + 256)
    audit = Audit(session, items) if scenario.writes else None
    if plan.patience_s:
        machine.wait_for_quiet(0.25, plan.patience_s)
    if rate is None:
        run = closed_loop(
            session.server, items, scenario.writes, connections, seconds, plan.threads
        )
        session.seen_per_s[scenario.name] = max(
            session.seen_per_s.get(scenario.name, 500.0), run["per_s"]
        )
    else:
        run = open_loop(session.server, items, scenario.writes, connections, seconds, rate)
        run["rate"] = round(rate, 1)
    needs = session.supply.requests_per_page(scenario)
    run["per_s"] = round(run["per_s"] / needs, 2)
    for name in ("cpu_us_per_request", "bytes_per_request"):
        if name in run:
            run[name] = round(run[name] * needs, 1)
    if audit is not None:
        session.supply.give_back(items[run["consumed"] :])
        run["effect"] = audit.effect(items[: run["consumed"]])
    return run


class Audit:
    """Checks by sample that writes truly changed something: scores by votes, comment counts by comments.

    1.0 means that each request sent had its effect; requests cut off at the end of a run weigh a little below it.
    """

    def __init__(self, session: Session, items: list[Item]) -> None:
        targets = sorted({item.target for item in items[:2_000] if item.target})
        self._sample = random.Random(4).sample(targets, min(_AUDITED_POSTS, len(targets)))
        self._session = session
        self._before = self._counts()

    def effect(self, sent: list[Item]) -> float | None:
        """Changes seen for each request sent to the sampled posts, or None if there was nothing to see."""
        chosen = set(self._sample)
        expected = sum(item.target in chosen for item in sent)
        if not expected:
            return None
        return round((self._counts() - self._before) / expected, 3)

    def _counts(self) -> int:
        supply, server = self._session.supply, self._session.server
        reader = Reader(server.url, supply.keys[0] if supply.keys else None)
        try:
            posts = [reader.get(f"/posts/{pid}")["post"] for pid in self._sample]
        finally:
            reader.close()
        return sum(int(post["score"]) + int(post["comment_count"]) for post in posts)


def medians(runs: list[Run]) -> Run:
    """The median of every numeric figure of the runs, and the sum of their errors."""
    if not runs:
        return {}
    found: Run = {
        name: round(median(run[name] for run in runs), 4)
        for name, value in runs[0].items()
        if isinstance(value, int | float) and all(run.get(name) is not None for run in runs)
    }
    found["errors"] = sum(sum(run["errors"].values()) for run in runs)
    return found


def ratios(sides: dict[str, Run]) -> dict[str, dict[str, float]]:
    """The first side's figures over each other side's."""
    first, *others = [(label, figures) for label, figures in sides.items() if figures]
    return {
        f"{first[0]}/{label}": {
            name: round(first[1][name] / figures[name], 3)
            for name in ("per_s", "p50_ms", "p99_ms", "cpu_us_per_request")
            if first[1].get(name) is not None and figures.get(name)
        }
        for label, figures in others
    }


def show(name: str, report: dict[str, Any]) -> None:
    """A small table for the person at the terminal."""
    for label, reason in report["skipped"].items():
        print(f"{name:<14} {label:<12} skipped: {reason}")
    for mode in ("saturation", "open_loop"):
        for label, side in report.get(mode, {}).items():
            figures = side["median"]
            cpu = figures.get("cpu_us_per_request")
            line = f"{name:<14} {label:<12} {mode:<10} {figures['per_s']:>10,.1f}/s"
            line += f"  p50 {figures['p50_ms']:>9,.2f}  p99 {figures['p99_ms']:>9,.2f} ms"
            line += f"  CPU {cpu:>9,.0f} us" if cpu is not None else ""
            line += f"  {figures['bytes_per_request']:>7,.0f} B  errors {figures['errors']}"
            if "effect" in figures:
                line += f"  effect {figures['effect']}"
            if "strangers_cores" in figures:
                line += f"  strangers {figures['strangers_cores']}"
            print(line, flush=True)
        for pair, figures in report.get(mode + "_ratios", {}).items():
            print(f"{name:<14} {pair}: " + ", ".join(f"{k} x{v:g}" for k, v in figures.items()))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scenario", nargs="+", help="names, or the groups: reads, writes")
    add_arguments(parser)
    parser.add_argument(
        "--store",
        choices=sorted(STORES),
        help="what is in the store, if it is one that goals are about",
    )
    how = parser.add_argument_group("how")
    how.add_argument("--seconds", type=float, default=5.0, help="length of a run")
    how.add_argument("--warmup", type=float, default=1.0, help="length of the uncounted first run")
    how.add_argument("--repeats", type=int, default=3, help="runs a side, interleaved")
    how.add_argument("--threads", type=int, default=1, help="wrk threads")
    how.add_argument("--connections", type=int, help="instead of the scenario's own number")
    how.add_argument(
        "--max-rate", type=float, default=20_000.0, help="most writes a second to prepare for"
    )
    how.add_argument("--half", action="store_true", help="then open loop at half of saturation")
    how.add_argument("--rate", type=float, help="open loop at this rate only")
    how.add_argument(
        "--patience", type=float, default=0.0, help="seconds to wait for a quiet machine"
    )
    how.add_argument("--seed", type=int, help="of the writes; random by default, so names are new")
    how.add_argument("--out", type=Path, help="JSON file; by default out/ beside this file")
    return parser


def _chosen(names: list[str]) -> list[Scenario]:
    groups = {"reads": READS, "writes": WRITES}
    wanted = [one for name in names for one in groups.get(name, (name,))]
    unknown = sorted(set(wanted) - set(SCENARIOS))
    if unknown:
        raise SystemExit(f"unknown scenarios: {', '.join(unknown)} (known: {', '.join(SCENARIOS)})")
    return [SCENARIOS[name] for name in wanted]


def main(words: list[str] | None = None) -> None:
    """Parse the words (by default the command line's), open the sides, run, write the JSON."""
    words = sys.argv[1:] if words is None else words
    # Asked to end, it still stops the servers that it started and removes their copies.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    arguments = _parser().parse_args(words)
    scenarios = _chosen(arguments.scenario)
    plan = Plan(
        arguments.seconds, arguments.warmup, arguments.repeats, arguments.threads, arguments.connections,
        arguments.agents, arguments.max_rate, arguments.patience, arguments.rate, arguments.half,
    )  # fmt: skip
    seed = arguments.seed if arguments.seed is not None else secrets.randbits(24)
    report: dict[str, Any] = {
        "machine": machine.facts(["python", "-m", "benchmarks", *words]),
        "store": arguments.store,
        "plan": {name: getattr(plan, name) for name in Plan.__slots__},
        "seed": seed,
        "scenarios": {},
    }
    date = report["machine"]["date"].replace(":", "")[:17]
    out = (
        arguments.out
        or Path(__file__).parent / "out" / f"{date}-{'-'.join(arguments.scenario)}.json"
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    sides: list[Side] = []
    try:
        sides = open_sides(arguments)
        report["servers"] = {side.server.label: side.facts() for side in sides}
        sessions = [
            Session(
                side.server,
                Supply(side.server.wire, side.server.host, side.targets, plan.agents, seed),
            )
            for side in sides
        ]
        for scenario in scenarios:
            report["scenarios"][scenario.name] = found = run_scenario(scenario, sessions, plan)
            show(scenario.name, found)
            out.write_bytes(msgspec.json.format(msgspec.json.encode(report)))
    except (ServingError, GeneratorError, WireError, OSError) as problem:
        raise SystemExit(f"benchmarks: {problem}") from problem
    finally:
        for side in sides:
            side.close()
    print(f"written: {os.path.relpath(out)}")


if __name__ == "__main__":
    main()
