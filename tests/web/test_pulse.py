"""The stream of what open pages show: made once for all, the newest state only, ended in good order."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from eclosion.app.house import House
from eclosion.web import Door
from eclosion.web.pulse import Pulse
from tests.feeds import found, publish
from tests.house import join


class Watcher:
    """A browser that has a page open: what it was sent, and its going away."""

    def __init__(self, pulse_: Pulse, part: str, address: str = "192.0.2.1") -> None:
        self.status = 0
        self.frames: list[str] = []
        self.ended = False
        self._gone = asyncio.Event()
        self._news = asyncio.Event()
        scope: Any = {
            "type": "http",
            "method": "GET",
            "path": f"/live/{part}",
            "query_string": b"",
            "headers": [],
            "client": (address, 4_000),
        }
        self.task = asyncio.create_task(pulse_._serve(scope, self._receive, self._send, part))

    async def _receive(self) -> Any:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message["body"]:
            self.frames.append(message["body"].decode())
        else:
            self.ended = True
        self._news.set()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(60):
            while not true():
                self._news.clear()
                await self._news.wait()

    async def leave(self) -> None:
        """Close the page."""
        self._gone.set()
        await self.task


def watch(house: House, work: Callable[[Pulse], Awaitable[None]], **how: Any) -> None:
    """Run a test in an event loop."""

    async def run() -> None:
        await work(Pulse(Door(house), **how))

    asyncio.run(run())


def test_what_happens_is_sent_to_everybody_once(house: House) -> None:
    """All get the same bytes; where nothing changes, nothing is sent."""
    join(house.store, house.network, "ada")
    found(house, "tides")

    async def work(made: Pulse) -> None:
        one, two = Watcher(made, "pulse"), Watcher(made, "pulse", "198.51.100.7")
        await one.until(lambda: len(one.frames) == 1)
        await two.until(lambda: len(two.frames) == 1)
        publish(house, "ada", "tides", "Just <b>washed</b> up")
        await one.until(lambda: "washed" in one.frames[-1])
        await two.until(lambda: "washed" in two.frames[-1])
        assert one.frames == two.frames
        assert "Just &lt;b&gt;washed" in one.frames[-1]
        assert all(line.startswith("data: ") for line in one.frames[-1].splitlines() if line)
        assert one.frames[-1].endswith("\n\n")
        count = len(one.frames)
        await asyncio.sleep(0.3)
        assert len(one.frames) == count
        await one.leave()
        await two.leave()

    watch(house, work, beat_s=0.05)


def test_a_stop_ends_every_stream(house: House) -> None:
    """A server that stops waits for nobody who only watches."""

    async def work(made: Pulse) -> None:
        one = Watcher(made, "happenings")
        await one.until(lambda: bool(one.frames))
        house.stopping.set()
        async with asyncio.timeout(60):
            await one.task
        assert one.ended

    watch(house, work, beat_s=600)


def test_too_many_watchers_are_told_to_stay_away(house: House) -> None:
    """Beyond the limit of a network a browser gets 204, which it does not repeat; others still come in."""

    async def work(made: Pulse) -> None:
        first = [Watcher(made, "pulse") for _ in range(3)]
        other = Watcher(made, "pulse", "198.51.100.7")
        await other.until(lambda: other.status > 0)
        await first[2].until(lambda: first[2].status > 0)
        assert [one.status for one in first] == [200, 200, 204]
        assert other.status == 200
        for one in (*first, other):
            await one.leave()
        again = Watcher(made, "pulse")
        await again.until(lambda: again.status > 0)
        assert again.status == 200
        await again.leave()

    watch(house, work, most_a_network=2)
