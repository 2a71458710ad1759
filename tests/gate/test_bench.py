"""What the bench measures with: the far line, the intervals, and the races."""

from __future__ import annotations

import asyncio
import random
import time
from statistics import mean

import pytest

from eclosion.gate.asgi import GateMiddleware
from eclosion.gate.bench import Passes, Share, count_double_spends, measure_hellos, run_passes
from eclosion.gate.relay import Line, relaying
from eclosion.gate.stores import MemoryStore
from tests.gate.serving import FULL, gate_for, hall, running
from tests.ports import free_port


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1_000):
        writer.write(data)
    writer.close()
    await writer.wait_closed()


def test_the_line_is_as_long_as_it_says_and_keeps_order() -> None:
    async def measure(line: Line) -> tuple[float, bytes]:
        server = await asyncio.start_server(_echo, "127.0.0.1", 0)
        async with server, relaying(line, server.sockets[0].getsockname()[1]) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            began = time.monotonic()
            for number in range(50):
                writer.write(bytes([number]) * 3)
                await asyncio.sleep(0.001)
            writer.write_eof()
            first = await reader.readexactly(1)
            took = time.monotonic() - began
            rest = await reader.read(-1) or b""
            while more := await reader.read(1_000):
                rest += more
            writer.close()
            await writer.wait_closed()
            return took, first + rest

    took, echoed = asyncio.run(measure(Line(rtt_ms=120, jitter_ms=5, loss=0.05)))
    assert echoed == b"".join(bytes([number]) * 3 for number in range(50))
    assert 0.115 < took < 15


def test_loss_holds_pieces_up_as_often_as_it_says() -> None:
    dice = random.Random(1)
    line = Line(rtt_ms=100, loss=0.01)
    late = [line.delay_ms(1_000, dice) > 50 for _ in range(20_000)]
    assert 0.007 < mean(late) < 0.013


def test_intervals_are_wilsons() -> None:
    assert Share(3_000, 3_000).interval == pytest.approx((0.9987, 1.0), abs=1e-4)
    assert Share(0, 10).interval == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert Share(50, 100).interval == pytest.approx((0.4038, 0.5962), abs=1e-4)


def test_reference_agents_pass_over_a_far_line() -> None:
    """Two passes at 100 ms with jitter, through the relay, against a real server."""
    ports: list[int] = []

    async def through(near: int) -> Passes:
        async with relaying(Line(rtt_ms=100, jitter_ms=5), ports[0], listen=near):
            return await run_passes(f"http://127.0.0.1:{near}", 2, 2)

    near = free_port()

    def make(origin: str) -> GateMiddleware:
        ports.append(int(origin.rpartition(":")[2]))
        return GateMiddleware(hall, gate_for(f"http://127.0.0.1:{near}", FULL))

    with running(make):
        found = asyncio.run(through(near))
    assert found.share == (2, 2), found


def test_hellos_are_cheap_and_leave_nothing() -> None:
    store = MemoryStore()
    cost = measure_hellos(store, lambda: len(store), tries=500)
    assert cost.kept == 0
    assert cost.refused_us < 2_000


class _Forgetful(MemoryStore):
    """Looks first and spends later, as stores with a race do."""

    def spend(self, name: str, until_ms: int, now_ms: int) -> bool:
        free = not self.is_spent(name, now_ms)
        time.sleep(0.0001)
        return super().spend(name, until_ms, now_ms) or free


def test_races_are_counted() -> None:
    assert count_double_spends([MemoryStore()], 20_000) == 0
    assert count_double_spends([_Forgetful()], 2_000) > 0
