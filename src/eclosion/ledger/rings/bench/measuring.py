"""How well rings are told from trade: weights and threshold from tuning seeds and families, figures from held-out ones.

A transfer is wash if it was made for a ring. A ring is found where more than half of its members are flagged. Tuning
seeds are 0 to 99, held-out ones begin at 1,000.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from eclosion.ledger.rings.baseline import RULES, judge
from eclosion.ledger.rings.bench.adversaries import EVASIVE, HELD_OUT, TUNING, Plant
from eclosion.ledger.rings.bench.building import Economy, Growing
from eclosion.ledger.rings.bench.honest import live
from eclosion.ledger.rings.cycles import find_cycles
from eclosion.ledger.rings.finding import find_rings
from eclosion.ledger.rings.flows import Bools, Floats, Ints, pair_up
from eclosion.ledger.rings.scoring import Weighed, chance_of, fit, link_up, state_facts, weigh

HELD_OUT_FROM = 1_000
AGENTS, TRANSFERS, RINGS_EACH = 2_000, 40_000, 3
FPR_MOST = 0.01
EDGE_FPR = 0.002
"""The threshold is set for a fifth of what is allowed: other worlds are not like this one."""


class Row(NamedTuple):
    """One line of the report: figures of one family, or of all; intervals are Wilson's at 95 %."""

    name: str
    auc: float
    found: int
    rings: int
    low: float
    high: float
    caught: int
    washed: int


class Report(NamedTuple):
    """What a run measured.

    ``false_agents`` of ``honest_agents`` were flagged and are in no ring; ``rules`` has recall and FPR of the published
    rules, by transfer; ``off`` is by how much a transfer's chance differs from how often it is right (expected
    calibration error, ten bins).
    """

    families: list[Row]
    held_out: list[Row]
    evasive: list[Row]
    false_agents: int
    honest_agents: int
    false_transfers: int
    honest_transfers: int
    rules: dict[str, tuple[float, float]]
    off: float


def make_economy(
    seed: int, plants: Sequence[Plant], agents: int = AGENTS, transfers: int = TRANSFERS
) -> Economy:
    """Honest trade with ``RINGS_EACH`` rings of each family."""
    grow = Growing(np.random.default_rng(seed))
    live(grow, agents, transfers)
    for plant in plants:
        for _ in range(RINGS_EACH):
            plant(grow, agents)
    return grow.done()


class Fitted(NamedTuple):
    """What ``weights.py`` holds."""

    first: Floats
    second: Floats
    edge: float


def tune(seeds: Iterable[int]) -> Fitted:
    """Fit both steps, and the threshold at which ``EDGE_FPR`` of honest transfers are flagged."""
    facts, truths, weights, links, counts = [], [], [], [], []
    for seed in seeds:
        economy = make_economy(seed, TUNING)
        size = len(economy.holders.owner)
        pairs = pair_up(economy.flows, size)
        cycles = find_cycles(pairs, size)
        facts.append(state_facts(economy.flows, economy.holders, pairs, cycles))
        washed = np.bincount(pairs.of_transfer, economy.ring >= 0, len(pairs.key))
        truths.append((washed * 2 > pairs.number).astype(np.float64))
        weights.append(_weight(economy, truths[-1], pairs.of_transfer))
        links.append(cycles)
        counts.append(pairs.number)
    truth, weight = np.concatenate(truths), np.concatenate(weights)
    first = fit(np.concatenate(facts), truth, weight)
    linked = [link_up(one @ first, cycles) for one, cycles in zip(facts, links, strict=True)]
    second = fit(np.concatenate(linked), truth, np.ones(len(truth)))
    chance = chance_of(np.concatenate(linked) @ second)
    honest = np.repeat(chance[truth < 0.5], np.concatenate(counts)[truth < 0.5])
    return Fitted(first, second, float(np.quantile(honest, 1 - EDGE_FPR)))


def _weight(economy: Economy, truth: Floats, of_transfer: Ints) -> Floats:
    """Each ring counts like thirty pairs however large it is, and each honest pair once."""
    ring = np.full(len(truth), -1)
    np.maximum.at(ring, of_transfer, economy.ring)
    inside = np.bincount(ring[truth > 0.5], minlength=len(economy.families))
    return np.where(truth > 0.5, 30 / np.maximum(inside[ring], 1), 1.0)


