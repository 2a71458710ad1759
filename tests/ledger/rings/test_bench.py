"""A short form of ``eclosion ledger bench rings``: two held-out seeds, all families."""

import numpy as np
import pytest

from eclosion.ledger.rings.bench.adversaries import HELD_OUT, TUNING
from eclosion.ledger.rings.bench.measuring import (
    FPR_MOST,
    Report,
    auc,
    make_economy,
    measure,
    wilson,
)


@pytest.fixture(scope="module")
def report() -> Report:
    return measure(range(2))


def test_goal_is_met_on_families_that_were_not_tuned_for(report: Report) -> None:
    assert report.held_out[-1].name == "held-out families"
    assert report.held_out[-1].auc >= 0.95
    assert report.held_out[-1].found >= 0.9 * report.held_out[-1].rings
    assert report.false_agents <= FPR_MOST * report.honest_agents
    assert report.false_transfers <= FPR_MOST * report.honest_transfers


def test_evasion_by_long_ways_is_told_and_not_hidden(report: Report) -> None:
    long = next(row for row in report.evasive if row.name == "long")
    assert (long.found, long.rings) == (0, 6)


def test_same_seed_gives_the_same_economy() -> None:
    one, again = (make_economy(7, (*TUNING, *HELD_OUT), 300, 3_000) for _ in range(2))
    assert all(map(np.array_equal, one.flows, again.flows))
    assert np.array_equal(one.ring, again.ring)


def test_planted_rings_get_their_money_back() -> None:
    """Of every ring but those with a tenth of fees, members end about where they began."""
    economy = make_economy(3, (*TUNING, *HELD_OUT), 300, 3_000)
    for number, family in enumerate(economy.families):
        own = economy.ring == number
        size = len(economy.member)
        paid = np.bincount(economy.flows.payer[own], economy.flows.amount[own], size)
        earned = np.bincount(economy.flows.payee[own], economy.flows.amount[own], size)
        if family != "jittered":
            assert np.abs(paid - earned).sum() <= 0.1 * paid.sum(), family


def test_auc_counts_a_draw_as_a_half() -> None:
    assert auc(np.array([0.5, 2.0]), np.array([0.5, 0.5])) == 0.75


def test_wilson_knows_that_few_say_little() -> None:
    assert wilson(18, 18)[0] == pytest.approx(0.8241, abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)
