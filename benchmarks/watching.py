"""The other ends of a benchmark of watchers: thousands of raw streams, and a writer in a process of its own.

What was sent when stands in each post's title, on the clock that all processes of a machine share, so a watcher knows
how long the way was: from the moment in which the write was due to be sent, through its commit, to its arrival here.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from array import array
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, cast

import msgspec

from benchmarks.openloop import percentiles

_SENT = re.compile(rb'"title":"t(\d+)-')
_ID = re.compile(rb"^id: (\S+)$", re.MULTILINE)
_END = b"\n\n"
CONNECT_AT_ONCE = 200
SUBMOLTS = "lane{number:04d}"


@dataclass(slots=True)
class Tally:
    """What watchers have seen: how many events, their ways in milliseconds, and the longest of each second."""

    events: int = 0
    ways_ms: array[float] = field(default_factory=lambda: array("d"))
    longest_ms: dict[int, float] = field(default_factory=dict)
    since_ns: int = 0

    def note(self, sent_ns: int, now_ns: int) -> None:
        """An event that was sent and arrived then."""
        if sent_ns >= self.since_ns:
            way_ms = (now_ns - sent_ns) / 1e6
            self.ways_ms.append(way_ms)
            second = (sent_ns - self.since_ns) // 10**9
            if way_ms > self.longest_ms.get(second, 0.0):
                self.longest_ms[second] = way_ms

    def begin(self) -> None:
        """Count from now on."""
        self.events = 0
        self.ways_ms = array("d")
        self.longest_ms = {}
        self.since_ns = time.monotonic_ns()


class Watcher(asyncio.Protocol):
    """One stream: counts events, and measures their ways unless told only to remember what it has seen."""

    __slots__ = ("_request", "_tail", "last_id", "seen", "tally", "transport")

    transport: asyncio.Transport | None

    def __init__(
        self, host: str, query: str, tally: Tally, last_id: str = "", *, remember: bool = False
    ) -> None:
        resume = f"Last-Event-ID: {last_id}\r\n" if last_id else ""
        head = f"GET /api/v1/events?{query} HTTP/1.1\r\nHost: {host}\r\n{resume}\r\n"
        self._request = head.encode()
        self._tail = b""
        self.tally = tally
        self.last_id = last_id
        self.seen: list[int] | None = [] if remember else None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask."""
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by birth
        self.transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Count what is whole."""
        now_ns = time.monotonic_ns()
        data = self._tail + data
        cut = data.rfind(_END) + len(_END)
        if cut < len(_END):
            self._tail = data
            return
        whole, self._tail = data[:cut], data[cut:]
        found = _SENT.findall(whole)
        self.tally.events += len(found)
        if self.seen is not None:
            self.seen += map(int, found)
            self.last_id = _ID.findall(whole)[-1].decode() if _ID.search(whole) else self.last_id
            return
        for sent in found:
            self.tally.note(int(sent), now_ns)


async def open_watchers(
    address: tuple[str, int], queries: list[str], tally: Tally
) -> list[Watcher]:
    """So many streams, opened a few hundred at a time."""
    loop = asyncio.get_running_loop()
    host = "{}:{}".format(*address)
    opened: list[Watcher] = []
    for at in range(0, len(queries), CONNECT_AT_ONCE):
        some = queries[at : at + CONNECT_AT_ONCE]
        made = await asyncio.gather(
            *(
                loop.create_connection(lambda query=query: Watcher(host, query, tally), *address)  # type: ignore[misc]
                for query in some
            )
        )
        opened += [watcher for _, watcher in made]
    return opened


def close_watchers(watchers: list[Watcher]) -> None:
    """Cut them all."""
    for watcher in watchers:
        if watcher.transport is not None:
            watcher.transport.abort()


class _Writing(asyncio.Protocol):
    """A connection that writes one post after another; one at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.done: asyncio.Future[int] | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by birth

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, gap, rest = self._buffer.partition(b"\r\n\r\n")
        if not gap:
            return
        found = re.search(rb"content-length: (\d+)", head)
        if found is None or len(rest) < int(found[1]):
            return
        self._buffer = b""
        if self.done is not None:
            self.done.set_result(int(head[9:12]))

    async def ask(self, request: bytes) -> int:
        self.done = asyncio.get_running_loop().create_future()
        assert self.transport is not None
        self.transport.write(request)
        return await self.done


def write_posts(
    address: tuple[str, int], keys: list[str], plan: tuple[float, float, int], told: Connection
) -> None:
    """In a process of its own: ``rate`` posts a second for some seconds into so many submolts; tells what it did.

    Args:
        plan: rate a second, seconds, submolts.
        told: where the numbers go: posts that were answered with 201, others, the latest start in ms.
    """
    import uvloop

    told.send(uvloop.run(_write(address, keys, plan)))


async def _write(
    address: tuple[str, int], keys: list[str], plan: tuple[float, float, int]
) -> dict[str, Any]:
    rate, seconds, submolts = plan
    loop, dice = asyncio.get_running_loop(), random.Random(11)
    free: asyncio.Queue[tuple[_Writing, str]] = asyncio.Queue()
    for key in keys:
        _, line = await loop.create_connection(_Writing, *address)
        free.put_nowait((line, key))
    statuses: dict[int, int] = {}
    host, late_ms, tasks = "{}:{}".format(*address), 0.0, set()
    sent: list[int] = []
    answered_ms: list[float] = []

    async def one(line: _Writing, key: str, due_ns: int) -> None:
        body = {
            "submolt": SUBMOLTS.format(number=dice.randrange(submolts)),
            "title": f"t{due_ns}-{dice.randrange(10**9)}",
            "content": "A shell was found on the beach, and nobody knows whose it was. " * 3,
        }
        raw = msgspec.json.encode(body)
        head = f"POST /api/v1/posts HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n"
        status = await line.ask(head.encode() + raw)
        answered_ms.append((time.monotonic_ns() - due_ns) / 1e6)
        statuses[status] = statuses.get(status, 0) + 1
        if status == 201:
            sent.append(due_ns)
        free.put_nowait((line, key))

    began_ns = time.monotonic_ns() + 50_000_000
    for number in range(int(rate * seconds)):
        due_ns = began_ns + int(number / rate * 1e9)
        wait_s = (due_ns - time.monotonic_ns()) / 1e9
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        line, key = await free.get()
        late_ms = max(late_ms, (time.monotonic_ns() - due_ns) / 1e6)
        task = asyncio.create_task(one(line, key, due_ns))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    took_s = (time.monotonic_ns() - began_ns) / 1e9
    return {
        "statuses": statuses,
        "late_ms": late_ms,
        "took_s": took_s,
        "sent": sent,
        "answered_ms": percentiles(answered_ms),
    }
