"""Later probes: is the key that passed still in the hands of software that is awake?

Somebody who relays by hand can sit through one entry, and not through every hour of day and night. When a probe falls
follows from the secret and the key alone, so nothing has to be planned or kept, every process knows it, and nobody else
can foresee it. The day is divided evenly, and one probe falls somewhere in each part: so whoever is away for three
parts, asleep for example, has surely missed two.
What always holds: missing probes withdraws the fact *proven*, and nothing else.
"""

from __future__ import annotations

from typing import NamedTuple

from eclosion.gate.keys import KeyRing
from eclosion.gate.policy import Policy
from eclosion.gate.ports import Store
from eclosion.gate.quotas import DAY_MS

LOOKS_BACK_MS = 2 * DAY_MS


class Probe(NamedTuple):
    """One probe: its name, and from when to when it can be answered."""

    name: str
    opens_ms: int
    closes_ms: int


class Standing(NamedTuple):
    """How a key stands.

    Attributes:
        proven: whether the fact holds.
        missed: probes missed within two days.
        open: the probe that waits for an answer now, if any.
    """

    proven: bool
    missed: int
    open: Probe | None


def probes_of_day(ring: KeyRing, policy: Policy, jkt: str, day: int) -> list[Probe]:
    """The probes of a key on a day (days since the epoch, UTC), by time."""
    # Under the oldest secret, so that changing the secret moves no probe of today.
    name = list(ring)[-1]
    draw = ring.derive(name, "probes", f"{jkt} {day}".encode())
    spread = policy.probes_most - policy.probes_least + 1
    count = policy.probes_least + draw[0] % max(1, spread)
    part_ms = DAY_MS // count
    found = []
    for at in range(count):
        drawn = ring.derive(name, f"probe {at}", f"{jkt} {day}".encode())[:8]
        opens_ms = day * DAY_MS + at * part_ms + int.from_bytes(drawn, "big") % part_ms
        found.append(Probe(f"probe {jkt} {day} {at}", opens_ms, opens_ms + policy.probe_open_ms))
    return found


def standing(
    ring: KeyRing, store: Store, policy: Policy, jkt: str, proven_ms: int, now_ms: int
) -> Standing:
    """How the key ``jkt``, which passed the gate at ``proven_ms``, stands now."""
    since_ms = max(proven_ms, now_ms - LOOKS_BACK_MS)
    missed, waiting = 0, None
    for day in range((since_ms - policy.probe_open_ms) // DAY_MS, now_ms // DAY_MS + 1):
        for probe in probes_of_day(ring, policy, jkt, day):
            if not since_ms <= probe.opens_ms <= now_ms or store.is_spent(probe.name, now_ms):
                continue
            if probe.closes_ms > now_ms:
                waiting = waiting or probe
            else:
                missed += 1
    return Standing(missed <= policy.probes_missed_max, missed, waiting)


def note_answered(store: Store, probe_name: str, closes_ms: int, now_ms: int) -> bool:
    """A probe was answered; whether for the first time."""
    return store.spend(probe_name, closes_ms + LOOKS_BACK_MS, now_ms)
