"""For whoever runs the network: is it alive, is it ready, what is it doing.

No metric has a label that names an agent, an owner or a text; their number does not grow with the network.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from eclosion.app.caller import address_of, header, is_within
from eclosion.app.house import House
from eclosion.app.measuring import BOUNDS_S
from eclosion.app.readiness import Readiness, look_around
from eclosion.http.door import Call, NoBody, NoQuery, Reply, Route, Routes
from eclosion.http.door.call import encode
from eclosion.http.errors import PROBLEM
from eclosion.kernel.errors import Forbidden, Unavailable

if TYPE_CHECKING:
    from prometheus_client.core import Metric

_NO_STORE = ((b"cache-control", b"no-store"),)


class HealthReply(Struct, frozen=True):
    """``ok`` if there is an answer at all."""

    status: str


class ReadyReply(Struct, frozen=True):
    """Whether requests should come here, and how far behind each consumer of events is."""

    status: str
    store: str
    lag_ms: dict[str, int]


class MetricsRefused(Forbidden):
    """Metrics are not for you."""

    code = "metrics_refused"


def operation_routes(house: House) -> list[Route]:
    """The three routes."""
    routes = Routes("operation", PROBLEM, prefix="")

    @routes.on("GET", "/healthz", public=True, own_rate=True)
    async def read_health(house: House, call: Call[NoQuery, NoBody]) -> Reply:
        """Whether this process is alive. Asks nothing of the database."""
        return Reply(encode(HealthReply("ok")), headers=_NO_STORE)

    @routes.on("GET", "/readyz", public=True, own_rate=True)
    async def read_readiness(house: House, call: Call[NoQuery, NoBody]) -> Reply:
        """Whether requests should be sent here: the store answers, and consumers of events keep up."""
        try:
            found = await house.store.read(lambda unit: look_around(house, unit))
        except Unavailable as error:
            found = Readiness(store=error.code, lag_ms={})
        ready = found.is_ready(house.settings.server.ready_lag_ms)
        body = ReadyReply("ready" if ready else "not ready", found.store, found.lag_ms)
        return Reply(encode(body), status=200 if ready else 503, headers=_NO_STORE)

    @routes.on("GET", "/metrics", public=True, own_rate=True)
    async def read_metrics(house: House, call: Call[NoQuery, NoBody]) -> Reply:
        """Counts in Prometheus' form, for the networks of ``[server] metrics_from`` only."""
        server = house.settings.server
        if not is_within(address_of(house, call.scope), tuple(server.metrics_from)):
            raise MetricsRefused
        if header(call.scope, b"x-forwarded-for") and not server.trusted_proxies:
            # A proxy that we were not told of: its own address says nothing of who asks.
            raise MetricsRefused(hint="Name the proxy in [server] trusted_proxies.")
        try:
            found = await house.store.read(lambda unit: look_around(house, unit))
        except Unavailable as error:
            found = Readiness(store=error.code, lag_ms={})
        return Reply(*_exposition(house, found), headers=_NO_STORE)

    return routes.found


def _exposition(house: House, found: Readiness) -> tuple[bytes, bytes]:
    from prometheus_client import (
        CollectorRegistry,
        GCCollector,
        PlatformCollector,
        ProcessCollector,
        generate_latest,
    )
    from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

    registry = CollectorRegistry()
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=registry)
    registry.register(_Snapshot(house, found))
    return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4.encode()


class _Snapshot:
    """The house's counts as Prometheus' metrics."""

    def __init__(self, house: House, found: Readiness) -> None:
        self._house = house
        self._found = found

    def describe(self) -> list[Metric]:
        """Nothing in advance: what there is may change."""
        return []

    def collect(self) -> Iterator[Metric]:
        """All of it."""
        from prometheus_client.core import (
            CounterMetricFamily,
            GaugeMetricFamily,
            HistogramMetricFamily,
        )

        replies = CounterMetricFamily(
            "eclosion_replies", "Replies by route and class of status.", labels=_ROUTE_AND_STATUS
        )
        durations = HistogramMetricFamily(
            "eclosion_reply_seconds", "Time from request to reply.", labels=_ROUTE
        )
        for tally in self._house.measures.tallies:
            route = [tally.method, tally.path]
            count = 0
            buckets = []
            for bound, more in zip((*BOUNDS_S, None), tally.durations, strict=True):
                count += more
                buckets.append(("+Inf" if bound is None else str(bound), count))
            if not count:
                continue
            durations.add_metric(route, buckets, sum_value=tally.total_s)
            for digit, found in enumerate(tally.statuses):
                if found:
                    replies.add_metric([*route, f"{digit}xx"], found)
        yield replies
        yield durations
        store = self._house.store
        yield CounterMetricFamily(
            "eclosion_commits", "Batches of writes that were committed.", value=store.commits
        )
        yield CounterMetricFamily("eclosion_writes", "Writes in these batches.", value=store.writes)
        yield from self._streams()
        yield GaugeMetricFamily(
            "eclosion_store_up", "Whether the store answers.", value=int(self._found.store == "ok")
        )
        lag = GaugeMetricFamily(
            "eclosion_outbox_lag_seconds",
            "Age of the oldest event that a consumer has not seen.",
            labels=["consumer"],
        )
        for consumer, lag_ms in self._found.lag_ms.items():
            lag.add_metric([consumer], lag_ms / 1000)
        yield lag

    def _streams(self) -> Iterator[Metric]:
        """Of those who watch."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        streams = self._house.streams
        yield GaugeMetricFamily(
            "eclosion_watchers", "Who watches events now, in this process.", value=streams.watching
        )
        yield CounterMetricFamily(
            "eclosion_events_delivered",
            "Events that were sent to watchers.",
            value=streams.counts.delivered,
        )
        yield CounterMetricFamily(
            "eclosion_watchers_dropped",
            "Watchers that were ended because they read too slowly.",
            value=streams.counts.dropped,
        )


_ROUTE = ["method", "route"]
_ROUTE_AND_STATUS = [*_ROUTE, "status"]
