"""Measures a gate: how many reference agents pass at which distance, and what passes and refusals cost the server.

Every share comes with its interval. Nothing here runs a server: the caller gives the addresses of one that runs.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple

from eclosion.gate.encoding import to_json
from eclosion.gate.gate import Asker, Gate
from eclosion.gate.keys import KeyRing, new_secret
from eclosion.gate.policy import Policy
from eclosion.gate.ports import Store
from eclosion.gate.solver import Key
from eclosion.kernel.errors import EclosionError

_WORKER = """
import json, sys, time
from eclosion.gate.solver import Agent
for number in range(int(sys.argv[2])):
    began, agent, why = time.monotonic(), Agent(sys.argv[1]), ""
    try:
        agent.enter()
    except Exception as error:
        why = str(error) or type(error).__name__
    print(json.dumps([time.monotonic() - began, why]), flush=True)
"""


class Share(NamedTuple):
    """A share of successes with its 95 % interval."""

    good: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's score interval (E. B. Wilson, 1927)."""
        z, n = 1.959964, max(1, self.of)
        middle = (self.good / n + z * z / (2 * n)) / (1 + z * z / n)
        half = z * sqrt(self.good / n * (1 - self.good / n) / n + z * z / (4 * n * n))
        half /= 1 + z * z / n
        return max(0.0, middle - half), min(1.0, middle + half)


class Passes(NamedTuple):
    """What came of some tries at one distance."""

    share: Share
    median_s: float
    reasons: dict[str, int]


async def run_passes(origin: str, tries: int, at_once: int) -> Passes:
    """Let reference agents, each with a new key, try to pass; ``at_once`` processes share the tries."""
    each = [tries // at_once + (one < tries % at_once) for one in range(at_once)]
    lines = await asyncio.gather(*(_work(origin, some) for some in each if some))
    results = [json.loads(line) for text in lines for line in text.splitlines()]
    reasons: dict[str, int] = {}
    for _, why in results:
        if why:
            reasons[why] = reasons.get(why, 0) + 1
    took_s = sorted(seconds for seconds, why in results if not why) or [0.0]
    good = sum(not why for _, why in results)
    return Passes(Share(good, tries), took_s[len(took_s) // 2], reasons)


async def _work(origin: str, tries: int) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _WORKER, origin, str(tries), stdout=asyncio.subprocess.PIPE
    )
    return (await finish(process)).decode()


async def finish(process: asyncio.subprocess.Process) -> bytes:
    """What a process of ours says until its end, which comes at once if nobody waits for it any more."""
    try:
        return (await process.communicate())[0]
    finally:
        if process.returncode is None:
            process.kill()


class HelloCost(NamedTuple):
    """What hellos cost the server, in microseconds of CPU, and how many things were kept after all of them."""

    answered_us: float
    refused_us: float
    kept: int


def measure_hellos(store: Store, size: Callable[[], int], tries: int = 20_000) -> HelloCost:
    """Answer and refuse hellos in this process; ``size`` tells how many things the store keeps."""
    gate = Gate("https://bench.example", KeyRing.parse(new_secret()), store)
    good = to_json({"jwk": Key(bytes(range(32))).jwk})

    def cost(body: bytes) -> float:
        began = time.process_time()
        for number in range(tries):
            try:
                gate.hello(Asker(f"10.{number % 256}.0.0/24"), body)
            except EclosionError:
                continue
        return (time.process_time() - began) / tries * 1e6

    return HelloCost(cost(good), cost(b'{"jwk":{}}'), size())


def count_double_spends(opened: list[Store], tries: int, threads: int = 64) -> int:
    """How often a name was spent twice, when ``threads`` spend the same names at the same moments.

    Args:
        opened: the same store, opened as often as processes would.
        tries: calls of ``spend`` in all; each name is tried by every thread.
        threads: how many at once.
    """
    names = max(1, tries // threads)
    until_ms, firsts = 4_102_444_800_000, [0] * names
    order, mark = list(range(names)), f"bench {random.getrandbits(64):x}"

    def spend_all(number: int) -> list[int]:
        store = opened[number % len(opened)]
        return [at for at in order if store.spend(f"{mark} {at}", until_ms, 1_000)]

    with ThreadPoolExecutor(threads) as pool:
        for won in pool.map(spend_all, range(threads)):
            for at in won:
                firsts[at] += 1
    return sum(first != 1 for first in firsts)


def cpu_s(pid: int) -> float | None:
    """The CPU time that a process has used, where the system tells (Linux)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def bench_policy(**changed: Any) -> Policy:
    """The default for somebody who comes seldom: without limits and rising prices for the one network of a bench."""
    usual = replace(Policy(), **changed)
    return replace(
        usual, keys_per_prefix=10**9, keys_per_hour=10**9, price_bits_max=max(1, usual.price_bits)
    )
