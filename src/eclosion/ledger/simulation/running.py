"""One seed: clients, a network that doubles, delays and loses, a clock that jumps, and a disk that loses power.

A client sends a batch again until it is answered. What must hold after every step: each answer is what the auditor
expects, at the instant it expects; what was answered is there after any loss of power; what was not answered is there
whole or not at all. At the end ``verify`` must find nothing, and all balances must be the auditor's.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from eclosion.kernel.clock import ManualClock
from eclosion.ledger.context import Ledger
from eclosion.ledger.model.rules import Rules
from eclosion.ledger.model.shapes import Result, Transfer
from eclosion.ledger.service.posting import create_accounts, create_transfers
from eclosion.ledger.service.verifying import verify
from eclosion.ledger.simulation.auditor import Auditor
from eclosion.ledger.simulation.workload import Workload, opening
from eclosion.ledger.store.books import get_head
from eclosion.ledger.store.lists import accounts_after
from eclosion.store import Source, Unit
from eclosion.store.sqlite.simulated import Disk, PowerLost, SimulatedStore

BATCHES = 25
BATCH_MOST = 80
ANSWERS_MOST = 4


class Violation(Exception):
    """Something did not hold. The seed makes it happen again."""


class Run(NamedTuple):
    """What a seed did. ``outages`` are losses of power, ``repeats`` batches that arrived more than once."""

    seed: int
    transfers: int
    created: int
    outages: int
    repeats: int


class Simulation:
    """One seed's world.

    Args:
        seed: everything follows from it.
        source: the ledger's queries and schema.
        rules: the ledger's; a test plants faults here, and ``work`` and ``settle`` are for faults elsewhere.
    """

    def __init__(self, seed: int, source: Source, rules: Rules | None = None) -> None:
        self.seed = seed
        self._random = Random(seed)
        self._disk = Disk(self._random)
        self._store = SimulatedStore(self._disk, [source])
        self._clock = ManualClock()
        self._rules = rules or Rules()
        self._ledger = Ledger(self._clock, rules=self._rules)
        self._auditor = Auditor()
        self._workload = Workload(self._random)
        self._answered: set[int] = set()
        self._segments = 0
        self._counts = dict.fromkeys(("transfers", "created", "outages", "repeats"), 0)

    def run(self, batches: int = BATCHES) -> Run:
        """Live through the seed.

        Raises:
            Violation: an invariant does not hold, or an answer is not the expected one.
        """
        try:
            self._store.open()
            self._open_accounts()
            waiting: list[list[Transfer]] = []
            for _ in range(batches):
                waiting.append(self._workload.batch(self._random.randint(1, BATCH_MOST)))
                # The network: batches overtake each other, and some arrive again later.
                while waiting and self._random.random() < 0.7:
                    batch = waiting.pop(self._random.randrange(len(waiting)))
                    self._deliver(batch)
                    if self._random.random() < 0.08:
                        waiting.append(batch)
                        self._counts["repeats"] += 1
                self._turn_clock()
                if self._random.random() < 0.04:
                    self._lose_power()
            for batch in waiting:
                self._deliver(batch)
            self._check()
        finally:
            self._store.close()
            self._disk.forget()
        return Run(self.seed, **self._counts)

    def work(self, unit: Unit, batch: list[Transfer]) -> list[Result]:
        """What the server does with a batch."""
        return create_transfers(self._ledger, unit, batch)

    def recover(self) -> None:
        """What the server does after the power is back: it opens the database, and has nothing at hand."""
        self._store.open()
        self._ledger = Ledger(self._clock, rules=self._rules)

    def _open_accounts(self) -> None:
        accounts = opening()
        made = self._store.write_now(lambda unit: create_accounts(self._ledger, unit, accounts))
        for account, result in zip(accounts, made, strict=True):
            self._auditor.open_account(account.id, account.ledger, account.flags)
            self._auditor.last_ns = result.at_ns
        self._segments = 1

    def _deliver(self, batch: list[Transfer]) -> None:
        """Send until there is an answer; the auditor follows what was really committed."""
        self._counts["transfers"] += len(batch)
        for _ in range(ANSWERS_MOST):
            if self._random.random() < 0.12:
                self._disk.fail_after = self._random.randint(0, 40)
            now_ms = self._clock.now_ms()
            answer = self._attempt(lambda unit: self.work(unit, batch))
            self._disk.fail_after = -1
            if answer is None:
                self._survive(batch, now_ms)
                continue
            self._expect(batch, answer, now_ms)
            if self._random.random() > 0.06:  # else the answer is lost, and the client asks again
                self._answered.update(t.id for t, r in zip(batch, answer, strict=True) if r.done)
                return
            self._counts["repeats"] += 1

    def _attempt(self, fn: Callable[[Unit], list[Result]]) -> list[Result] | None:
        try:
            return self._store.write_now(fn)
        except PowerLost:
            return None

    def _survive(self, batch: list[Transfer], now_ms: int) -> None:
        """After a loss of power in the middle of a batch: it is there whole, or not at all."""
        self._counts["outages"] += 1
        self._come_back()
        segments = self._store.read_now(get_head).number
        if segments == self._segments:
            return
        if segments < self._segments:
            raise self._violation(f"{self._segments - segments} committed batches are gone")
        self._auditor.batch(batch, now_ms)
        self._segments = segments

    def _expect(self, batch: list[Transfer], answer: list[Result], now_ms: int) -> None:
        expected = self._auditor.batch(batch, now_ms)
        for t, result, (status, looked_at_ns) in zip(batch, answer, expected, strict=True):
            said = result.status.value
            right = said.startswith(status) if status.endswith("_") else said == status
            there = status == "exists"
            at_ns = self._auditor.transfers[t.id].at_ns if there else looked_at_ns
            if not right or result.at_ns != at_ns:
                raise self._violation(
                    f"{t} was answered {said} at {result.at_ns}, and not {status} at {at_ns}"
                )
            self._counts["created"] += said == "created"
        self._segments = self._store.read_now(get_head).number

    def _lose_power(self) -> None:
        self._counts["outages"] += 1
        self._disk.is_down = True
        self._store.close()
        self._come_back()
        if self._store.read_now(get_head).number != self._segments:
            raise self._violation("a committed batch did not survive a loss of power")

    def _come_back(self) -> None:
        self._disk.come_back()
        self.recover()

    def _turn_clock(self) -> None:
        dice = self._random.random()
        if dice < 0.02:
            self._clock.advance(-self._random.randint(1, 5_000))
        elif dice < 0.04:
            self._clock.advance(self._random.randint(1_000, 3_600_000))
        elif dice < 0.8:
            self._clock.advance(self._random.randint(0, 30))

    def _check(self) -> None:
        proof = self._store.read_now(lambda unit: verify(unit, self._answered))
        if proof.breaches:
            raise self._violation(str(proof.breaches[0]))
        kept = self._store.read_now(lambda unit: accounts_after(unit, 0, 1_000))
        for account in kept:
            held = self._auditor.accounts[account.id]
            if account[4:8] != held.balances():
                raise self._violation(f"{account} should have {held.balances()}")

    def _violation(self, what: str) -> Violation:
        return Violation(f"seed {self.seed}: {what}")


def simulate(seed: int, source: Source, rules: Rules | None = None) -> Run:
    """Run one seed.

    Raises:
        Violation: something did not hold.
    """
    return Simulation(seed, source, rules).run()
