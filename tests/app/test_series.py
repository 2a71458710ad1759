"""Counts over time: exact for what happened, added once a minute for what was asked, forgotten in the end."""

import asyncio

import pytest

from eclosion.app import charts, series
from eclosion.app.consumers import consumers_of
from eclosion.app.dispatch import InDatabase
from eclosion.app.house import House
from eclosion.app.measuring import BOUNDS_S, quantile_ms
from eclosion.app.traffic import TrafficFeeder
from eclosion.kernel.clock import DAY_MS, HOUR_MS, MINUTE_MS, ManualClock
from eclosion.kernel.errors import Invalid
from eclosion.kernel.finding import Severity
from eclosion.store import Event, Unit
from tests.feeds import found, publish
from tests.house import join


def counter(house: House) -> InDatabase:
    """The consumer that counts."""
    (one,) = [one for one in consumers_of(house) if one.name == "series"]
    assert isinstance(one, InDatabase)
    return one


def hour(house: House, *names: str) -> dict[str, list[int]]:
    """The last hour by minutes."""
    span = series.span_until(house.clock.now_ms(), HOUR_MS, MINUTE_MS)
    return house.store.read_now(lambda unit: series.read(unit, names, span))


def test_what_happens_is_counted_once_in_its_minute(house: House, clock: ManualClock) -> None:
    """Also where the step that counts is begun again after it failed at the very end."""
    join(house.store, house.network, "ada")
    found(house, "tides")
    publish(house, "ada", "tides", "One")
    clock.advance(5 * MINUTE_MS)
    publish(house, "ada", "tides", "Two")
    publish(house, "ada", "tides", "Three")
    one = counter(house)

    def killed(unit: Unit) -> None:
        one.work(unit)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        house.store.write_now(killed)
    while house.store.write_now(one.work):
        pass
    assert house.store.write_now(one.work) == 0
    posts = hour(house, "posts")["posts"]
    assert (posts[-1], posts[-6], sum(posts)) == (2, 1, 3)
    day = series.span_until(clock.now_ms(), DAY_MS, HOUR_MS)
    by_hour = house.store.read_now(lambda unit: series.read(unit, ["posts"], day))["posts"]
    assert sum(by_hour) == 3


def test_traffic_is_added_and_never_twice(house: House) -> None:
    """What the doors count goes in as the difference to the last time."""
    page = house.measures.tally("GET", "/", is_page=True)
    write = house.measures.tally("POST", "/api/v1/posts")
    feeder = TrafficFeeder(house)
    page.note(200, 0.0004)
    page.note(404, 0.0004)
    asyncio.run(feeder.flush())
    write.note(500, 0.3)
    asyncio.run(feeder.flush())
    asyncio.run(feeder.flush())
    sums = {name: sum(values) for name, values in hour(house, *series.ASKED).items()}
    assert sums == {"pages": 2, "reads": 0, "writes": 1, "refused": 1, "broken": 1}
    found = house.store.read_now(lambda unit: charts.charts(unit, house.clock.now_ms(), "1h"))
    p50, p99 = found[1].lines
    assert p50.values[-1] is not None
    assert p99.values[-1] is not None
    assert 0 < p50.values[-1] <= 1
    assert 250 < p99.values[-1] <= 500
    assert p50.values[0] is None


def test_minutes_are_forgotten_before_hours(house: House, clock: ManualClock) -> None:
    """A batch at a time, the oldest first."""
    counts = {("posts", clock.now_ms() + number * MINUTE_MS): 1 for number in range(700)}
    house.store.write_now(lambda unit: series.add(unit, counts))
    later_ms = clock.now_ms() + 4 * DAY_MS
    assert house.store.write_now(lambda unit: series.forget(unit, later_ms))
    assert not house.store.write_now(lambda unit: series.forget(unit, later_ms))
    assert sum(hour(house, "posts")["posts"]) == 0
    clock.advance(DAY_MS)
    week = series.span_until(clock.now_ms(), 2 * DAY_MS, HOUR_MS)
    by_hour = house.store.read_now(lambda unit: series.read(unit, ["posts"], week))["posts"]
    assert sum(by_hour) == 700


def test_what_cannot_be_read_is_told(house: House) -> None:
    """Unknown series and ranges, steps that do not fit, and too many points."""
    span = series.span_until(house.clock.now_ms(), HOUR_MS, MINUTE_MS)
    with pytest.raises(Invalid, match="no series 'x'"):
        house.store.read_now(lambda unit: series.read(unit, ["x"], span))
    with pytest.raises(Invalid, match="no range"):
        house.store.read_now(lambda unit: charts.charts(unit, 0, "9y"))
    for length_ms, step_ms in ((HOUR_MS, 1_000), (HOUR_MS, 90_000), (MINUTE_MS, HOUR_MS)):
        with pytest.raises(Invalid, match="whole minutes"):
            series.span_until(0, length_ms, step_ms)
    with pytest.raises(Invalid, match="points"):
        series.span_until(0, 30 * DAY_MS, MINUTE_MS)


def test_quantiles_come_from_classes() -> None:
    """Spread evenly within a class; beyond the last bound, as that bound; of nothing, nothing."""
    empty = [0] * (len(BOUNDS_S) + 1)
    assert quantile_ms(empty, 0.5) is None
    assert quantile_ms([*[10], *empty[1:]], 0.5) == pytest.approx(0.5)
    assert quantile_ms([*empty[:-1], 4], 0.99) == 10_000
    assert quantile_ms([50, 0, 50, *empty[3:]], 0.75) == pytest.approx(3.75)


def test_grave_findings_count_twice(house: House) -> None:
    """Among all findings, and among those that are high or critical."""

    def event(number: int, severity: int) -> Event:
        facts = f'{{"severity":{severity}}}'
        return Event(f"0.{number}", house.clock.now_ms(), "finding.raised", 0, 1, 0, facts)

    events = [event(1, Severity.LOW), event(2, Severity.HIGH), event(3, Severity.CRITICAL)]
    house.store.write_now(lambda unit: series.count_events(unit, events))
    found = hour(house, "findings", series.SEVERE)
    assert {name: sum(values) for name, values in found.items()} == {"findings": 3, "severe": 2}
