"""The house: all parts wired together around one store."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from eclosion.app.archive import SOURCE as ARCHIVE_SOURCE
from eclosion.app.delivering.courier import Courier
from eclosion.app.gatehouse import Gatehouse, open_gatehouse
from eclosion.app.limiter import Limiter
from eclosion.app.marking import NetworkMarker
from eclosion.app.measuring import Measures
from eclosion.app.monitoring.screening import MonitorScreen
from eclosion.app.pages import Pages
from eclosion.app.paying import Paydesk, open_paydesk
from eclosion.app.roots import Roots, open_roots
from eclosion.app.sealing import KeyRing, open_key_ring
from eclosion.app.searching import open_index
from eclosion.app.series import SOURCE as SERIES_SOURCE
from eclosion.app.settings import Settings
from eclosion.app.streaming import Hub
from eclosion.findings import SOURCE as FINDINGS_SOURCE
from eclosion.findings import Findings
from eclosion.kernel.clock import Clock, SystemClock
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import IdMaker
from eclosion.ledger import SOURCE as LEDGER_SOURCE
from eclosion.ledger import Ledger
from eclosion.ledger.service.permitting import make_permit
from eclosion.network import SOURCE as NETWORK_SOURCE
from eclosion.network import Network
from eclosion.network.context import PassAll
from eclosion.network.service.console import latest_ms
from eclosion.network.service.defaults import seed_defaults
from eclosion.store import Source, Store, open_store
from eclosion.store.textindex import SOURCE as TEXT_SOURCE
from eclosion.webhooks import SOURCE as WEBHOOKS_SOURCE
from eclosion.webhooks import Webhooks

# On SQLite the text index and the archive of events are files of their own; see searching.py, jobs.py.
SOURCES: list[Source] = [
    NETWORK_SOURCE,
    FINDINGS_SOURCE,
    WEBHOOKS_SOURCE,
    LEDGER_SOURCE,
    SERIES_SOURCE,
    replace(TEXT_SOURCE, only="postgres"),
    replace(ARCHIVE_SOURCE, only="postgres"),
]


@dataclass
class House:
    """What doors are handed. ``index`` is the store that the text index is in; see ``searching``.

    ``stopping`` is set, in the event loop, once the server begins to stop: whoever holds a request open ends it then.
    """

    settings: Settings
    clock: Clock
    store: Store
    index: Store
    keys: KeyRing
    network: Network
    findings: Findings
    hooks: Webhooks
    courier: Courier
    limiter: Limiter
    pages: Pages
    streams: Hub
    ledger: Ledger
    paydesk: Paydesk
    roots: Roots = field(default_factory=Roots)
    measures: Measures = field(default_factory=Measures)
    gatehouse: Gatehouse | None = None
    writable: bool = True
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def begin_stop(self) -> None:
        """In the event loop: let go of all who would hold a request open for ever."""
        self.stopping.set()
        self.streams.close()

    def close(self) -> None:
        """Finish what is waiting and let go of everything."""
        if self.gatehouse:
            self.gatehouse.close()
        self.store.close()
        if self.index is not self.store:
            self.index.close()


def open_keys(settings: Settings, store: Store) -> KeyRing:
    """The key ring of the network in ``store``; a new one only where nobody has lived yet.

    Raises:
        Invalid: the key file is wrong, or has been lost: a new one in its place would open nothing, and hide the loss.
    """
    path = settings.data.key_path
    if not path.exists() and store.read_now(latest_ms):
        raise Invalid(
            f"There is no key file at {path}, and this network has run before.",
            "Bring it back from your backup. If it is lost for good, what is sealed stays closed: "
            "eclosion admin rotate-key --anew begins a new one.",
        )
    return open_key_ring(path)


def open_house(
    settings: Settings,
    clock: Clock | None = None,
    *,
    writable: bool = True,
    lane: int = 0,
    lanes: int = 1,
) -> House:
    """Open the store and wire the parts.

    Args:
        settings: all of them.
        clock: where time comes from; the machine by default.
        writable: False beside another process that writes; on SQLite only one does.
        lane: this process's number among ``lanes`` that make ids for the same database.
        lanes: how many they are.

    Raises:
        Invalid: a setting or the key file is wrong.
        StoreBroken: the database cannot be opened.
    """
    clock = clock or SystemClock()
    store = open_store(settings.data.url, SOURCES, writable=writable)
    try:
        keys = open_keys(settings, store)
        gatehouse = open_gatehouse(settings, keys, clock)
    except BaseException:
        store.close()
        raise
    ids = IdMaker(clock, lane, lanes)
    screen = PassAll() if settings.monitor.screen == "off" else MonitorScreen(settings.monitor)
    network = Network(clock=clock, ids=ids, rules=settings.network, sealer=keys, screen=screen)
    findings = Findings(clock, ids, settings.findings, NetworkMarker())
    if writable:
        store.write_now(lambda unit: seed_defaults(network, unit))
    index = open_index(settings.data, store, writable=writable)
    ledger = Ledger(clock, settings.ledger)
    return House(
        settings,
        clock,
        store,
        index,
        keys,
        network,
        findings,
        Webhooks(clock, ids, settings.webhooks, keys),
        Courier(settings.webhooks, clock),
        Limiter(clock),
        Pages(store, clock),
        Hub(network, store, settings.streams),
        ledger,
        open_paydesk(
            settings.server.url, store, ledger, keys, make_permit(ledger, network.random_bytes)
        ),
        open_roots(settings.owners, clock),
        gatehouse=gatehouse,
        writable=writable,
    )
