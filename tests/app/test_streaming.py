"""The hub: nothing is missed, nothing comes twice, filters choose, and nobody slow holds up anybody."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from eclosion.app.house import House
from eclosion.app.settings import Settings, Streams
from eclosion.app.streaming import (
    Hub,
    HubClosed,
    Notice,
    PositionInvalid,
    Ready,
    TooManyWatchers,
    Watcher,
    WatchersFull,
)
from eclosion.app.streaming import hub as hub_module
from eclosion.app.telling import Filter, tell
from eclosion.store import Unit, emit
from eclosion.store.outbox import (
    START,
    end_position,
    is_later,
    positions,
    read_events,
    set_position,
    trim,
)
from tests.feeds import found, publish
from tests.house import join

EVER = "999999999999999999.9223372036854775807"


class Lines:
    """A form that is easy to read back: a line of JSON for each event and notice."""

    def event(self, ready: Ready) -> bytes:
        return ready.raw + b"\n"

    def notice(self, notice: Notice) -> bytes:
        shown = {"type": notice.type, "id": notice.id, "reason": notice.reason}
        return json.dumps(shown).encode() + b"\n"

    def frame(self, body: bytes) -> bytes:
        return body

    def end(self, reason: str) -> bytes:
        return b""


LINES = Lines()


class Wire:
    """A line to somebody who takes everything, or, when ``stuck``, nothing."""

    def __init__(self) -> None:
        self.taken = b""
        self.waiting = 0
        self.stuck = False
        self.closed = self.aborted = False

    def write(self, data: bytes) -> None:
        assert not self.closed
        self.taken += data
        if self.stuck:
            self.waiting += len(data)

    def get_write_buffer_size(self) -> int:
        return self.waiting

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = self.aborted = True

    @property
    def said(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.taken.splitlines()]

    def numbers(self) -> list[int]:
        """The titles of the posts that were told of, which are numbers."""
        return [
            int(one["untrusted"]["title"]) for one in self.said if one["type"] == "post.created"
        ]

    def notices(self) -> list[str]:
        return [one["type"] for one in self.said if one["type"].startswith("stream.")]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    limits = Streams(watchers=4, watchers_per_network=3, queue_bytes=20_000, heartbeat_ms=60_000)
    return replace(settings, streams=limits)


@pytest.fixture(autouse=True)
def author(house: House) -> None:
    join(house.store, house.network, "ada")
    found(house, "reefs")


def write(house: House, *numbers: int, submolt: str = "general") -> None:
    for number in numbers:
        publish(house, "ada", submolt, str(number), "Some words. " * 5)


def watch(
    house: House, work: Callable[[Hub, Callable[..., Awaitable[Wire]]], Awaitable[None]]
) -> None:
    """Run ``work`` with the house's hub and a way to begin to watch."""

    async def run() -> None:
        house.streams.start()
        seats = []

        async def begin(
            wanted: Filter | None = None,
            after: str = "",
            network: str = "a",
            wire: Wire | None = None,
        ) -> Wire:
            wire = wire or Wire()
            house.streams.check_room(network)
            watcher = Watcher(wire, LINES, wanted or Filter(), network)
            seat = house.streams.seated(watcher)
            seat.__enter__()
            seats.append(seat)
            await house.streams.follow(watcher, after)
            return wire

        try:
            await work(house.streams, begin)
        finally:
            for seat in seats:
                seat.__exit__(None, None, None)
            await house.streams.stop()

    asyncio.run(run())


async def until(check: Callable[[], bool]) -> None:
    for _ in range(3_000):
        if check():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not happen")


def has(wire: Wire, number: int) -> bool:
    return number in wire.numbers()


def here(house: House) -> str:
    return house.store.read_now(end_position)


def test_watching_begins_now(house: House) -> None:
    write(house, 1)

    async def work(hub: Hub, begin: Any) -> None:
        wire = await begin()
        write(house, 2, 3)
        await until(lambda: wire.numbers() == [2, 3])
        assert wire.said[0]["type"] == "stream.opened"
        assert hub.watching == 1
        assert hub.counts.delivered == 2

    watch(house, work)
    assert house.streams.watching == 0


def test_after_a_cut_nothing_is_missed_and_nothing_comes_twice(house: House) -> None:
    at = here(house)
    write(house, *range(450))

    async def work(hub: Hub, begin: Any) -> None:
        wire = await begin(after=at)
        write(house, 450, 451)
        await until(lambda: 451 in wire.numbers())
        assert wire.numbers() == list(range(452))
        seen = [one["id"] for one in wire.said if one["type"] == "post.created"]
        again = await begin(after=seen[-3])
        write(house, 452)
        await until(lambda: 452 in again.numbers())
        assert again.numbers() == [450, 451, 452]

    watch(house, work)


