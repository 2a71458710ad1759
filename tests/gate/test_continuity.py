"""Later probes: when they fall, who misses them, and what that costs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from eclosion.gate.continuity import Probe, note_answered, probes_of_day, standing
from eclosion.gate.errors import AlreadySpent, NoProbe, RenewalRefused
from eclosion.gate.keys import thumbprint
from eclosion.gate.quotas import DAY_MS, HOUR_MS
from eclosion.gate.solver import Key
from eclosion.gate.stores import MemoryStore
from tests.gate.world import (
    CHEAP,
    HOME,
    NOON_MS,
    TOKEN_URI,
    HandClock,
    Line,
    begin,
    enter,
    hello,
    key,
    make_gate,
    proof,
    ring,
)

MINUTE_MS = 60_000


def test_one_in_each_hour_at_any_minute_of_it() -> None:
    minutes: Counter[int] = Counter()
    for day in range(400):
        probes = probes_of_day(ring(), CHEAP, "jkt", day)
        parts = [(probe.opens_ms - day * DAY_MS) // HOUR_MS for probe in probes]
        assert parts == list(range(24))
        minutes.update(probe.opens_ms % HOUR_MS // MINUTE_MS for probe in probes)
    assert set(minutes) == set(range(60))


def test_how_many_a_day_may_vary() -> None:
    policy = replace(CHEAP, probes_least=4, probes_most=8)
    counts = {len(probes_of_day(ring(), policy, "jkt", day)) for day in range(100)}
    assert counts == {4, 5, 6, 7, 8}


def test_whoever_is_away_for_three_hours_has_missed_two() -> None:
    """So a night's sleep withdraws the fact, whenever it is."""
    away_ms = 3 * HOUR_MS
    for jkt in map(str, range(40)):
        probes = [*probes_of_day(ring(), CHEAP, jkt, 0), *probes_of_day(ring(), CHEAP, jkt, 1)]
        for from_ms in range(0, DAY_MS, 7 * MINUTE_MS):
            assert sum(from_ms <= probe.opens_ms < from_ms + away_ms for probe in probes) >= 2


def test_nobody_foresees_anothers_probes() -> None:
    one, other = (probes_of_day(ring(), CHEAP, name, 1) for name in ("a", "b"))
    assert {p.opens_ms for p in one}.isdisjoint(p.opens_ms for p in other)
    assert probes_of_day(ring(8), CHEAP, "a", 1) != one
    assert probes_of_day(ring(), CHEAP, "a", 1) == one


def test_missing_probes_withdraws_the_fact_and_answering_keeps_it() -> None:
    store, start = MemoryStore(), NOON_MS
    lost_at = None
    for minute in range(2 * 24 * 60):
        now = start + minute * MINUTE_MS
        found = standing(ring(), store, CHEAP, "lazy", start, now)
        if not found.proven and lost_at is None:
            lost_at = minute
        keen = standing(ring(), store, CHEAP, "keen", start, now)
        assert keen.proven
        assert keen.missed == 0
        if keen.open:
            assert note_answered(store, keen.open.name, keen.open.closes_ms, now)
    assert lost_at is not None
    assert 60 < lost_at < 4 * 60


def test_what_was_missed_is_forgotten_after_two_days() -> None:
    """The fact can be earned anew by passing the gate: only what came after counts."""
    store = MemoryStore()
    later = NOON_MS + 2 * DAY_MS
    assert not standing(ring(), store, CHEAP, "lazy", NOON_MS, later).proven
    assert standing(ring(), store, CHEAP, "lazy", later, later + MINUTE_MS).proven


def test_a_probe_is_answered_by_a_short_session_once() -> None:
    clock = HandClock()
    gate, agent = make_gate(clock=clock), key()
    while any(probe.opens_ms <= clock.wall_ms < probe.closes_ms for probe in _around(clock, agent)):
        clock.pass_ms(MINUTE_MS)
    with pytest.raises(NoProbe):
        hello(gate, agent, purpose="probe")
    enter(gate, agent, clock)
    entered = clock.wall_ms
    jkt = _jkt(agent)
    while gate.standing(jkt, entered).open is None:
        clock.pass_ms(MINUTE_MS)
    session = begin(gate, agent, purpose="probe")
    began = clock.mono_ns
    outcome = Line(session, clock).run()
    assert outcome["probe"] == "answered"
    assert "pass" not in outcome
    assert clock.mono_ns - began < 1_000_000_000
    assert gate.standing(jkt, entered).open is None


def test_of_two_that_are_open_the_unanswered_one_is_asked() -> None:
    """Somewhere in four days two fall within half an hour: both can be answered while both are open."""
    clock = HandClock()
    gate, agent = make_gate(clock=clock), key()
    days = range(NOON_MS // DAY_MS, NOON_MS // DAY_MS + 4)
    probes = [one for day in days for one in probes_of_day(ring(), CHEAP, _jkt(agent), day)]
    at_ms = next(
        later.opens_ms
        for one, later in pairwise(probes)
        if later.opens_ms < one.closes_ms - MINUTE_MS and later.opens_ms > NOON_MS
    )
    clock.pass_ms(at_ms - NOON_MS)
    outcomes = [Line(begin(gate, agent, purpose="probe"), clock).run() for _ in range(3)]
    assert [one["probe"] for one in outcomes] == ["answered", "answered", "answered before"]


def _around(clock: HandClock, agent: Key) -> list[Probe]:
    day = clock.wall_ms // DAY_MS
    return [
        probe
        for each in (day - 1, day)
        for probe in probes_of_day(ring(), CHEAP, _jkt(agent), each)
    ]


def _jkt(agent: Key) -> str:
    return thumbprint(agent.public)


def test_a_renewal_claims_what_the_entry_showed_while_probes_are_answered() -> None:
    clock = HandClock()
    gate, agent = make_gate(clock=clock), key()
    reply = enter(gate, agent, clock)

    def renew(renewal: str) -> dict[str, object]:
        form = {"grant_type": "refresh_token", "refresh_token": renewal}
        return gate.exchange(form, proof(gate, agent, "POST", TOKEN_URI), TOKEN_URI, HOME)

    clock.pass_ms(10 * MINUTE_MS)
    again = renew(reply["refresh_token"])
    assert again["stages"] == reply["stages"]
    with pytest.raises(AlreadySpent):
        renew(reply["refresh_token"])
    clock.pass_ms(2 * DAY_MS)
    with pytest.raises(RenewalRefused):
        renew(str(again["refresh_token"]))
