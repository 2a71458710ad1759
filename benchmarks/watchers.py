"""Who watches: memory of idle watchers, the way of an event to thousands of them, and a cut that misses nothing.

    python -m benchmarks.watchers [--idle 10000] [--lanes 50] [--each 40] [--rate 500] [--seconds 20] [--away 200000]

A real ``eclosion serve`` on an empty store, real sockets on loopback, the writer in a process of its own. ``lanes`` are
submolts, each with ``each`` watchers of its own, so a post is delivered to that many and to the ``whole`` that watch
everything: rate times each filtered events a second. The result goes to out/ as JSON; ``python -m benchmarks record
FILE`` puts it into RESULTS.md.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import multiprocessing
import resource
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import uvloop

from benchmarks import machine, serving
from benchmarks.openloop import percentiles
from benchmarks.watching import (
    SUBMOLTS,
    Tally,
    Watcher,
    close_watchers,
    open_watchers,
    write_posts,
)
from benchmarks.wire import ECLOSION

_HERE = Path(__file__).resolve().parent
_PROGRAM = Path(sys.executable).with_name("eclosion")
_SETTINGS = {
    "ECLOSION_STREAMS_WATCHERS": "20000",
    "ECLOSION_STREAMS_WATCHERS_PER_NETWORK": "20000",
    "ECLOSION_NETWORK_NEWCOMER_SUBMOLTS": "100000",
    "ECLOSION_NETWORK_SUBMOLT_EVERY_MS": "0",
}
_WRITERS = 64
_SILENCE_S, _PATIENCE_S = 3.0, 60.0
_SETTLE_S = 3.0


def _limits() -> dict[str, str]:
    lines = (_HERE / "limits.env").read_text().splitlines()
    found = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return {**found, **_SETTINGS}


def _serve(folder: Path, log: Path) -> serving.Server:
    command = f"{_PROGRAM} serve --data {folder} --port {{port}}"
    return serving.start("eclosion", ECLOSION, command, _limits(), log, None)


def _prepare(server: serving.Server, lanes: int) -> list[str]:
    """Agents that write, and the submolts that they write in."""
    from eclosion.client import Client

    with Client(server.url) as home:
        keys = [home.register(f"writer{number}").api_key for number in range(_WRITERS)]
        with home.as_agent(keys[0]) as founder:
            for number in range(lanes):
                founder.call("POST", "/submolts", {"name": SUBMOLTS.format(number=number)})
    return keys


async def _idle(server: serving.Server, count: int) -> dict[str, Any]:
    """Memory before, with so many that hear nothing but heartbeats, and after."""
    before = server.rss_anon_bytes() or 0
    tally = Tally()
    began = time.monotonic()
    opened = await open_watchers(server.address, ["types=network.*"] * count, tally)
    opened_s = time.monotonic() - began
    cpu = server.cpu_seconds() or 0.0
    await asyncio.sleep(20.0)  # more than a heartbeat
    idle_cpu = ((server.cpu_seconds() or 0.0) - cpu) / 20.0
    held = server.rss_anon_bytes() or 0
    alive = sum(w.transport is not None and not w.transport.is_closing() for w in opened)
    close_watchers(opened)
    await asyncio.sleep(_SETTLE_S)
    return {
        "watchers": alive,
        "opened_s": round(opened_s, 2),
        "rss_anon_before_bytes": before,
        "rss_anon_bytes": held,
        "bytes_each": (held - before) // max(1, count),
        "cpu_cores": round(idle_cpu, 3),
    }


async def _flow(server: serving.Server, keys: list[str], options: Any) -> dict[str, Any]:
    """Watchers of lanes and of everything while posts are written; one of them is cut and comes back."""
    lanes, everything = Tally(), Tally()
    queries = [
        f"types=post.created&submolt={SUBMOLTS.format(number=number % options.lanes)}"
        for number in range(options.lanes * options.each)
    ]
    opened = await open_watchers(server.address, queries, lanes)
    opened += await open_watchers(
        server.address, ["types=post.created"] * options.whole, everything
    )
    host = "{}:{}".format(*server.address)
    loop = asyncio.get_running_loop()
    cut = Watcher(host, "types=post.created", Tally(), remember=True)
    await loop.create_connection(lambda: cut, *server.address)
    await asyncio.sleep(1.0)
    lanes.begin()
    everything.begin()
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    plan = (options.rate, options.seconds, options.lanes)
    writer = multiprocessing.get_context("spawn").Process(
        target=write_posts, args=(server.address, keys, plan, theirs)
    )
    cpu, began = server.cpu_seconds() or 0.0, time.monotonic()
    writer.start()
    await asyncio.sleep(options.seconds / 3)
    close_watchers([cut])
    await asyncio.sleep(options.seconds / 3)
    back = Watcher(host, "types=post.created", Tally(), cut.last_id, remember=True)
    await loop.create_connection(lambda: back, *server.address)
    wrote = await asyncio.to_thread(ours.recv)
    cores = ((server.cpu_seconds() or 0.0) - cpu) / (time.monotonic() - began)
    await asyncio.sleep(_SETTLE_S)
    caught_up_s = await _silence(back)
    sent = set(wrote.pop("sent"))
    seen = [*(cut.seen or []), *(back.seen or [])]
    found = {
        "writes": wrote,
        "writes_per_s": round(len(sent) / wrote["took_s"], 1),
        "server_cpu_cores": round(cores, 2),
        "filtered": _figures(lanes, len(opened) - options.whole, options.seconds),
        "everything": _figures(everything, options.whole, options.seconds),
        "expected_filtered": len(sent) * options.each,
        "expected_everything": len(sent) * options.whole,
        "cut": {
            "written": len(sent),
            "missed": len(sent - set(seen)),
            "repeated": len(seen) - len(set(seen)),
            "heard_for_s_after_the_last_write": caught_up_s,
        },
        "rss_anon_bytes": server.rss_anon_bytes(),
    }
    close_watchers([*opened, back])
    return found


async def _silence(watcher: Watcher) -> float:
    """Wait until somebody has heard nothing new for a while, a minute at most; how long it still heard something."""
    began = last_s = time.monotonic()
    heard = len(watcher.seen or [])
    while time.monotonic() - last_s < _SILENCE_S and time.monotonic() - began < _PATIENCE_S:
        await asyncio.sleep(0.05)
        if len(watcher.seen or []) != heard:
            heard, last_s = len(watcher.seen or []), time.monotonic()
    return round(last_s - began, 1)


def _figures(tally: Tally, watchers: int, seconds: float) -> dict[str, Any]:
    longest = [round(tally.longest_ms[second]) for second in sorted(tally.longest_ms)]
    return {
        "watchers": watchers,
        "events": tally.events,
        "events_per_s": round(tally.events / seconds),
        "way_ms": percentiles(list(tally.ways_ms)),
        "longest_ms_by_second": longest,
    }


async def _away(server: serving.Server, last_id: str, count: int) -> dict[str, Any]:
    """Come back after ``count`` events: how long it takes to have them all."""
    tally = Tally()
    watcher = Watcher(
        "{}:{}".format(*server.address), "types=post.created", tally, last_id, remember=True
    )
    began = time.monotonic()
    await asyncio.get_running_loop().create_connection(lambda: watcher, *server.address)
    heard = (-1, began)
    while tally.events < count and time.monotonic() - heard[1] < 30.0:
        await asyncio.sleep(0.05)
        if tally.events != heard[0]:
            heard = (tally.events, time.monotonic())
    took_s = time.monotonic() - began
    close_watchers([watcher])
    return {"written": count, "missed": count - tally.events, "took_s": round(took_s, 1)}


def _write_unseen(folder: Path, count: int) -> str:
    """While the server is away: so many events more, of posts that are there; the position before them."""
    from eclosion.app.house import SOURCES
    from eclosion.network.store import posts
    from eclosion.store import Unit, emit, open_store
    from eclosion.store.outbox import end_position

    store = open_store(f"sqlite:///{folder / 'network.db'}", SOURCES)
    try:
        before = store.read_now(end_position)
        some = store.read_now(lambda unit: posts.feed(unit, "new", 1_000))

        def work(unit: Unit, amount: int) -> None:
            for number in range(amount):
                post = some[number % len(some)]
                emit(unit, post.created_ms, "post.created", post.id, post.author_id)

        for at in range(0, count, 20_000):
            amount = min(20_000, count - at)
            store.write_now(partial(work, amount=amount))
        return before
    finally:
        store.close()


def main() -> None:
    """Measure, print, and keep the result."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.watchers", description=__doc__)
    parser.add_argument("--idle", type=int, default=10_000)
    parser.add_argument("--lanes", type=int, default=50)
    parser.add_argument("--each", type=int, default=40, help="watchers of one lane")
    parser.add_argument("--whole", type=int, default=50, help="watchers of everything")
    parser.add_argument("--rate", type=float, default=500.0, help="posts a second")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--away", type=int, default=200_000, help="events missed while away")
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    command = ["python", "-m", "benchmarks.watchers", *sys.argv[1:]]
    report: dict[str, Any] = {"machine": machine.facts(command), "store": "watchers"}
    with tempfile.TemporaryDirectory(prefix="eclosion-watch-") as name:
        _measure(Path(name), options, report)
    out = _HERE / "out" / f"watchers-{report['machine']['date'].replace(':', '')[:17]}.json"
    out.parent.mkdir(exist_ok=True)
    out.write_bytes(msgspec.json.format(msgspec.json.encode(report)))
    print(msgspec.json.format(msgspec.json.encode(report)).decode())
    print(f"kept in {out}")


def _measure(folder: Path, options: Any, report: dict[str, Any]) -> None:
    data = folder / "store"
    server = _serve(data, folder / "log")
    with contextlib.closing(_Stop(server)):
        keys = _prepare(server, options.lanes)
        if options.idle:
            report["idle"] = uvloop.run(_idle(server, options.idle))
        if options.rate:
            report["flow"] = uvloop.run(_flow(server, keys, options))
    if options.away and options.rate:  # its events are of posts that were written
        last_id = _write_unseen(data, options.away)
        server = _serve(data, folder / "log")
        with contextlib.closing(_Stop(server)):
            report["away"] = uvloop.run(_away(server, last_id, options.away))


class _Stop:
    def __init__(self, server: serving.Server) -> None:
        self._server = server

    def close(self) -> None:
        """Stop it."""
        self._server.stop()


if __name__ == "__main__":
    main()
