"""Run it: see the package's docstring."""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.x402.attacks import run_nine
from benchmarks.x402.load import Load, drive, get
from benchmarks.x402.shop import COIN, PAYEE, PRICE, header
from eclosion.ledger.wire.ethereum import write_address

OFFICIAL = Path(__file__).with_name("official.py")
CONNECTIONS = 64
ROUNDS = 3


@contextmanager
def running(*command: str) -> Iterator[int]:
    """A server in a process of its own; its port."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


def ours(folder: str, mode: str) -> list[str]:
    """The command of our server."""
    return [sys.executable, "-m", "benchmarks.x402.serving", f"{folder}/{mode}.db", mode]


def tell(name: str, load: Load) -> None:
    """One line."""
    print(
        f"{name:<28} {load.served / load.seconds:8.0f} paid/s {load.cpu_ms:7.3f} ms of processor "
        f"p50 {load.p50_ms:6.1f} p99 {load.p99_ms:6.1f} ms, served {load.served}, refused {load.refused}"
    )


def measure(requests: int) -> None:
    """Throughput, and what the defence costs: rounds in turn, so that the machine's moods meet both."""
    found: dict[str, list[Load]] = {"ours": [], "bare": []}
    with (
        tempfile.TemporaryDirectory() as folder,
        running(*ours(folder, "ours")) as defended,
        running(*ours(folder, "bare")) as bare,
    ):
        ports = {"ours": defended, "bare": bare}
        for turn in range(ROUNDS):
            payments = [header(turn * requests + n) for n in range(requests)]
            for mode in ("ours", "bare") if turn % 2 else ("bare", "ours"):
                load = asyncio.run(drive(ports[mode], "/paid", payments, CONNECTIONS))
                found[mode].append(load)
                tell(mode, load)
    cost = {mode: min(load.cpu_ms for load in loads) for mode, loads in found.items()}
    wall = {
        mode: max(load.served / load.seconds for load in loads) for mode, loads in found.items()
    }
    print(f"defence: {cost['ours'] / cost['bare'] - 1:+.1%} processor, ", end="")
    print(f"{wall['bare'] / wall['ours'] - 1:+.1%} time at {CONNECTIONS} connections")


def beside(peer: str, requests: int, replays: int) -> None:
    """The official middleware with our ledger as its facilitator."""
    with tempfile.TemporaryDirectory() as folder, running(*ours(folder, "ours")) as facilitator:
        place = f"http://127.0.0.1:{facilitator}"
        words = (place, write_address(COIN.asset), write_address(PAYEE), str(PRICE))
        with running(peer, str(OFFICIAL), *words, COIN.name, COIN.version) as port:
            load = asyncio.run(
                drive(port, "/paid", [header(n) for n in range(requests)], CONNECTIONS)
            )
            tell("official middleware", load)
            before = int(asyncio.run(get(port, "/runs")))
            again = asyncio.run(drive(port, "/paid", [header(10**6)] * replays, CONNECTIONS))
            runs = int(asyncio.run(get(port, "/runs"))) - before
            print(f"official, one payment {replays} times: served {again.served}, ran {runs} times")
        with running(*ours(folder, "other")) as port:
            again = asyncio.run(drive(port, "/paid", [header(10**6)] * replays, CONNECTIONS))
            print(f"ours, one payment {replays} times over sockets: served {again.served}")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.x402")
    parser.add_argument("--requests", type=int, default=2_000, help="paid requests a round")
    parser.add_argument("--replays", type=int, default=10_000, help="replays of one payment")
    parser.add_argument("--peer", default="", help="an interpreter with x402[fastapi,evm]")
    asked = parser.parse_args()
    measure(asked.requests)
    if asked.peer:
        beside(asked.peer, asked.requests // 4, min(asked.replays, 200))
    print(f"{'attack':<28} attempts   unpaid   double")
    for one in run_nine(asked.replays):
        print(f"{one.attack:<28} {one.attempts:>8} {one.unpaid:>8} {one.double:>8} {one.note}")


if __name__ == "__main__":
    main()
