"""Paid requests over real sockets: payments are signed before the watch starts, connections are kept."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import NamedTuple


class Load(NamedTuple):
    """What came of it."""

    served: int
    refused: int
    seconds: float
    cpu_ms: float
    """The server's processor time for each request."""
    p50_ms: float
    p99_ms: float


async def _one(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, paid: str
) -> tuple[int, bytes]:
    head = f"GET {path} HTTP/1.1\r\nhost: bench.example\r\n"
    head += f"payment-signature: {paid}\r\n\r\n" if paid else "\r\n"
    writer.write(head.encode())
    answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    size = int(answer.partition("content-length:")[2].partition("\r\n")[0])
    return int(answer.split()[1]), await reader.readexactly(size)


async def get(port: int, path: str) -> bytes:
    """One request by hand."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        return (await _one(reader, writer, path, ""))[1]
    finally:
        writer.close()


async def drive(port: int, path: str, payments: Sequence[str], connections: int) -> Load:
    """Send all payments, as fast as so many connections can."""
    left, statuses, waits = iter(payments), [], []

    async def worker() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for paid in left:
            began = time.perf_counter()
            statuses.append((await _one(reader, writer, path, paid))[0])
            waits.append((time.perf_counter() - began) * 1000)
        writer.close()

    cpu = float(await get(port, "/cpu"))
    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(connections)))
    seconds = time.perf_counter() - began
    cpu = float(await get(port, "/cpu")) - cpu
    waits.sort()
    served = statuses.count(200)
    count = len(statuses)
    return Load(
        served,
        count - served,
        seconds,
        cpu / count * 1000,
        waits[count // 2],
        waits[count * 99 // 100],
    )