def test_who_comes_back_while_others_write_misses_nothing(house: House) -> None:
    """Reading on and joining the flow overlap at every possible moment."""
    at = here(house)
    total = 600

    async def work(hub: Hub, begin: Any) -> None:
        first = await begin(after=at)
        done = False

        async def writing() -> None:
            nonlocal done
            for number in range(total):
                await asyncio.to_thread(write, house, number)
            done = True

        task = asyncio.create_task(writing())
        wires: list[Wire] = []
        while not done and len(wires) < 2:
            await asyncio.sleep(0.15)
            wires.append(await begin(after=at))
        await task
        for wire in (first, *wires):
            await until(partial(has, wire, total - 1))
            assert wire.numbers() == list(range(total))

    watch(house, work)


def test_the_ring_may_be_shorter_than_a_cut(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "RING", 3)
    at = here(house)

    async def work(hub: Hub, begin: Any) -> None:
        first = await begin()
        write(house, *range(40))
        await until(lambda: 39 in first.numbers())
        late = await begin(after=at)
        write(house, 40)
        await until(lambda: 40 in late.numbers())
        assert late.numbers() == list(range(41))

    watch(house, work)


class Sipping(Wire):
    """A line that takes a little between two looks at it."""

    def __init__(self) -> None:
        super().__init__()
        self.stuck = True

    def get_write_buffer_size(self) -> int:
        self.waiting = max(0, self.waiting - 2_000)
        return self.waiting


def test_whoever_comes_back_far_behind_is_not_too_slow(house: House) -> None:
    """What was missed comes in batches as it is taken, also where the ring has all of it at once."""
    at = here(house)

    async def work(hub: Hub, begin: Any) -> None:
        first = await begin()
        write(house, *range(150))
        await until(lambda: 149 in first.numbers())
        late = await begin(after=at, wire=Sipping())
        write(house, 150)
        await until(lambda: 150 in late.numbers())
        assert late.numbers() == list(range(151))
        assert not late.closed

    watch(house, work)


def test_filters_choose(house: House) -> None:
    async def work(hub: Hub, begin: Any) -> None:
        reefs = await begin(Filter.parse("post.*", "reefs"))
        both = await begin(Filter.parse(agents="ada,bob"), network="b")
        nobody = await begin(Filter.parse(agents="bob"), network="c")
        write(house, 1)
        write(house, 2, submolt="reefs")
        await until(lambda: both.numbers() == [1, 2])
        await until(lambda: reefs.numbers() == [2])
        assert nobody.numbers() == []

    watch(house, work)


def test_filters_choose_from_history_too(house: House) -> None:
    at = here(house)
    write(house, 1)
    write(house, 2, submolt="reefs")

    async def work(hub: Hub, begin: Any) -> None:
        reefs = await begin(Filter.parse("post.*", "reefs"), at)
        comments = await begin(Filter.parse("comment.*"), at, "b")
        await until(lambda: reefs.numbers() == [2])
        assert comments.numbers() == []

    watch(house, work)


def test_a_slow_watcher_is_dropped_and_hurts_nobody(house: House) -> None:
    async def work(hub: Hub, begin: Any) -> None:
        slow, quick = Wire(), Wire()
        slow.stuck = True
        await begin(wire=slow)
        await begin(wire=quick)
        for number in range(200):
            write(house, number)
            if number % 50 == 0:
                await asyncio.sleep(0.1)
        await until(lambda: 199 in quick.numbers())
        assert quick.numbers() == list(range(200))
        assert slow.closed
        assert slow.said[-1] == {"type": "stream.ended", "id": "", "reason": "too_slow"}
        assert hub.counts.dropped == 1
        await until(lambda: slow.aborted)
        seen = [one for one in slow.said if one["type"] == "post.created"]
        back = await begin(after=seen[-1]["id"])
        await until(lambda: 199 in back.numbers())
        assert slow.numbers() + back.numbers() == list(range(200))

    watch(house, work)


def test_one_who_is_slow_in_catching_up_is_dropped(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "SLOW_S", 0.2)
    at = here(house)
    write(house, *range(100))

    async def work(hub: Hub, begin: Any) -> None:
        slow = Wire()
        slow.stuck = True
        await begin(after=at, wire=slow)
        assert slow.said[-1]["reason"] == "too_slow"
        assert hub.counts.dropped == 1

    watch(house, work)


