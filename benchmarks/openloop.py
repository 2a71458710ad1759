"""An open-loop HTTP generator: requests fall due at a rate that does not wait for the server.

A closed loop sends less when the server stalls and so never sees the stall (coordinated omission). Here arrivals are
Poisson; one that finds every connection busy waits, and its wait counts. Latency runs from the tick at which a request
fell due, to the last byte of its reply; how late ticks come after the planned time is the generator's own lag, reported
apart. Raw protocol on uvloop: some 25 us of CPU a request, so that it can share a small machine with the server.

Run by `benchmarks.load`; alone: `python -m benchmarks.openloop HOST PORT POOL --rate R --seconds S --connections C`.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections import deque
from pathlib import Path
from typing import Any, cast

import msgspec
import uvloop

_DRAIN_S = 5.0


class OpenLoop:
    """The state of one run: the plan of arrivals, idle connections, waiting arrivals, and what was measured."""

    def __init__(self, pool: list[bytes], rate: float, seconds: float, once: bool) -> None:
        self.pool = pool
        self.once = once
        self.idle: list[Connection] = []
        self.waiting: deque[tuple[float, bytes]] = deque()
        self.latencies_us: list[float] = []
        self.lags_us: list[float] = []
        self.failures = {"connect": 0, "read": 0, "write": 0, "status": 0, "timeout": 0}
        self.bytes_in = 0
        self.sent = 0
        self._plan = _arrivals(rate, seconds)
        self._next = 0

    async def run(self) -> float:
        """Play the plan to its end, then let replies arrive for a few seconds; return its length in seconds."""
        loop = asyncio.get_running_loop()
        began = time.perf_counter()
        while self._next < len(self._plan):
            now = time.perf_counter()
            while self._next < len(self._plan) and self._plan[self._next] <= now - began:
                self.lags_us.append((now - began - self._plan[self._next]) * 1e6)
                self._due(now)
            await asyncio.sleep(0.001)
        length = time.perf_counter() - began
        deadline = loop.time() + _DRAIN_S
        while loop.time() < deadline:
            if len(self.latencies_us) == self.sent and not self.waiting:
                break
            await asyncio.sleep(0.01)
        return length

    def _due(self, now: float) -> None:
        if self.once and self._next >= len(self.pool):
            raise SystemExit("the pool of writes ran out")
        raw = self.pool[self._next % len(self.pool)]
        self._next += 1
        if self.idle:
            self.sent += 1
            self.idle.pop().send(raw, now)
        else:
            self.waiting.append((now, raw))

    def freed(self, connection: Connection) -> None:
        """A connection has its reply: give it the oldest waiting request, or let it idle."""
        if self.waiting:
            due, raw = self.waiting.popleft()
            self.sent += 1
            connection.send(raw, due)
        else:
            self.idle.append(connection)


class Connection(asyncio.Protocol):
    """One keep-alive connection with at most one request under way. Replies must carry Content-Length."""

    def __init__(self, owner: OpenLoop) -> None:
        self._owner = owner
        self._transport: asyncio.Transport | None = None
        self._due = 0.0
        self._head = b""
        self._missing = 0
        self._busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ready for a first request."""
        self._transport = cast(asyncio.Transport, transport)
        self._owner.idle.append(self)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Count a loss in mid-request; an idle one is just taken out of use."""
        if self._busy:
            self._owner.failures["read"] += 1
        elif self in self._owner.idle:
            self._owner.idle.remove(self)

    def send(self, raw: bytes, due: float) -> None:
        """Send a request that fell due at `due` (perf_counter seconds)."""
        assert self._transport is not None
        self._due, self._busy = due, True
        self._transport.write(raw)

    def data_received(self, data: bytes) -> None:
        """Follow the reply; on its last byte, take the time and free the connection."""
        self._owner.bytes_in += len(data)
        if self._missing:
            self._missing -= len(data)
        else:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            self._missing = self._start_body(self._head[:end]) - (len(self._head) - end - 4)
            self._head = b""
        if self._missing <= 0:
            self._missing, self._busy = 0, False
            self._owner.latencies_us.append((time.perf_counter() - self._due) * 1e6)
            self._owner.freed(self)

    def _start_body(self, head: bytes) -> int:
        if int(head[9:12]) >= 400:
            self._owner.failures["status"] += 1
        lowered = head.lower()
        at = lowered.find(b"\r\ncontent-length:")
        if at < 0:
            raise SystemExit(f"a reply without Content-Length: {head[:200]!r}")
        return int(lowered[at + 17 :].split(b"\r\n", 1)[0])


def read_pool(path: Path) -> list[bytes]:
    """The raw requests of a pool file: eight digits of length, then that many bytes, repeated."""
    content = path.read_bytes()
    pool, at = [], 0
    while at < len(content):
        size = int(content[at : at + 8])
        pool.append(content[at + 8 : at + 8 + size])
        at += 8 + size
    return pool


def percentiles(values: list[float]) -> dict[str, float]:
    """Mean, p50, p90, p99, p999 and max by nearest rank; zeros if there is nothing."""
    ordered = sorted(values) or [0.0]
    at = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p999": 0.999, "max": 1.0}
    found = {
        name: ordered[min(int(share * len(ordered)), len(ordered) - 1)]
        for name, share in at.items()
    }
    return {"mean": sum(ordered) / len(ordered), **found}


def _arrivals(rate: float, seconds: float) -> list[float]:
    dice = random.Random(3)
    plan, at = [], 0.0
    while (at := at + dice.expovariate(rate)) < seconds:
        plan.append(at)
    return plan


async def _play(arguments: argparse.Namespace) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    owner = OpenLoop(read_pool(arguments.pool), arguments.rate, arguments.seconds, arguments.once)
    for _ in range(arguments.connections):
        await loop.create_connection(lambda: Connection(owner), arguments.host, arguments.port)
    length = await owner.run()
    return {
        "requests": len(owner.latencies_us),
        "duration_us": length * 1e6,
        "bytes": owner.bytes_in,
        "consumed": owner.sent,
        "unfinished": owner.sent - len(owner.latencies_us) + len(owner.waiting),
        "offered_per_s": round((owner.sent + len(owner.waiting)) / length, 1),
        "errors": owner.failures,
        "latency_us": percentiles(owner.latencies_us),
        "lag_us": percentiles(owner.lags_us),
    }


def main() -> None:
    """Read the arguments, play the pool, print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("pool", type=Path)
    parser.add_argument("--rate", type=float, required=True, help="requests a second")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--once", action="store_true", help="never repeat the pool")
    report = uvloop.run(_play(parser.parse_args()))
    print(msgspec.json.encode(report).decode())


if __name__ == "__main__":
    main()
