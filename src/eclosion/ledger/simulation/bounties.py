"""Seeded bounties with colluding reviewers, through the real use cases over SQLite in memory.

Of the volunteers a share colludes. For bad work they vote, forge and replay reports, and bring one about other work;
against honest work they vote or stay silent, and they dispute whatever they can. The honest vote as it is, are silent
sometimes, and dispute a wrong decision. The truth is known here, so what happened can be judged.

With ``evidence=False`` the bounty's runner is the colluders' own: then panels and disputes have to hold alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from math import comb
from random import Random
from typing import NamedTuple, Self

from eclosion.kernel.clock import DAY_MS, ManualClock
from eclosion.kernel.errors import EclosionError
from eclosion.ledger.context import Ledger
from eclosion.ledger.model.bounties import ENDED, Bounty, Root, Seat, State, Vote, needed
from eclosion.ledger.model.evidence import Report, seal_report
from eclosion.ledger.model.wallets import Sort
from eclosion.ledger.service.bounties import ending, judging, opening
from eclosion.ledger.service.bounties.pots import purse
from eclosion.ledger.service.bounties.proving import check_bounties
from eclosion.ledger.service.verifying import verify
from eclosion.ledger.service.wallets import issue, open_wallet, pay
from eclosion.ledger.simulation.running import Violation
from eclosion.ledger.store import bounties as store
from eclosion.store import Source, Unit
from eclosion.store.sqlite.simulated import Disk, SimulatedStore

SILENT = 0.05
CREDITS_EACH = 1_000_000
OPENER, PAYEE, FIRST = 1, 4, 10
RUNNER, FORGER = hashlib.sha256(b"runner").digest(), hashlib.sha256(b"forger").digest()


class Outcome(NamedTuple):
    """What became of one bounty: whether its work was good, how it ended, and whether a decision was disputed."""

    seed: int
    good: bool
    state: State
    disputed: bool


class World:
    """A ledger in which bounty after bounty is lived through.

    Args:
        source: the ledger's tables.
        volunteers: how many offer to review.
        colluders: how many of them collude.
        evidence: False gives the colluders the runner's key.
    """

    def __init__(
        self, source: Source, volunteers: int = 30, colluders: int = 9, *, evidence: bool = True
    ) -> None:
        self._disk = Disk(Random(0))
        self._store = SimulatedStore(self._disk, [source])
        self._clock = ManualClock()
        self._ledger = Ledger(self._clock)
        self._evidence = evidence
        self._volunteers, self._colluders = volunteers, colluders
        self._next = 1 << 64
        self._last: tuple[str, str, str] | None = None

    def __enter__(self) -> Self:
        self._store.open()
        self._store.write_now(self._settle_in)
        return self

    def __exit__(self, *_: object) -> None:
        self._store.close()
        self._disk.forget()

    def prove(self) -> None:
        """Verify the whole ledger.

        Raises:
            Violation: something does not hold.
        """
        found = self._store.read_now(lambda unit: verify(unit, (), [check_bounties])).breaches
        if found:
            raise Violation(f"the ledger does not hold: {found[0]}")

    def live(self, seed: int) -> Outcome:
        """Live through one bounty.

        Raises:
            Violation: bad work was paid, an owner sits twice, a dispute was not heard, or the bounty never ends.
        """
        return _Life(self, seed).live()

    def roots(self, agent_id: int) -> Root:
        """Each agent has an owner of its own, but for doubles: those are their neighbour's."""
        return Root(1_000 + self.true_owner(agent_id), strong=True)

    def true_owner(self, agent_id: int) -> int:
        """Who is behind an agent; the double of a volunteer has a number higher by 1,000."""
        return agent_id % 1_000

    def _settle_in(self, unit: Unit) -> None:
        doubles = [1_000 + FIRST + n for n in range(self._colluders)]
        agents = [*range(1, FIRST), *range(FIRST, FIRST + self._volunteers), *doubles]
        for agent_id in agents:
            open_wallet(self._ledger, unit, Sort.AGENT, agent_id)
            issue(self._ledger, unit, purse(agent_id), CREDITS_EACH, self.fresh())
            for _ in range(opening.SETTLED_LEAST):
                if agent_id != OPENER:
                    pay(self._ledger, unit, purse(agent_id), purse(OPENER), 1, self.fresh())

    def fresh(self) -> int:
        """An id that was not there before."""
        self._next += 1
        return self._next


