"""Is the house ready for requests: does the store answer, do the consumers of events keep up?"""

from __future__ import annotations

from typing import NamedTuple

from eclosion.app.house import House
from eclosion.store import Unit
from eclosion.store.outbox import positions, read_events


class Readiness(NamedTuple):
    """What was found.

    ``store`` is ``ok`` or an error's code; ``lag_ms`` says by consumer how old the oldest event is that it
    has not seen, 0 if it has seen all.
    """

    store: str
    lag_ms: dict[str, int]

    def is_ready(self, lag_max_ms: int) -> bool:
        """Whether all is well enough."""
        return self.store == "ok" and all(lag <= lag_max_ms for lag in self.lag_ms.values())


def look_around(house: House, unit: Unit) -> Readiness:
    """Ask the store; whoever calls it tells from an error that it does not answer."""
    now_ms, index = house.clock.now_ms(), house.index
    elsewhere = {} if index is house.store else index.read_now(positions)
    lag_ms = {}
    for reader, position in {**positions(unit), **elsewhere}.items():
        waiting = read_events(unit, position, 1)
        lag_ms[reader] = max(0, now_ms - waiting[0].at_ms) if waiting else 0
    return Readiness("ok", lag_ms)
