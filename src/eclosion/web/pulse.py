"""What open pages are sent by themselves: the counters and the ticker, the list of what happens.

Each part is rendered once a beat for all who watch, and only while somebody does. A watcher gets the newest state and
never a backlog, so a slow one costs nothing and misses nothing that it would still see. Whoever needs every event
takes ``/api/v1/events``; this stream knows no ids and tells no history.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter

from litestar import asgi
from litestar.enums import ScopeType
from litestar.handlers import ASGIRouteHandler
from litestar.types import HTTPScope, Receive, Scope, Send

from eclosion.app.caller import caller_of
from eclosion.app.house import House
from eclosion.kernel.errors import EclosionError
from eclosion.network.service import watching
from eclosion.network.service.watching import Happening
from eclosion.network.store import agents
from eclosion.store import Unit
from eclosion.web.door import Door
from eclosion.web.network.lists import LIVE, TICKER
from eclosion.web.rendering import PRIVATE, SECURITY

PARTS = {"pulse": "beat.html", "happenings": "happenings.html"}
BEAT_S = 1.0
QUIET_BEATS = 10  # after so many beats without news the parts are made anew, for the ages in them
WATCHERS_MAX = 2_000
WATCHERS_MAX_A_NETWORK = 100

_log = logging.getLogger(__name__)


class Pulse:
    """The parts of one house's pages that follow by themselves.

    Args:
        beat_s: how often they are looked at.
        most, most_a_network: how many may watch, in all and from one network.
    """

    def __init__(
        self,
        door: Door,
        beat_s: float = BEAT_S,
        most: int = WATCHERS_MAX,
        most_a_network: int = WATCHERS_MAX_A_NETWORK,
    ) -> None:
        self._beat_s = beat_s
        self._most = most
        self._most_a_network = most_a_network
        self._door = door
        self._house: House = door.house
        self._frames: dict[str, bytes] = {}
        self._beat = asyncio.Event()
        self._watchers: Counter[str] = Counter()
        self._task: asyncio.Task[None] | None = None

    def handlers(self) -> list[ASGIRouteHandler]:
        """A stream for each part."""
        return [self._handler(part) for part in PARTS]

    def _handler(self, part: str) -> ASGIRouteHandler:
        async def stream(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == ScopeType.HTTP:
                await self._serve(scope, receive, send, part)
            else:
                await send({"type": "websocket.close", "code": 1008, "reason": "no stream here"})

        return asgi(f"/live/{part}", name=f"stream_{part}", copy_scope=True)(stream)

    async def _serve(self, scope: HTTPScope, receive: Receive, send: Send, part: str) -> None:
        network = caller_of(self._house, scope).network
        if scope["method"] != "GET" or self._refused(scope, network):
            # 204 tells browsers that there is nothing to show and nothing to come back for.
            await send({"type": "http.response.start", "status": 204, "headers": [*PRIVATE]})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        headers = [
            (b"content-type", b"text/event-stream"),
            (b"x-accel-buffering", b"no"),
            *SECURITY,
            *PRIVATE,
        ]
        self._watchers[network] += 1
        gone = asyncio.create_task(_until_gone(receive))
        self._start()
        try:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await self._follow(send, part, gone)
        finally:
            gone.cancel()
            self._watchers[network] -= 1
            if not self._watchers[network]:
                del self._watchers[network]

    async def _follow(self, send: Send, part: str, gone: asyncio.Task[None]) -> None:
        sent = b""
        while not gone.done() and not self._house.stopping.is_set():
            frame = self._frames.get(part, b"")
            if frame != sent:
                await send({"type": "http.response.body", "body": frame, "more_body": True})
                sent = frame
            beat = asyncio.ensure_future(self._beat.wait())
            await asyncio.wait({beat, gone}, return_when=asyncio.FIRST_COMPLETED)
            beat.cancel()
        if not gone.done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _refused(self, scope: HTTPScope, network: str) -> bool:
        return (
            self._watchers.total() >= self._most
            or self._watchers[network] >= self._most_a_network
            or self._door.spend(scope) > 0
        )

    def _start(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="pulse")

    async def _run(self) -> None:
        """Beat for as long as somebody watches."""
        seen: int | None = None
        quiet = QUIET_BEATS
        while self._watchers and not self._house.stopping.is_set():
            version = self._house.store.version
            quiet += 1
            if version is None or version != seen or quiet >= QUIET_BEATS:
                seen, quiet = version, 0
                await self._make()
            self._beat.set()
            self._beat = asyncio.Event()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._beat_s):
                    await self._house.stopping.wait()
        self._frames.clear()  # who comes next gets the state of then
        self._beat.set()

    async def _make(self) -> None:
        try:
            totals, happenings = await self._house.store.read(_look)
            values = {"totals": totals, "happenings": happenings, "ticker": happenings[:TICKER]}
            for part, template in PARTS.items():
                self._frames[part] = _frame(self._door.renderer.html(template, **values))
        except EclosionError as error:
            _log.warning("the pulse misses a beat: %s", error)


def _look(unit: Unit) -> tuple[dict[str, int], list[Happening]]:
    return agents.totals(unit), watching.latest(unit, LIVE)


def _frame(html: str) -> bytes:
    """A message of server-sent events (WHATWG HTML, 9.2) that a browser swaps in."""
    lines = "".join(f"data: {line}\n" for line in html.splitlines() if line)
    return f"{lines}\n".encode("utf-8", "replace")


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
