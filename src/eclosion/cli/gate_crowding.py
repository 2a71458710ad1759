"""The bench's crowd: many sessions open at once, and what they cost the server, apart for passing and for staying.

The crowd comes at a steady rate until as many are open as were asked for, goes on for a while, and then nobody comes
any more. While none comes, all that the server does is to keep sessions open: that gives what one costs a second. What
it used beyond that while they came is what passing costs. So the cost at another rate can be told, and is told as such.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import time
from bisect import bisect_left
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from eclosion.cli.gate_serving import Bench, served, wait_for
from eclosion.cli.output import say

if TYPE_CHECKING:
    from eclosion.gate.crowd import Pass

_BURST_S = 2.4
_STEADY_S = 30.0
_LASTS_S_MAX = 250.0
_AIM_SESSIONS, _AIM_PER_S = 1_000, 10
_CROWD = """
import asyncio, json, sys
from eclosion.gate.crowd import come
origin, total, per_s, thought_s = sys.argv[1:]
print(json.dumps(asyncio.run(come(origin, int(total), float(per_s), float(thought_s)))))
"""


class Row(NamedTuple):
    """A line of the bench's report."""

    what: str
    found: str
    goal: str
    reached: bool


class Spell(NamedTuple):
    """What was going on between two moments of the monotonic clock.

    Attributes:
        seconds: how long it was.
        cpu_s: what the server used.
        came, ended: sessions that began and that ended in it.
        open_s: seconds for which sessions were open, all together.
    """

    seconds: float
    cpu_s: float
    came: int
    ended: int
    open_s: float


class Costs(NamedTuple):
    """CPU time of the server: for a pass, and for each second of a session that is open; in seconds."""

    pass_s: float
    second_s: float

    def cores(self, sessions: float, per_s: float) -> float:
        """What so many sessions and passes a second would take."""
        return per_s * self.pass_s + sessions * self.second_s


async def measure_crowd(sessions: int, per_s: float, tell: Callable[[str], None]) -> list[Row]:
    """So many open at once. What a session lasts follows from both numbers: its items are thought about for so long."""
    from eclosion.gate.crowd import CROWD_ROUNDS, Pass

    lasts_s = min(_LASTS_S_MAX, sessions / per_s)
    thought_s = max(0.0, (lasts_s - _BURST_S) / CROWD_ROUNDS.sheets)
    total = int(sessions + _STEADY_S * per_s)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    origin, used = f"http://127.0.0.1:{port}", list[tuple[float, float]]()
    with served(origin, port, bench=Bench.crowd) as pid:
        await wait_for(port)
        tell(f"{sessions:,} sessions at once, {per_s:g} a second, {lasts_s:.0f} s each ...")
        watching = asyncio.create_task(_watch(pid, used))
        try:
            found = await _come(origin, total, per_s, thought_s)
        finally:
            watching.cancel()
    passes = [Pass(*each) for each in found]
    return _crowd_rows(f"{sessions:,} at once, {per_s:g}/s", passes, used, sessions / per_s)


async def _come(origin: str, total: int, per_s: float, thought_s: float) -> list[list[Any]]:
    from eclosion.gate.bench import finish

    words = [origin, str(total), str(per_s), str(thought_s)]
    crowd = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _CROWD, *words, stdout=asyncio.subprocess.PIPE
    )
    found: list[list[Any]] = json.loads(await finish(crowd))
    return found


async def _watch(pid: int, used: list[tuple[float, float]]) -> None:
    """Note the server's CPU time twice a second, where the system tells it."""
    from eclosion.gate.bench import cpu_s

    while (cpu := cpu_s(pid)) is not None:
        used.append((time.monotonic(), cpu))
        await asyncio.sleep(0.5)


def spell_of(
    passes: list[Pass], used: list[tuple[float, float]], begins_s: float, ends_s: float
) -> Spell:
    """What was going on between the two notes that lie next to these moments."""
    times = [at for at, _ in used]
    first, last = (min(bisect_left(times, at), len(used) - 1) for at in (begins_s, ends_s))
    (begins_s, before), (ends_s, after) = used[first], used[last]
    sessions = [one for one in passes if one.ended_s > one.opened_s]
    spans = [min(one.ended_s, ends_s) - max(one.opened_s, begins_s) for one in sessions]
    return Spell(
        ends_s - begins_s,
        after - before,
        sum(begins_s <= one.opened_s < ends_s for one in sessions),
        sum(begins_s <= one.ended_s < ends_s for one in sessions),
        sum(span for span in spans if span > 0),
    )


def costs_of(coming: Spell, staying: Spell) -> Costs:
    """Passing and staying apart. The tokens of those who leave are counted with staying: that is the dear side."""
    second_s = staying.cpu_s / staying.open_s
    return Costs(max(0.0, coming.cpu_s - second_s * coming.open_s) / coming.came, second_s)


def _crowd_rows(
    name: str, passes: list[Pass], used: list[tuple[float, float]], full_after_s: float
) -> list[Row]:
    from eclosion.gate.bench import Share

    share = Share(sum(one.passed for one in passes), len(passes))
    low, high = share.interval
    for why in sorted({one.why for one in passes if one.why}):
        say(f"  {sum(one.why == why for one in passes)} x {why}")
    told = f"{share.good}/{share.of} [{low:.3f}, {high:.3f}]"
    rows = [Row(f"{name}: passes", told, ">= 99 %", share.good >= 0.99 * share.of)]
    for what, times in (
        ("hello", [one.hello_s for one in passes]),
        ("token", [one.token_s for one in passes]),
    ):
        p99_ms = sorted(times)[len(times) * 99 // 100] * 1_000
        rows.append(Row(f"{name}: p99 of a {what}", f"{p99_ms:.0f} ms", "told", True))
    if not used:
        return rows
    came = sorted(one.came_s for one in passes)
    over_s = max(one.opened_s for one in passes) + 2 * _BURST_S
    full_s = min(came[0] + full_after_s, (came[0] + came[-1]) / 2)
    coming = spell_of(passes, used, full_s, came[-1])
    staying = spell_of(passes, used, over_s, max(one.ended_s for one in passes))
    return rows + _cost_rows(name, coming, staying)


def _cost_rows(name: str, coming: Spell, staying: Spell) -> list[Row]:
    if not (coming.came and coming.seconds and staying.open_s):
        return []
    costs = costs_of(coming, staying)
    is_open, rate = coming.open_s / coming.seconds, coming.came / coming.seconds
    aim = f"{_AIM_SESSIONS:,} open, {_AIM_PER_S} passes/s: cores of the server, from these"
    return [
        Row(f"{name}: open in the mean", f"{is_open:.0f}", "told", True),
        Row(f"{name}: passes a second reached", f"{rate:.1f}", "told", True),
        at_most(f"{name}: cores of the server", coming.cpu_s / coming.seconds, 1, ""),
        at_most(f"{name}: server CPU of a pass", costs.pass_s * 1_000, 100, "ms"),
        Row(
            f"{name}: and of an open session",
            f"{costs.second_s * 1_000:.3g} ms a second",
            "told",
            True,
        ),
        at_most(aim, costs.cores(_AIM_SESSIONS, _AIM_PER_S), 1, ""),
    ]


def at_most(what: str, found: float, goal: float, unit: str) -> Row:
    """A figure that should not be greater than its goal."""
    return Row(what, f"{found:.3g} {unit}".strip(), f"<= {goal:g}", found <= goal)
