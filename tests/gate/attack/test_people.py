"""Simulated people at the gate's own sessions: nobody gets through by hand, and a program does by the same way."""

from __future__ import annotations

import random

import pytest

from eclosion.gate import Policy
from eclosion.gate.attack import Tally
from eclosion.gate.attack.awake import AGENT_ON, EXPERT_AWAKE, attack_by_patience
from eclosion.gate.attack.people import (
    CLICKER,
    KEYS,
    MACHINE,
    REACTION,
    TYPIST,
    Hands,
    Strokes,
    attack_by_hand,
)
from eclosion.gate.attack.people import _of_person as of_person
from eclosion.gate.attack.relayed import AGENT, AVERAGE, EXPERT, THINKER, attack_by_relay
from eclosion.gate.policy import WHOLE


@pytest.mark.parametrize("hands", [TYPIST, CLICKER], ids=["typist", "clicker"])
def test_no_hand_passes(hands: Hands) -> None:
    assert attack_by_hand(hands, 60, seed=2).won == 0


def test_a_program_passes_by_the_same_way() -> None:
    assert attack_by_hand(MACHINE, 5, seed=2).won == 5


def test_from_where_on_one_press_a_message_is_enough() -> None:
    """The model can lose: fingers of twenty presses a second, on answers that a program made, get through."""
    quick = Strokes(1_000 / 20, 0.0, 1)
    fingers = Hands("fingers", quick, 0, None, REACTION)
    assert attack_by_hand(fingers, 5, seed=1).won == 5
    assert attack_by_hand(fingers._replace(strokes=Strokes(1_000 / 10, 0.0, 1)), 5, 1).won == 0


def test_people_are_as_quick_as_was_measured() -> None:
    draw = random.Random(3)
    taken = sorted(of_person(draw, KEYS)() for _ in range(4_001))
    assert taken[0] >= KEYS.least_ms
    assert taken[2_000] == pytest.approx(KEYS.median_ms, rel=0.05)


def test_the_same_seed_is_the_same_people() -> None:
    one, again = (attack_by_relay(EXPERT, 20, 4, Policy(), None) for _ in range(2))
    assert one == again


def test_relays_by_hand_need_longer_than_an_item_allows() -> None:
    """What whole rounds let through is told and not hidden: thirty seconds are enough for a paste."""
    usual, whole = Policy(), Policy(rounds=WHOLE)
    assert attack_by_relay(AVERAGE, 40, 1, whole, None).won > 30
    assert attack_by_relay(AVERAGE, 60, 1, usual, None).won == 0
    assert attack_by_relay(AGENT, 20, 1, usual, None).won == 20
    assert attack_by_relay(THINKER, 20, 1, usual, None).won >= 18


def test_a_probe_an_hour_finds_who_sleeps() -> None:
    seldom = Policy(probes_least=4, probes_most=8, probes_missed_max=2, rounds=WHOLE)
    assert attack_by_patience(EXPERT_AWAKE, 24, 12, 1, Policy()).won == 0
    assert attack_by_patience(AGENT_ON, 24, 6, 1, Policy()).won >= 5
    assert attack_by_patience(EXPERT_AWAKE, 24, 12, 1, seldom).won > 0, "a few probes do not"


def test_a_goal_is_a_share() -> None:
    assert Tally("a", 1, 100, 0.01).reached
    assert not Tally("a", 2, 100, 0.01).reached
    assert Tally("a", 100, 100, None).reached
