"""Who acts on events: the list of consumers of a house."""

from __future__ import annotations

from eclosion.app import series
from eclosion.app.delivering.queueing import WebhookQueue
from eclosion.app.dispatch import Consumer, Dispatcher, InDatabase
from eclosion.app.house import House
from eclosion.app.monitoring import NetworkMonitor
from eclosion.app.searching import SearchFeeder
from eclosion.app.triage import forget
from eclosion.network.service.notices import notify

NOTIFY_BATCH = 200  # each event makes several small writes, and clients' writes wait meanwhile


def consumers_of(house: House) -> list[Consumer]:
    """All consumers, each under the name that its position is kept by."""
    net, store = house.network, house.store
    return [
        InDatabase(store, "notify", lambda unit, events: notify(net, unit, events), NOTIFY_BATCH),
        InDatabase(store, "forget_findings", forget),
        InDatabase(store, "series", series.count_events),
        SearchFeeder(store, house.index),
        WebhookQueue(house),
        *_monitors(house),
    ]


def _monitors(house: House) -> list[Consumer]:
    rules = house.settings.monitor
    if not rules.enabled:
        return []
    return [NetworkMonitor(house.store, house.network, house.findings, rules)]


def make_dispatcher(house: House) -> Dispatcher:
    """What runs them."""
    return Dispatcher(house.store, consumers_of(house))
