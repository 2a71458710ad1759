"""Runs a generator against a server and measures what both did.

Closed loop (wrk): as many requests as the connections can carry; gives saturation. Open loop (benchmarks.openloop):
requests fall due at a set rate whether or not the server keeps up; gives honest latency. Both replay a pool of raw
requests made beforehand, so they cost little CPU on the machine they share with the server.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from benchmarks import machine
from benchmarks.scenarios import Item
from benchmarks.serving import Server

Run = dict[str, Any]
_REPLAY = Path(__file__).parent / "lua" / "replay.lua"
_REPLY_TIMEOUT_S = 120


class GeneratorError(Exception):
    """The generator is missing, failed, or ran out of requests."""


def write_pool(items: list[Item], prefix: Path, threads: int) -> None:
    """Write PREFIX.0 ... PREFIX.(threads-1): thread t gets items t, t+threads, ... in the replay format."""
    for thread in range(threads):
        with Path(f"{prefix}.{thread}").open("wb") as file:
            file.writelines(b"%08d" % len(item.raw) + item.raw for item in items[thread::threads])


def closed_loop(
    server: Server, items: list[Item], once: bool, connections: int, seconds: float, threads: int
) -> Run:
    """Saturate the server for `seconds`; `once` forbids repeating the pool."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise GeneratorError("wrk is missing: on Debian and Ubuntu, `apt-get install wrk`")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        prefix = Path(folder) / "pool"
        write_pool(items, prefix, threads)
        command = [wrk, f"-t{threads}", f"-c{connections}", f"-d{max(1, round(seconds))}s"]
        command += [f"--timeout={_REPLY_TIMEOUT_S}s", "-s", str(_REPLAY), server.url]
        command += ["--", str(prefix), "once" if once else "wrap"]
        output, run = _measured(server, command)
    match = re.search(r"^BENCH (.*)$", output, re.MULTILINE)
    if match is None:
        raise GeneratorError(f"wrk gave no figures:\n{output[-2_000:]}")
    report: Run = msgspec.json.decode(match.group(1))
    if once and report["wraps"]:
        raise GeneratorError(
            f"{len(items)} writes ran out within {seconds:g} s ({report}): raise --max-rate, or see why it fails"
        )
    # wrk takes one request from its first thread to look at and never sends it.
    run["consumed"] = min(report.pop("sent_max") * threads, len(items))
    return _finish(server, run, report)


def open_loop(
    server: Server, items: list[Item], once: bool, connections: int, seconds: float, rate: float
) -> Run:
    """Send requests due at `rate` a second (Poisson) for `seconds`; latency counts from when each fell due."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        prefix = Path(folder) / "pool"
        write_pool(items, prefix, 1)
        host, port = server.address
        command = [sys.executable, "-m", "benchmarks.openloop", host, str(port), f"{prefix}.0"]
        command += [f"--rate={rate}", f"--seconds={seconds}", f"--connections={connections}"]
        command += ["--once"] if once else []
        output, run = _measured(server, command)
    report: Run = msgspec.json.decode(output)
    run["consumed"] = report.pop("consumed")
    return _finish(server, run, report)


def _measured(server: Server, command: list[str]) -> tuple[str, Run]:
    """Run the generator; read the server's CPU time, and everybody's, just before and just after."""
    cpu_before, busy_before, own_before = server.cpu_seconds(), machine.busy_seconds(), os.times()
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parent.parent,
    )
    cpu_after, busy_after, own_after = server.cpu_seconds(), machine.busy_seconds(), os.times()
    if done.returncode != 0:
        raise GeneratorError(f"{command[0]} failed:\n{done.stdout[-1_000:]}{done.stderr[-2_000:]}")
    generator = sum(own_after[2:4]) - sum(own_before[2:4])
    run: Run = {"generator_cpu_s": round(generator, 3)}
    if cpu_before is not None and cpu_after is not None:
        run["server_cpu_s"] = round(cpu_after - cpu_before, 3)
        own = sum(own_after[:2]) - sum(own_before[:2])
        strangers = busy_after - busy_before - generator - own - run["server_cpu_s"]
        run["strangers_cpu_s"] = round(max(strangers, 0.0), 3)
    return done.stdout, run


def _finish(server: Server, run: Run, report: Run) -> Run:
    """Add the derived figures. Only answers below 400 count as done."""
    seconds = report["duration_us"] / 1e6
    done = report["requests"] - report["errors"]["status"]
    run |= {
        "requests": report["requests"],
        "errors": report["errors"],
        "seconds": round(seconds, 3),
        "per_s": round(done / seconds, 2),
        "bytes_per_request": round(report["bytes"] / max(report["requests"], 1)),
    }
    for name, value in report["latency_us"].items():
        run[f"{name}_ms"] = round(value / 1_000, 3)
    if "server_cpu_s" in run:
        run["cpu_us_per_request"] = round(run["server_cpu_s"] * 1e6 / max(done, 1), 1)
        run["server_cores"] = round(run["server_cpu_s"] / seconds, 2)
        run["strangers_cores"] = round(run.pop("strangers_cpu_s") / seconds, 2)
    run["rss_anon_bytes"] = server.rss_anon_bytes()
    if "lag_us" in report:
        run["generator_lag_p99_ms"] = round(report["lag_us"]["p99"] / 1_000, 3)
        run["offered_per_s"] = report["offered_per_s"]
        run["unfinished"] = report["unfinished"]
    return run
