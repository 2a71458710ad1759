"""Servers under attack: each a process of its own, so that what it uses can be told from what its clients use."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 20.0


@dataclass(frozen=True)
class House:
    """A running server."""

    url: str
    pids: tuple[int, ...]

    def cpu_s(self) -> float:
        """CPU time of its processes and their children so far, to a hundredth of a second."""
        ticks = 0
        for pid in _trees(self.pids):
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
            except OSError:
                continue
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def rss_bytes(self) -> int:
        """Anonymous resident memory."""
        total = 0
        for pid in _trees(self.pids):
            try:
                lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            except OSError:
                continue
            total += sum(int(one.split()[1]) for one in lines if one.startswith("RssAnon"))
        return total * 1024


def _trees(roots: tuple[int, ...]) -> set[int]:
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        if pid in found:
            continue
        found.add(pid)
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                waiting += [int(one) for one in task.read_text().split()]
            except OSError:
                continue
    return found


@contextmanager
def housed(name: str, secret: str, *, raised: bool = True) -> Iterator[House | None]:
    """Start a side's server; None if it would not start."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "benchmarks.gates.serve", name, str(port)]
    if raised:
        words.append("--raised")
    environ = {**os.environ, "GATES_SECRET": secret}
    process = subprocess.Popen(
        words, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield House(f"http://127.0.0.1:{port}", (process.pid,)) if _up(process, port) else None
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _up(process: subprocess.Popen[bytes], port: int) -> bool:
    until = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False