def measure(seeds: Iterable[int]) -> Report:
    """Figures on economies that no weight has seen; both sorts of families are planted in each."""
    tally = Tally()
    for seed in seeds:
        economy = make_economy(HELD_OUT_FROM + seed, (*TUNING, *HELD_OUT, *EVASIVE))
        tally.take(economy, weigh(economy.flows, economy.holders))
    return tally.report()


class Tally:
    """Sums over economies."""

    def __init__(self) -> None:
        self.honest: list[Floats] = []
        self.wash: dict[str, list[Floats]] = {}
        self.found: dict[str, list[bool]] = {}
        self.caught: dict[str, list[int]] = {}
        self.false = [0, 0, 0, 0]
        self.rules: dict[str, list[tuple[float, float]]] = {name: [] for name in RULES}
        self.bins = np.zeros((3, 10))

    def take(self, economy: Economy, weighed: Weighed) -> None:
        """Hold one economy's findings against its truth."""
        rings = find_rings(economy.holders, weighed)
        flagged = np.zeros(len(economy.member), dtype=np.bool_)
        of_pair = np.zeros(len(weighed.pairs.key), dtype=np.bool_)
        for ring in rings:
            flagged[list(ring.members)] = True
            of_pair[list(ring.pairs)] = True
        chance = weighed.chance[weighed.pairs.of_transfer]
        inside = of_pair[weighed.pairs.of_transfer]
        wash = economy.ring >= 0
        place = np.minimum(chance * 10, 9).astype(np.int64)
        self.bins += [np.bincount(place, some, 10) for some in (np.ones(len(place)), chance, wash)]
        self.honest.append(chance[~wash])
        self._count(economy, flagged, inside)
        for number, (family, members) in enumerate(
            zip(economy.families, economy.members, strict=True)
        ):
            own = economy.ring == number
            if not own.any():
                continue
            self.wash.setdefault(family, []).append(chance[own])
            self.found.setdefault(family, []).append(bool(flagged[members].mean() > 0.5))
            caught = self.caught.setdefault(family, [0, 0])
            caught[0] += int(inside[own].sum())
            caught[1] += int(own.sum())
        for name, marked in judge(economy.holders, weighed.pairs).items():
            self.rules[name].append((float(marked[wash].mean()), float(marked[~wash].mean())))

    def _count(self, economy: Economy, flagged: Bools, inside: Bools) -> None:
        traded = np.zeros(len(economy.member), dtype=np.bool_)
        traded[economy.flows.payer] = traded[economy.flows.payee] = True
        honest = traded & ~economy.member
        wash = economy.ring >= 0
        counts = (flagged & honest).sum(), honest.sum(), (inside & ~wash).sum(), (~wash).sum()
        self.false = [one + int(more) for one, more in zip(self.false, counts, strict=True)]

    def report(self) -> Report:
        """All of it."""
        honest = np.sort(np.concatenate(self.honest))
        rows = [
            [self._row(plant.__name__, [plant.__name__], honest) for plant in plants]
            for plants in (TUNING, HELD_OUT, EVASIVE)
        ]
        titles = "tuning families", "held-out families", "evasive families"
        for some, title, plants in zip(rows, titles, (TUNING, HELD_OUT, EVASIVE), strict=True):
            some.append(self._row(title, [plant.__name__ for plant in plants], honest))
        rules = {
            name: (float(np.mean([a for a, _ in got])), float(np.mean([b for _, b in got])))
            for name, got in self.rules.items()
        }
        off = float(np.abs(self.bins[1] - self.bins[2]).sum() / self.bins[0].sum())
        false = self.false
        return Report(rows[0], rows[1], rows[2], false[0], false[1], false[2], false[3], rules, off)

    def _row(self, title: str, families: list[str], honest: Floats) -> Row:
        wash = np.concatenate([one for name in families for one in self.wash[name]])
        found = [one for name in families for one in self.found[name]]
        caught = [sum(self.caught[name][at] for name in families) for at in (0, 1)]
        low, high = wilson(sum(found), len(found))
        return Row(title, auc(wash, honest), sum(found), len(found), low, high, *caught)


def auc(wash: Floats, honest: Floats) -> float:
    """How often a wash transfer weighs more than an honest one, a draw as a half; ``honest`` is sorted."""
    below = np.searchsorted(honest, wash, side="left") + np.searchsorted(honest, wash, side="right")
    return float(below.mean() / 2 / len(honest))


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Wilson's interval of a share at 95 %."""
    if not of:
        return 0.0, 1.0
    z, share = 1.959964, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * float(np.sqrt(share * (1 - share) / of + z * z / (4 * of * of)))
    return max(middle - half, 0.0), min(middle + half, 1.0)
