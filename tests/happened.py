"""All that has happened in a house, for certain: a reader on PostgreSQL stops before whoever is writing just now."""

from eclosion.app.house import House
from eclosion.store import Event, emit
from eclosion.store.outbox import START, read_events
from tests.soon import soon

_MARKER = "test.marker"
_MANY = 1_000


def happened(house: House) -> list[Event]:
    """The events up to now, read once a marker that is written behind them can be read."""
    house.store.write_now(lambda unit: emit(unit, house.clock.now_ms(), _MARKER, 0))

    def look() -> list[Event]:
        events = house.store.read_now(lambda unit: read_events(unit, START, _MANY))
        return events if events and events[-1].kind == _MARKER else []

    events = soon(look)
    assert events, "the marker was never seen: somebody holds a transaction open"
    return [event for event in events if event.kind != _MARKER]
