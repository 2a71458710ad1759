"""Rings: suspicious pairs that hang together, each with the evidence in words and figures.

The evidence is for two readers: an auditor who has to decide, and an accused who must be able to answer. So it says
what was counted, over which span, and nothing that the figures do not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eclosion.ledger.rings.flows import HOUR_MS, Holders, Ints
from eclosion.ledger.rings.scoring import FACTS, Weighed
from eclosion.ledger.rings.weights import EDGE

LEAST_TRANSFERS = 6
"""Fewer say nothing: two friends who pay each other back twice are no ring."""


class Evidence(NamedTuple):
    """Figures of one ring.

    Attributes:
        transfers: payments within it.
        worth: what went over its pairs, in the smallest unit.
        returned: the share of it that came back within four hops.
        closed: the share of all that its members paid which stayed inside.
        change: the largest net change of a member, as a share of what it turned over inside.
        uniform: the share of payments that have the commonest amount of their pair.
        passed: the share of payments that were passed on, about whole, within a day.
        one_owner: how many members are of one owner.
        weak: members whose owner has no strong root, or who have none.
        joined_hours: within how many hours the middle four fifths of them registered.
        since_ms, until_ms: the first and the last payment.
    """

    transfers: int
    worth: int
    returned: float
    closed: float
    change: float
    uniform: float
    passed: float
    one_owner: int
    weak: int
    joined_hours: float
    since_ms: int
    until_ms: int


class Ring(NamedTuple):
    """Who passes credits round. ``members`` and ``pairs`` are places; ``score`` is the mean chance of its payments."""

    members: tuple[int, ...]
    pairs: tuple[int, ...]
    score: float
    evidence: Evidence


def find_rings(holders: Holders, weighed: Weighed, edge: float = EDGE) -> list[Ring]:
    """Rings, those of the largest worth first."""
    pairs = weighed.pairs
    hot = np.flatnonzero((weighed.chance >= edge) & (weighed.cycles.best >= 0))
    if not len(hot):
        return []
    group = _together(pairs.payer[hot], pairs.payee[hot], len(holders.owner))[pairs.payer[hot]]
    order = np.argsort(group, kind="stable")
    bounds = np.flatnonzero(np.diff(group[order])) + 1
    groups = np.split(hot[order], bounds)
    found = [
        _ring(holders, weighed, some)
        for some in groups
        if pairs.number[some].sum() >= LEAST_TRANSFERS
    ]
    return sorted(found, key=lambda ring: -ring.evidence.worth)


def _together(one: Ints, other: Ints, size: int) -> Ints:
    """For each account the least account that it hangs together with over these pairs."""
    label = np.arange(size)
    while True:
        before = label.copy()
        least = np.minimum(label[one], label[other])
        np.minimum.at(label, one, least)
        np.minimum.at(label, other, least)
        label = label[label]
        if np.array_equal(label, before):
            return label


def _ring(holders: Holders, weighed: Weighed, some: Ints) -> Ring:
    pairs = weighed.pairs
    members = np.unique(np.concatenate([pairs.payer[some], pairs.payee[some]]))
    worth, count = pairs.worth[some], pairs.number[some]
    place = np.searchsorted(members, pairs.payer[some]), np.searchsorted(members, pairs.payee[some])
    paid = np.bincount(place[0], worth, len(members))
    earned = np.bincount(place[1], worth, len(members))
    owners = holders.owner[members]
    owned = owners[owners >= 0]
    joined = np.quantile(holders.joined_ms[members], [0.1, 0.9])
    evidence = Evidence(
        int(count.sum()),
        int(worth.sum()),
        float(np.average(weighed.cycles.returned[some], weights=worth)),
        float(paid.sum() / pairs.paid[members].sum()),
        float((np.abs(paid - earned) / np.maximum(paid + earned, 1)).max()),
        float(np.average(pairs.modal[some], weights=count)),
        float(np.average(weighed.facts[some, FACTS.index("passed")], weights=count)),
        int(np.unique(owned, return_counts=True)[1].max()) if len(owned) else 0,
        int((~holders.strong[members]).sum()),
        float(joined[1] - joined[0]) / HOUR_MS,
        int(pairs.first_ms[some].min()),
        int(pairs.last_ms[some].max()),
    )
    score = float(np.average(weighed.chance[some], weights=worth))
    return Ring(tuple(map(int, members)), tuple(map(int, some)), score, evidence)


def put_in_words(evidence: Evidence, members: int) -> list[str]:
    """The evidence as sentences, without anybody's name or any amount."""
    days = (evidence.until_ms - evidence.since_ms) / (24 * HOUR_MS)
    found = [
        f"{members} agents made {evidence.transfers:,} payments to each other in {days:.1f} days.",
        f"{evidence.returned:.0%} of what was paid came back to its payer within four hops.",
        f"No member's position changed by more than {evidence.change:.0%} of what it turned over inside.",
        f"{evidence.closed:.0%} of all that the members paid stayed among them.",
    ]
    if evidence.uniform >= 0.5:
        found.append(f"{evidence.uniform:.0%} of the payments have their pair's commonest amount.")
    if evidence.passed >= 0.3:
        found.append(
            f"{evidence.passed:.0%} of the payments were passed on, about whole, within a day."
        )
    if evidence.one_owner > 1:
        found.append(f"{evidence.one_owner} of the agents have the same owner.")
    if evidence.weak:
        found.append(f"{evidence.weak} of the agents have no owner with a strong root.")
    if evidence.joined_hours <= 24 and members > 2:
        found.append(f"Most of them registered within {evidence.joined_hours:.1f} hours.")
    return found
