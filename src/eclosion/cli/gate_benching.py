"""The bench of ``eclosion gate bench``: gates beside itself, and what they let in at what cost."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from eclosion.cli.gate_crowding import Row, at_most, measure_crowd
from eclosion.cli.gate_serving import served, wait_for
from eclosion.cli.output import say

if TYPE_CHECKING:
    from eclosion.gate.bench import Passes

DISTANCES = (
    (1, 0.2, 0.0),
    (20, 2.0, 0.0),
    (100, 5.0, 0.0),
    (300, 10.0, 0.0),
    (20, 2.0, 0.01),
    (100, 5.0, 0.01),
)
"""Round trip and mean jitter each way in milliseconds, and loss."""


class Sizes(NamedTuple):
    """How much: passes at each distance and at once, tries to spend twice, sessions open and their passes a second.

    With ``rtts_ms`` only those distances.
    """

    tries: int
    at_once: int
    spends: int
    sessions: int
    per_s: float
    rtts_ms: tuple[int, ...] = ()


def measure(sizes: Sizes, tell: Callable[[str], None]) -> list[Row]:
    """Run the whole bench; what has size 0 is left out."""
    rows = []
    if sizes.tries:
        rows += asyncio.run(_measure_passes(sizes, tell))
    if sizes.sessions:
        rows += asyncio.run(measure_crowd(sizes.sessions, sizes.per_s, tell))
    return [
        *rows,
        *_measure_hellos(tell),
        *(_measure_spends(sizes.spends, tell) if sizes.spends else ()),
    ]


def _measure_hellos(tell: Callable[[str], None]) -> list[Row]:
    from eclosion.gate.bench import measure_hellos
    from eclosion.gate.stores import MemoryStore

    tell("hellos ...")
    store = MemoryStore()
    hellos = measure_hellos(store, lambda: len(store))
    return [
        at_most("CPU of a refused hello", hellos.refused_us / 1_000, 0.2, "ms"),
        at_most("CPU of an answered hello", hellos.answered_us / 1_000, 0.2, "ms"),
        at_most("kept after 40,000 hellos", hellos.kept, 0, "things"),
    ]


def _measure_spends(spends: int, tell: Callable[[str], None]) -> list[Row]:
    from eclosion.gate.bench import count_double_spends
    from eclosion.gate.stores import MemoryStore, SqliteStore

    tell("double spends ...")
    with tempfile.TemporaryDirectory() as folder:
        shared = [SqliteStore(Path(folder, "spent.db")) for _ in range(4)]
        sqlite = count_double_spends([*shared], spends // 10)
        for one in shared:
            one.close()
    memory = count_double_spends([MemoryStore()], spends)
    return [
        at_most(f"double spends in {spends:,} tries, 64 at once, memory", memory, 0, ""),
        at_most(f"double spends in {spends // 10:,} tries, 64 at once, SQLite", sqlite, 0, ""),
    ]


async def _measure_passes(sizes: Sizes, tell: Callable[[str], None]) -> list[Row]:
    from eclosion.gate.bench import cpu_s, run_passes
    from eclosion.gate.relay import Line, relaying

    line, rows = Line(), []
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    async with relaying(line, port) as near:
        origin = f"http://127.0.0.1:{near}"
        with served(origin, port) as pid:
            await wait_for(port)
            before, passed = cpu_s(pid), 0
            for rtt_ms, jitter_ms, loss in DISTANCES:
                if sizes.rtts_ms and rtt_ms not in sizes.rtts_ms:
                    continue
                line.rtt_ms, line.jitter_ms, line.loss = rtt_ms, jitter_ms, loss
                name = f"passes at {rtt_ms} ms" + (f", {loss:.0%} loss" if loss else "")
                tell(f"{name} ...")
                found = await run_passes(origin, sizes.tries, sizes.at_once)
                passed += found.share.of
                rows.append(_passes_row(name, found))
            after = cpu_s(pid)
            if before is not None and after is not None:
                each_ms = (after - before) / max(1, passed) * 1_000
                rows.append(at_most("server CPU of a pass", each_ms, 100, "ms"))
    return rows


def _passes_row(name: str, found: Passes) -> Row:
    low, high = found.share.interval
    told = f"{found.share.good}/{found.share.of} [{low:.3f}, {high:.3f}], {found.median_s:.1f} s"
    for why, times in found.reasons.items():
        say(f"  {times} x {why}")
    return Row(name, told, ">= 99 %", found.share.good >= 0.99 * found.share.of)
