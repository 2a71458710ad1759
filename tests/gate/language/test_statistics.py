"""Intervals and thresholds, held against exact computation."""

from fractions import Fraction
from math import comb

import pytest

from eclosion.gate.language.rounds import Policy, policy_for
from eclosion.gate.language.statistics import tail, tail_with_replacement, wilson
from eclosion.gate.policy import WHOLE, Rounds


def test_wilson_interval_is_that_of_the_reference() -> None:
    """40 of 40 is [0.91, 1]; half of 100 is the textbook's [0.404, 0.596]."""
    assert wilson(40, 40).low == pytest.approx(0.9124, abs=1e-4)
    assert wilson(40, 40).high == 1.0
    assert (wilson(50, 100).low, wilson(50, 100).high) == pytest.approx((0.4038, 0.5962), abs=1e-4)


def test_nothing_asked_says_nothing() -> None:
    assert wilson(0, 0)[2:] == (0.0, 1.0)


@pytest.mark.parametrize(
    "p", [Fraction(1, 4), Fraction(37, 100), Fraction(9, 20), Fraction(19, 20)]
)
def test_tail_is_exact(p: Fraction) -> None:
    exact = sum(comb(24, k) * p**k * (1 - p) ** (24 - k) for k in range(21, 25))
    assert tail(float(p), 21, 24) == pytest.approx(float(exact), rel=1e-12)


def test_session_keeps_scripts_out_and_lets_readers_in() -> None:
    """The figures that the policy promises: 21 of 24."""
    policy = Policy()
    assert (policy.pass_at, policy.asked) == (21, 24)
    assert tail(0.37, 21, 24) < 1e-6
    assert tail(0.45, 21, 24) < 2e-5
    assert tail(0.55, 21, 24) < 8e-4
    assert tail(0.95, 21, 24) > 0.97
    assert tail(0.98, 21, 24) > 0.998


def test_one_item_less_would_let_toys_in() -> None:
    assert tail(0.55, 20, 24) > 1e-3


def test_replacement_is_bounded_even_for_who_knows_their_score() -> None:
    """Somebody who knew every round's score and voided the worst: still under 10^-3 at the bound for a supply."""
    single = tail(0.45, 21, 25)  # one item more, of which a wrong one is voided
    assert tail(0.45, 21, 24) < single < tail_with_replacement(0.45, 21, 3, 8) < 1e-4
    assert tail_with_replacement(0.55, 21, 3, 8) < 3e-3


@pytest.mark.parametrize(("rounds", "pass_at"), [(1, 7), (2, 14), (3, 21), (6, 42)])
def test_probes_ask_for_the_same_share(rounds: int, pass_at: int) -> None:
    assert policy_for(Rounds(rounds)).pass_at == pass_at
    assert policy_for(WHOLE._replace(number=rounds)).pass_at == pass_at
