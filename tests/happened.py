"""All that has happened in a house, for certain: a reader on PostgreSQL stops before whoever is writing just now."""

from eclosion.app.house import House
from eclosion.store import Event, Store, emit
from eclosion.store.outbox import START, read_events
from tests.soon import soon

_MARKER = "test.marker"
_MANY = 1_000


def happened(house: House) -> list[Event]:
    """The events up to now, read once a marker that is written behind them can be read."""
    return [event for event in settle(house.store) if event.kind != _MARKER]


def settle(store: Store) -> list[Event]:
    """Wait until all readers can see what was written up to now; every event, with a marker at the end."""
    store.write_now(lambda unit: emit(unit, 0, _MARKER, 0))

    def look() -> list[Event]:
        events = store.read_now(lambda unit: read_events(unit, START, _MANY))
        return events if events and events[-1].kind == _MARKER else []

    events = soon(look)
    assert events, "the marker was never seen: somebody holds a transaction open"
    return events
