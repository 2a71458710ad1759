"""An expert who relays by hand and has got in, and then lives on: does the fact *proven* outlive a day of probes?

Probes fall by the gate's own plan, answers are noted in its store, and its own rule says how the key stands in the
end. The model is the person: asleep for seven and a half hours from about half past eleven; awake, within reach of
the machine for nine of ten probes, and there three minutes after one opens in the median. What is then read to the
chat goes through a session of its own (``relayed``). An agent beside it is a program on a machine that is off a
hundredth of the time, half an hour on end, and answers in the minute in which a probe opens.

All of these are assumptions, and generous to the person: an expert who did nothing else, every day.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import NamedTuple

from eclosion.gate.attack import Tally
from eclosion.gate.attack.relayed import AGENT, EXPERT, Reader, in_words, read_session
from eclosion.gate.continuity import Probe, note_answered, probes_of_day, standing
from eclosion.gate.keys import KeyRing
from eclosion.gate.policy import Policy
from eclosion.gate.quotas import DAY_MS, HOUR_MS
from eclosion.gate.stores import MemoryStore

_FROM_MS = 20_000 * DAY_MS
_MINUTE_MS = 60_000
_NEVER_MS = 1 << 62
_SLEEP_H, _SLEEP_VARIES_H = 7.5, 0.75
_BED_H, _BED_VARIES_H = 23.5, 1.0
_AT_REACH, _COMES_AFTER_MIN, _COMES_SPREAD = 0.9, 3.0, 0.8
_OFF_MS = 30 * _MINUTE_MS
_OFF_SHARE = 0.01

There = Callable[[int], int | None]
"""When somebody is there for what begins at that time, in milliseconds; None if not at all."""


class Life(NamedTuple):
    """Who answers, what answers for the reading, and what is acceptable."""

    name: str
    reader: Reader
    goal: float | None


EXPERT_AWAKE = Life("expert who relays", EXPERT, 0.001)
AGENT_ON = Life("agent on a machine that is up 99 %", AGENT, None)


def attack_by_patience(life: Life, hours: int, tries: int, seed: int, policy: Policy) -> Tally:
    """How many are still proven so many hours after entry."""
    ring = KeyRing({"k": random.Random(seed).randbytes(32)})
    kept = 0
    for number in range(tries):
        draw = random.Random(f"{life.name} {seed} {number}")
        kept += _is_still_proven(life, hours, draw, ring, policy)
    most = policy.probes_most
    each = f"{policy.probes_least} to {most}" if policy.probes_least < most else str(most)
    asked = f"{each} probes a day, {policy.probes_missed_max} may be missed"
    what = f"{life.name}, {hours} h, {asked}, {in_words(policy.rounds)}"
    return Tally(what, kept, tries, life.goal)


def _is_still_proven(
    life: Life, hours: int, draw: random.Random, ring: KeyRing, policy: Policy
) -> bool:
    store, jkt = MemoryStore(), f"{draw.getrandbits(64):x}"
    there = _expert(draw) if life.reader.sheet_s else _machine(draw)
    entered_ms = _FROM_MS + draw.randrange(DAY_MS)
    while (
        there(entered_ms) or _NEVER_MS
    ) > entered_ms + HOUR_MS:  # they entered when they were there
        entered_ms += 10 * _MINUTE_MS
    end_ms = entered_ms + hours * HOUR_MS
    for day in range(entered_ms // DAY_MS, end_ms // DAY_MS + 1):
        for probe in probes_of_day(ring, policy, jkt, day):
            if entered_ms <= probe.opens_ms <= end_ms:
                _answer(probe, there, life, draw, store, policy)
    return standing(ring, store, policy, jkt, entered_ms, end_ms).proven


def _answer(
    probe: Probe, there: There, life: Life, draw: random.Random, store: MemoryStore, policy: Policy
) -> None:
    at_ms = there(probe.opens_ms)
    while at_ms is not None and at_ms < probe.closes_ms:
        ending = read_session(draw, life.reader, policy.for_probe())
        at_ms += ending.at_ns // 1_000_000
        if ending.passed and at_ms < probe.closes_ms:
            note_answered(store, probe.name, probe.closes_ms, at_ms)
            return
        at_ms += _MINUTE_MS  # a probe that failed may be tried again while it is open


def _expert(draw: random.Random) -> There:
    """A person's days: asleep at night, and at reach for most of the rest. Who wakes up looks at once."""

    def night(day: int) -> tuple[float, float]:
        own = random.Random(f"{seed} {day}")
        from_h = own.gauss(_BED_H, _BED_VARIES_H)
        return from_h, from_h + max(3.0, own.gauss(_SLEEP_H, _SLEEP_VARIES_H))

    seed = draw.getrandbits(64)

    def there(at_ms: int) -> int | None:
        day = at_ms // DAY_MS
        for each in (day - 1, day):
            begins_h, ends_h = night(each)
            if begins_h <= (at_ms - each * DAY_MS) / HOUR_MS < ends_h:
                return each * DAY_MS + int(ends_h * HOUR_MS)
        if draw.random() > _AT_REACH:
            return None
        later_min = math.exp(draw.gauss(math.log(_COMES_AFTER_MIN), _COMES_SPREAD))
        return at_ms + int(later_min * _MINUTE_MS)

    return there


def _machine(draw: random.Random) -> There:
    """A machine that is off now and then."""
    seed = draw.getrandbits(64)

    def there(at_ms: int) -> int | None:
        slot = at_ms // _OFF_MS
        if random.Random(f"{seed} {slot}").random() >= _OFF_SHARE:
            return at_ms + draw.randrange(_MINUTE_MS)
        return (slot + 1) * _OFF_MS

    return there
