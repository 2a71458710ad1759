"""How likely it is that what one account paid another is wash: facts of each pair, weighed by a logistic function.

Two steps. First each pair is weighed by its own facts. Then by the weakest and the mean of the pairs of its best cycle,
since a ring is as suspicious as its least suspicious link. The weights (``weights.py``) were fitted by Newton's method
with a ridge on tuning seeds of ``bench``; ``python -m benchmarks.rings --fit`` makes them again.

Sources of the facts: near-zero change of position inside strongly connected sets (Victor and Weintraud, *Detecting and
Quantifying Wash Trading on Decentralized Cryptocurrency Exchanges*, WWW 2021); uniform amounts, coordinated start,
bursts and self-dealing (the published rules of x402watch).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eclosion.ledger.rings.cycles import Cycles, find_cycles
from eclosion.ledger.rings.flows import HOUR_MS, Floats, Flows, Holders, Pairs, pair_up, passed_on
from eclosion.ledger.rings.weights import FIRST, SECOND

DAY_MS = 24 * HOUR_MS
FACTS = (
    "one",
    "returned",
    "tight",
    "count",
    "share_paid",
    "share_earned",
    "still",
    "modal",
    "burst",
    "passed",
    "one_owner",
    "weak",
    "together",
    "both_ways",
    "sold",
    "tight_count",
    "tight_still",
    "tight_passed",
    "tight_one_owner",
    "tight_weak",
    "tight_together",
    "tight_both_ways",
    "tight_sold",
    "tight_shares",
)
LINKS = ("one", "own", "weakest", "mean")


class Weighed(NamedTuple):
    """Everything that was found out: ``facts`` is pairs x ``FACTS``, ``chance`` of each pair, 0 to 1."""

    pairs: Pairs
    cycles: Cycles
    facts: Floats
    chance: Floats


def weigh(flows: Flows, holders: Holders) -> Weighed:
    """How likely each pair's payments are wash. Time grows with pairs, memory with transfers."""
    size = len(holders.owner)
    pairs = pair_up(flows, size)
    cycles = find_cycles(pairs, size)
    facts = state_facts(flows, holders, pairs, cycles)
    own = facts @ np.array(FIRST)
    return Weighed(pairs, cycles, facts, chance_of(link_up(own, cycles) @ np.array(SECOND)))


def state_facts(flows: Flows, holders: Holders, pairs: Pairs, cycles: Cycles) -> Floats:
    """Pairs x ``FACTS``: each from 0 to about 1."""
    size, many = len(holders.owner), len(pairs.key)
    one, payer, payee = np.ones(many), pairs.payer, pairs.payee
    turned = pairs.paid + pairs.earned
    still = 1 - np.abs(pairs.paid - pairs.earned) / np.maximum(turned, 1.0)
    there = np.searchsorted(pairs.key, payee * size + payer)
    there = np.minimum(there, many - 1)
    back = np.where(pairs.key[there] == payee * size + payer, pairs.worth[there], 0.0)
    both = np.minimum(back, pairs.worth) / np.maximum(back, pairs.worth)
    soon = passed_on(flows, DAY_MS)
    passed = np.bincount(pairs.of_transfer, soon, many) / pairs.number
    count = np.minimum(np.log1p(pairs.number) / np.log(50), 1.5)
    one_owner = (holders.owner[payer] == holders.owner[payee]) & (holders.owner[payer] >= 0)
    weak = (~holders.strong[payer]).astype(np.float64) / 2 + ~holders.strong[payee] / 2
    apart = np.abs(holders.joined_ms[payer] - holders.joined_ms[payee])
    together = np.exp(-apart / DAY_MS)
    paid, earned = pairs.worth / pairs.paid[payer], pairs.worth / pairs.earned[payee]
    steady = np.minimum(still[payer], still[payee])
    regular = np.where(pairs.number > 2, pairs.modal, 0.0)
    burst = np.where(pairs.number > 2, pairs.burst, 0.0)
    tight = cycles.tight
    alone = [one, cycles.returned, tight, count, paid, earned, steady, regular, burst, passed]
    alone += [one_owner, weak, together, both, pairs.sold]
    shares = np.sqrt(np.maximum(paid, 1e-12) * np.maximum(earned, 1e-12))
    beside = [count, steady, passed, one_owner, weak, together, both, pairs.sold, shares]
    return np.stack([*alone, *(tight * fact for fact in beside)], axis=1)


def link_up(own: Floats, cycles: Cycles) -> Floats:
    """Pairs x ``LINKS``: what each pair weighs, and the weakest and the mean of its best cycle."""
    own = np.clip(own, -12.0, 12.0)
    weakest, mean = np.full(len(own), -12.0), np.full(len(own), -12.0)
    at = np.flatnonzero(cycles.best >= 0)
    links = cycles.links[cycles.best[at]]
    there = links >= 0
    values = own[links]
    weakest[at] = np.where(there, values, np.inf).min(axis=1)
    mean[at] = np.where(there, values, 0.0).sum(axis=1) / there.sum(axis=1)
    return np.stack([np.ones(len(own)), own / 12, weakest / 12, mean / 12], axis=1)


def chance_of(logit: Floats) -> Floats:
    """The logistic function."""
    return 1 / (1 + np.exp(-np.clip(logit, -30.0, 30.0)))


def fit(facts: Floats, truth: Floats, weight: Floats, ridge: float = 1.0) -> Floats:
    """Weights of a logistic function by Newton's method; the first fact is the constant, which no ridge holds."""
    found = np.zeros(facts.shape[1])
    hold = np.full(facts.shape[1], ridge)
    hold[0] = 1e-6
    for _ in range(50):
        chance = chance_of(facts @ found)
        slope = facts.T @ (weight * (truth - chance)) - hold * found
        curve = (facts * (weight * chance * (1 - chance))[:, None]).T @ facts + np.diag(hold)
        step = np.linalg.solve(curve, slope)
        found += np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-6:
            break
    return found