class _Life:
    """One bounty, from its opening to its end."""

    def __init__(self, world: World, seed: int) -> None:
        self._w, self._seed, self._random = world, seed, Random(seed)
        self._good = self._random.random() < 0.5
        people = list(range(FIRST, FIRST + world._volunteers))
        # Doubles exist for the first ones, so those are the colluders; the draw is by SHA-256 and knows no order.
        self._bad = frozenset(people[: world._colluders])
        self._people = people
        self._artefact = hashlib.sha256(b"work %d" % seed).digest()
        self._id = seed + 1

    def live(self) -> Outcome:
        write = self._w._store.write_now
        write(self._open)
        write(self._hand_in)
        write(self._report)
        write(lambda unit: self._vote(unit, 1))
        disputed = write(self._dispute)
        if disputed:
            write(lambda unit: self._vote(unit, 2))
        self._end()
        return write(lambda unit: self._judge(unit, disputed=disputed))

    def _open(self, unit: Unit) -> None:
        w, now_ms = self._w, self._w._clock.now_ms()
        secret = RUNNER if w._evidence else FORGER
        runner = seal_report(self._said(self._artefact, 0), secret)[1]
        wanted = Bounty(
            self._id,
            OPENER,
            "Mend it",
            "The test fails.",
            900,
            now_ms + 10 * DAY_MS,
            runners=runner,
        )
        opening.open_bounty(w._ledger, unit, wanted)
        for agent_id in (1, 2, 3):
            opening.pledge(w._ledger, unit, self._id, agent_id, 300, w.fresh())
        doubles = [1_000 + agent_id for agent_id in sorted(self._bad)]
        for agent_id in [*self._people, *doubles, 2, PAYEE]:
            self._try(
                partial(opening.volunteer, w._ledger, unit, self._id, agent_id, w.fresh(), w.roots)
            )

    def _hand_in(self, unit: Unit) -> None:
        w = self._w
        salt = self._random.getrandbits(128)
        judging.submit(w._ledger, unit, self._id, PAYEE, self._artefact, salt, w.roots)

    def _report(self, unit: Unit) -> None:
        """The runner reports what is true; the colluders whatever they can."""
        w = self._w
        other = hashlib.sha256(b"other %d" % self._seed).digest()
        true = seal_report(self._said(self._artefact, 0 if self._good else 1), RUNNER)
        runner = true[1]
        forged = seal_report(self._said(self._artefact, 0), FORGER)
        tries = [forged, (forged[0], runner, forged[2]), seal_report(self._said(other, 0), RUNNER)]
        if w._last:
            tries.append(w._last)
        if self._good:
            w._last = true
        for text, key, signature in [*tries, true]:
            self._try(
                partial(judging.hand_in_report, w._ledger, unit, self._id, text, key, signature)
            )

    def _vote(self, unit: Unit, round_: int) -> None:
        w, seats = self._w, self._seats(unit)
        self._random.shuffle(seats)
        for seat in seats:
            vote = self._word(seat.agent_id)
            if seat.round != round_ or vote is Vote.NONE:
                continue
            self._try(
                partial(
                    judging.review,
                    w._ledger,
                    unit,
                    self._id,
                    seat.agent_id,
                    self._artefact,
                    vote,
                    w.roots,
                )
            )
        if (bounty := store.bounty_by_id(unit, self._id)) and bounty.state == State.SUBMITTED:
            w._clock.advance(bounty.review_ms)
            ending.sweep(w._ledger, unit)

    def _dispute(self, unit: Unit) -> bool:
        """Whoever is not content; a pledger where bad work was accepted and no honest reviewer may speak."""
        w, bounty = self._w, self._bounty(unit)
        right = self._good == (bounty.state == State.ACCEPTED)
        unhappy = [s.agent_id for s in self._seats(unit) if (s.agent_id in self._bad) == right]
        if not right:
            unhappy.append(2)
        for agent_id in unhappy:
            if self._try(
                partial(judging.dispute, w._ledger, unit, self._id, agent_id, w.fresh(), w.roots)
            ):
                return True
        return False

    def _end(self) -> None:
        w = self._w
        for _ in range(6):
            w._clock.advance(10 * DAY_MS)
            for _ in range(4):
                w._store.write_now(lambda unit: ending.sweep(w._ledger, unit))

    def _judge(self, unit: Unit, *, disputed: bool) -> Outcome:
        bounty, seats = self._bounty(unit), self._seats(unit)
        state = State(bounty.state)
        owners = [self._w.true_owner(seat.agent_id) for seat in seats]
        if state not in ENDED:
            raise Violation(f"seed {self._seed}: it is {state.name} for ever")
        if len(set(owners)) != len(owners) or {1, 2, 3, PAYEE} & set(owners):
            raise Violation(f"seed {self._seed}: an owner sits twice, or judges its own")
        if not self._good and self._w._evidence and state is State.PAID:
            raise Violation(f"seed {self._seed}: bad work was paid")
        second = [seat.vote for seat in seats if seat.round == 2]
        if disputed and state is State.PAID and second.count(Vote.FOR) * 2 <= bounty.appeal:
            raise Violation(f"seed {self._seed}: a dispute was not heard")
        return Outcome(self._seed, self._good, state, disputed)

    def _said(self, artefact: bytes, after: int) -> Report:
        now_ms = self._w._clock.now_ms()
        return Report(self._id, artefact.hex(), ("make", "test"), 1, after, now_ms, sealed=True)

    def _word(self, agent_id: int) -> Vote:
        if agent_id in self._bad:
            hostile = Vote.AGAINST if self._random.random() < 0.5 else Vote.NONE
            return hostile if self._good else Vote.FOR
        if self._random.random() < SILENT:
            return Vote.NONE
        return Vote.FOR if self._good else Vote.AGAINST

    def _bounty(self, unit: Unit) -> Bounty:
        found = store.bounty_by_id(unit, self._id)
        assert found is not None
        return found

    def _seats(self, unit: Unit) -> list[Seat]:
        return store.seats_of(unit, self._id, self._bounty(unit).attempt)

    def _try(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except EclosionError:
            return False
        return True


def chance(volunteers: int, colluders: int) -> float:
    """How likely bad work is paid by votes alone with the usual panels, if every decision is disputed.

    Exact: hypergeometric draws without replacement, the second from those whom the first did not seat.
    """
    usual = Bounty(0, 0, "", "", 1, 0)
    found = 0.0
    for first in range(min(usual.panel, colluders) + 1):
        enough = needed(usual, 2, accepted=first >= usual.quorum)
        second = sum(
            _drawn(volunteers - usual.panel, colluders - first, usual.appeal, hits)
            for hits in range(enough, usual.appeal + 1)
        )
        found += _drawn(volunteers, colluders, usual.panel, first) * second
    return found


def _drawn(whole: int, marked: int, seats: int, hits: int) -> float:
    if hits > marked or seats - hits > whole - marked:
        return 0.0
    return comb(marked, hits) * comb(whole - marked, seats - hits) / comb(whole, seats)
