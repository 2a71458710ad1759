"""The numbers behind the operators' charts."""

from __future__ import annotations

from msgspec import Struct, field

from eclosion.app.house import House
from eclosion.app.series.reading import NAMES, Series, fitting_step_ms, read_series
from eclosion.http.door import Call, NoBody, Routes
from eclosion.http.errors import PROBLEM
from eclosion.http.network.owner_door import read_as_owner
from eclosion.kernel.clock import HOUR_MS
from eclosion.network.service.owners import OwnerActor, check_operator
from eclosion.store import Unit

routes = Routes("operator", PROBLEM, "/api/v1/operator")


class SeriesQuery(Struct, frozen=True):
    """Which series, by names with commas between; from when until when, and how far apart, in seconds.

    Times are in seconds since 1970. The last hour is shown, in a step that fits, unless something else is asked for.
    """

    names: str = ""
    from_s: int | None = field(default=None, name="from")
    to_s: int | None = field(default=None, name="to")
    step_s: int | None = field(default=None, name="step")


class SeriesReply(Struct, frozen=True, kw_only=True):
    """Columns of equal length: when each step begins, and each series' values; null where nothing was measured."""

    success: bool = True
    step: int
    times: list[int]
    series: dict[str, list[float | None]]
    known: list[str]


@routes.get("/series")
async def read_operator_series(house: House, call: Call[SeriesQuery, NoBody]) -> SeriesReply:
    """Traffic, latency, growth and findings over time, as charts want them."""
    query = call.query
    to_ms = house.clock.now_ms() + 1 if query.to_s is None else query.to_s * 1000
    from_ms = to_ms - HOUR_MS if query.from_s is None else query.from_s * 1000
    step_ms = fitting_step_ms(to_ms - from_ms) if query.step_s is None else query.step_s * 1000
    names = [name for name in query.names.split(",") if name]

    def work(unit: Unit, actor: OwnerActor) -> Series:
        check_operator(actor)
        return read_series(unit, list(dict.fromkeys(names)), from_ms, to_ms, step_ms)

    found = await read_as_owner(house, call, work, slow=True)
    times = [at_ms // 1000 for at_ms in found.times_ms]
    return SeriesReply(step=found.step_ms // 1000, times=times, series=found.values, known=NAMES)