def test_so_many_may_watch(house: House) -> None:
    async def work(hub: Hub, begin: Any) -> None:
        for _ in range(3):
            await begin()
        with pytest.raises(TooManyWatchers):
            await begin()
        await begin(network="b")
        with pytest.raises(WatchersFull):
            await begin(network="c")

    watch(house, work)


def test_heartbeats_tell_how_far_it_is(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "SLOTS", 1)
    object.__setattr__(house.settings.streams, "heartbeat_ms", 1)

    async def work(hub: Hub, begin: Any) -> None:
        wire = await begin(Filter.parse("comment.*"))
        write(house, 1)
        end = here(house)
        await until(lambda: any(not is_later(end, one["id"]) for one in wire.said))
        assert wire.said[-1]["type"] == "stream.position"
        assert wire.numbers() == []

    watch(house, work)


def test_the_end_is_said(house: House) -> None:
    async def work(hub: Hub, begin: Any) -> None:
        wire = await begin()
        hub.close()
        assert wire.closed
        assert wire.said[-1]["reason"] == "server_stopping"
        with pytest.raises(HubClosed):
            await begin()

    watch(house, work)


def test_what_is_kept_no_more_is_said(house: House) -> None:
    at = here(house)
    write(house, 1, 2, 3)
    events = house.store.read_now(lambda unit: read_events(unit, at, 10))
    assert house.store.write_now(lambda unit: trim(unit, events[1].position)) >= 2

    async def work(hub: Hub, begin: Any) -> None:
        wire = await begin(after=at)
        await until(lambda: wire.numbers() == [3])
        assert "stream.missed" in wire.notices()
        whole = await begin(after=events[1].position)
        await until(lambda: whole.numbers() == [3])
        assert "stream.missed" not in whole.notices()
        page = await hub.read_page(Filter(), at, 10)
        assert page.missed

    watch(house, work)


def test_a_position_of_another_life_is_said_and_goes_on_from_now(house: House) -> None:
    async def work(hub: Hub, begin: Any) -> None:
        wire = await begin(after=EVER)
        assert "stream.missed" in wire.notices()
        write(house, 1)
        await until(lambda: wire.numbers() == [1])

    watch(house, work)


@pytest.mark.parametrize("after", ["x", "1", "-1.0", "0.0\x00", "9" * 60 + ".1"])
def test_other_texts_are_no_positions(house: House, after: str) -> None:
    with pytest.raises(PositionInvalid):
        asyncio.run(house.streams.check_position(after))


def test_pages_hold_so_much_and_say_where_to_go_on(house: House) -> None:
    at = here(house)
    write(house, *range(7))

    async def work(hub: Hub, begin: Any) -> None:
        now = await hub.read_page(Filter(), "", 3)
        assert (now.events, now.more) == ([], False)
        got, after, more = [], at, True
        while more:
            page = await hub.read_page(Filter.parse("post.*"), after, 3)
            got += [int(one.told.untrusted["title"]) for one in page.events]
            after, more = page.position, page.more
        assert got == list(range(7))
        assert (await hub.read_page(Filter(), after, 3)).events == []

    watch(house, work)


def test_who_wakes_the_hub_again_hears_all_from_then_on(house: House) -> None:
    async def work(hub: Hub, begin: Any) -> None:
        first = Wire()
        with hub.seated(Watcher(first, LINES, Filter(), "a")):
            await hub.follow(next(iter(hub._seated)))
        await asyncio.sleep(0.2)
        write(house, 1, 2)
        second = await begin()
        write(house, 3)
        await until(lambda: 3 in second.numbers())
        assert second.numbers() == [3]

    watch(house, work)


def test_bad_moments_of_the_store_pass(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "AFTER_ERROR_S", 0.01)
    told = tell
    failures: Iterator[bool] = iter([True, True])

    def failing(*given: Any) -> Any:
        if next(failures, False):
            raise RuntimeError("on purpose")
        return told(*given)

    async def work(hub: Hub, begin: Any) -> None:
        wire = await begin()
        monkeypatch.setattr(hub_module, "tell", failing)
        write(house, 1)
        await until(lambda: wire.numbers() == [1])

    watch(house, work)


def test_trimming_is_no_reader(house: House) -> None:
    """Where events were trimmed is noted, and holds up nobody who waits for readers."""

    def work(unit: Unit) -> None:
        emit(unit, 1, "post.created", 5)
        set_position(unit, "somebody", START)

    house.store.write_now(work)
    house.store.write_now(lambda unit: trim(unit, end_position(unit)))
    kept = house.store.read_now(positions)
    assert kept["somebody"] == START
    assert not any("trim" in name for name in kept)
