"""Series: each event counted once whatever is killed, minutes become hours without loss, old hours go."""

import asyncio

import pytest

from eclosion.app.dispatch import InDatabase
from eclosion.app.house import House
from eclosion.app.series import Slot, add, count_events, forget_hours, roll_up
from eclosion.app.series.reading import fitting_step_ms, quantile_ms, read_series
from eclosion.app.series.traffic import Recorder
from eclosion.kernel.clock import DAY_MS, HOUR_MS, ManualClock
from eclosion.kernel.errors import Invalid
from eclosion.store import Event, Unit, emit
from tests.house import Client

MINUTE_MS = 60_000


def total(house: House, name: str, back_ms: int = 2 * HOUR_MS) -> float:
    now_ms = house.clock.now_ms()
    step_ms = fitting_step_ms(back_ms)
    found = house.store.read_now(
        lambda unit: read_series(unit, [name], now_ms - back_ms, now_ms + 1, step_ms)
    )
    return sum(value or 0 for value in found.values[name])


def happen(house: House, kind: str, times: int, **facts: int) -> None:
    def work(unit: Unit) -> None:
        for subject in range(1, times + 1):
            emit(unit, house.clock.now_ms(), kind, subject, **facts)

    house.store.write_now(work)


def test_an_event_is_counted_once_though_the_counting_is_killed(house: House) -> None:
    """What dies after counting and before the end of its transaction leaves nothing; the next start counts it."""
    happen(house, "post.created", 5)
    happen(house, "finding.raised", 2, severity=4)

    def die(unit: Unit, events: list[Event]) -> None:
        count_events(unit, events)
        raise KeyboardInterrupt

    before = InDatabase(house.store, "series", die)
    with pytest.raises(KeyboardInterrupt):
        house.store.write_now(before.work)
    assert total(house, "posts") == 0
    for _ in range(3):  # a start each
        after = InDatabase(house.store, "series", count_events)
        house.store.write_now(after.work)
    assert total(house, "posts") == 5
    assert total(house, "findings.high") == 2
    assert total(house, "findings.low") == 0


def test_minutes_become_hours_and_hours_are_forgotten(house: House, clock: ManualClock) -> None:
    """Nothing is lost or doubled on the way, also what is written late; in the end nothing is left."""
    start_ms = clock.now_ms() // HOUR_MS * HOUR_MS

    def fill(unit: Unit) -> None:
        add(unit, {Slot("votes", start_ms + at * MINUTE_MS): 1 for at in range(700)})

    house.store.write_now(fill)
    clock.advance(5 * DAY_MS)
    store = house.store
    assert store.write_now(lambda unit: roll_up(unit, clock.now_ms()))
    assert total(house, "votes", 6 * DAY_MS) == 700
    assert not store.write_now(lambda unit: roll_up(unit, clock.now_ms()))
    assert total(house, "votes", 6 * DAY_MS) == 700
    store.write_now(lambda unit: add(unit, {Slot("votes", start_ms): 1}))
    store.write_now(lambda unit: roll_up(unit, clock.now_ms()))
    assert total(house, "votes", 6 * DAY_MS) == 701
    clock.advance(401 * DAY_MS)
    store.write_now(lambda unit: forget_hours(unit, clock.now_ms()))
    assert total(house, "votes", 410 * DAY_MS) == 0


def test_traffic_is_written_as_what_is_new(client: Client, house: House) -> None:
    """Two processes add up, and what was written is not written again."""
    recorder = Recorder(house)
    for _ in range(3):
        assert client.get("//about").status == 200
    client.get("/nobody")
    asyncio.run(recorder.record())
    asyncio.run(recorder.record())
    assert total(house, "requests.pages") == 3
    client.get("//about")
    asyncio.run(recorder.record())
    assert total(house, "requests.pages") == 4


def test_what_cannot_be_read_is_said(house: House) -> None:
    def read(name: str, to_ms: int, step_ms: int) -> None:
        house.store.read_now(lambda unit: read_series(unit, [name], 0, to_ms, step_ms))

    with pytest.raises(Invalid, match="no series 'nonsense'"):
        read("nonsense", HOUR_MS, MINUTE_MS)
    with pytest.raises(Invalid, match="more than 1500 points"):
        read("posts", 30 * DAY_MS, MINUTE_MS)
    with pytest.raises(Invalid, match="whole number of minutes"):
        read("posts", HOUR_MS, 1)
    with pytest.raises(Invalid, match="before it begins"):
        read("posts", 0, MINUTE_MS)


def test_a_quantile_lies_in_its_class() -> None:
    counts = [0] * 13
    assert quantile_ms(counts, 0.5) is None
    counts[2], counts[7] = 99, 1  # 2.5 to 5 ms, and one of 100 to 250 ms
    assert 2.5 <= (quantile_ms(counts, 0.5) or 0) <= 5
    assert 100 <= (quantile_ms(counts, 0.995) or 0) <= 250
