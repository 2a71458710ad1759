"""Looks at what happens, in a thread beside the event loop, and raises what it finds.

What always holds: findings about some events are written in the transaction that moves past these events, so each event
is looked at and raised about exactly once, whatever is killed when. Detectors remember what came before; after a start
they are shown the last events once more, without anything being raised. Where several processes run it on PostgreSQL,
each looks at everything and only the first one writes.
"""

from __future__ import annotations

import asyncio
import logging
from typing import NamedTuple

from eclosion.app.monitoring.fitting import fitted
from eclosion.app.monitoring.rules import MonitorRules
from eclosion.app.monitoring.seeing import Eyes, Seen
from eclosion.app.subjects import load_subject
from eclosion.app.triage import raise_about
from eclosion.findings import About, By, Findings
from eclosion.kernel.errors import EclosionError
from eclosion.kernel.finding import Finding, Severity
from eclosion.monitor import Budget, Monitor
from eclosion.network import Network
from eclosion.store import Event, Store, Unit
from eclosion.store.outbox import earlier, get_position, is_later, move_position, read_events

NAME = "monitor"
BATCH = 50
MEMORY = 2_000
"""So many events before a start are shown to the detectors again."""
OWN = "monitor/"

_log = logging.getLogger(__name__)


class Found(NamedTuple):
    """A finding that is to be raised, and about what."""

    about: About
    finding: Finding


class NetworkMonitor:
    """The monitor as a consumer of events.

    Args:
        store: where events and findings are.
        net: opens what events tell of.
        findings: keeps findings.
        rules: the settings.
        monitor: who looks; by default all detectors, loaded at the first event that shows words.
    """

    name = NAME

    def __init__(
        self,
        store: Store,
        net: Network,
        findings: Findings,
        rules: MonitorRules,
        monitor: Monitor | None = None,
    ) -> None:
        self._store = store
        self._findings = findings
        self._rules = rules
        self._eyes = Eyes(net, reads_messages=rules.messages)
        self._monitor = monitor
        self._remembers = False

    async def step(self) -> int:
        """Look at the next events."""
        was = await self._store.read(lambda unit: get_position(unit, NAME))
        if not self._remembers:
            await self._remember(was)
            self._remembers = True
        loaded = await self._store.read(lambda unit: self._load(unit, was), slow=True)
        if not loaded:
            return 0
        seen = [one for _, several in loaded for one in several]
        found = await asyncio.to_thread(self._look, seen) if seen else []

        def work(unit: Unit) -> bool:
            if not move_position(unit, NAME, was, loaded[-1][0].position):
                return False  # another process was first
            for one in found:
                self._raise(unit, one)
            return True

        await self._store.write(work)
        self._eyes.settle()
        return len(loaded)

    async def _remember(self, position: str) -> None:
        """Show the detectors what was looked at before, without raising anything."""
        after = earlier(position, MEMORY)
        while after != position:
            loaded = await self._store.read(
                lambda unit, after=after: self._load(unit, after),  # type: ignore[misc]
                slow=True,
            )
            before = [one for one in loaded if not is_later(one[0].position, position)]
            if not before:
                return
            shown = [one for _, seen in before for one in seen]
            if shown:
                await asyncio.to_thread(self._look, shown)
            self._eyes.settle()
            after = before[-1][0].position

    def _load(self, unit: Unit, after: str) -> list[tuple[Event, list[Seen]]]:
        """The next events, each with what it shows."""
        self._eyes.begin()
        return [(event, self._eyes.see(unit, event)) for event in read_events(unit, after, BATCH)]

    def _look(self, seen: list[Seen]) -> list[Found]:
        """In a thread: what the detectors say."""
        if self._monitor is None:
            self._monitor = Monitor(
                budget=Budget(second_ms=self._rules.second_ms), prints=self._rules.prints
            )
        least = Severity.named(self._rules.least) or Severity.LOW
        found = []
        for one in seen:
            for finding in self._monitor.look(one.observation):
                if finding.rule.startswith(OWN):
                    _log.warning("the monitor: %s", finding.message)
                elif finding.severity >= least:
                    kept = fitted(finding, one.place, private=one.private)
                    found.append(Found(one.about, kept))
        return found

    def _raise(self, unit: Unit, found: Found) -> None:
        subject = load_subject(unit, found.about)
        if subject is None:
            return
        try:
            raise_about(self._findings, unit, subject, found.finding, By(NAME, "monitor"))
        except EclosionError as error:  # too many about one thing, say: the others still count
            _log.warning("a finding of %s was not kept: %s", found.finding.rule, error.code)
