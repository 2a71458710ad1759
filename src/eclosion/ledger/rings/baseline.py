"""The simple published rules beside ours: each marks transfers, without weighing anything.

After x402watch (uniform amount, uniform count, coordinated start, burst, self-test), and Victor and Weintraud (2021):
accounts in a strongly connected set whose position hardly changes, here for pairs that pay both ways and for accounts.
"""

from __future__ import annotations

import numpy as np

from eclosion.ledger.rings.flows import HOUR_MS, Bools, Holders, Ints, Pairs

RULES = (
    "uniform amount",
    "uniform count",
    "coordinated start",
    "burst",
    "self-dealing",
    "pays back",
    "position unchanged",
    "any two of them",
)
OFTEN, MANY = 5, 5
UNCHANGED = 0.05


def judge(holders: Holders, pairs: Pairs) -> dict[str, Bools]:
    """For each of ``RULES`` which transfers it marks."""
    size = len(holders.owner)
    often = pairs.number >= OFTEN
    uniform = often & (pairs.modal >= 0.9)
    start = pairs.first_ms // HOUR_MS
    together = _shared(pairs.payee, start)
    equal = often & _shared(pairs.payee, pairs.number)
    burst = often & (pairs.burst >= 0.5)
    owner = holders.owner
    own = (owner[pairs.payer] == owner[pairs.payee]) & (owner[pairs.payer] >= 0)
    back_key = pairs.payee * size + pairs.payer
    there = np.minimum(np.searchsorted(pairs.key, back_key), len(pairs.key) - 1)
    back = np.where(pairs.key[there] == back_key, pairs.worth[there], 0.0)
    pays_back = np.minimum(back, pairs.worth) >= 0.9 * np.maximum(back, pairs.worth)
    change = np.abs(pairs.paid - pairs.earned) / np.maximum(pairs.paid + pairs.earned, 1.0)
    still = change <= UNCHANGED
    unchanged = still[pairs.payer] & still[pairs.payee]
    found = [uniform, equal, together, burst, own, pays_back, unchanged]
    found.append(np.sum(found, axis=0) >= 2)
    return {name: marked[pairs.of_transfer] for name, marked in zip(RULES, found, strict=True)}


def _shared(payee: Ints, value: Ints) -> Bools:
    """Pairs whose payee has ``MANY`` payers with the same value."""
    both = np.stack([payee, value], axis=1)
    _, inverse, count = np.unique(both, axis=0, return_inverse=True, return_counts=True)
    shared: Bools = count[inverse.ravel()] >= MANY
    return shared
