"""Rows of measurements."""

import pytest

from eclosion.monitor.bench import figure, share, wilson


def test_interval_of_a_share() -> None:
    low, high = wilson(9, 10)  # known figures of Wilson's interval
    assert (round(low, 4), round(high, 4)) == (0.5958, 0.9821)
    assert wilson(0, 5_000)[0] == 0


def test_rows_say_whether_the_goal_is_reached() -> None:
    good, bad = share("C1", "x", 98, 100, least=0.98), share("C1", "x", 3, 1_000, most=0.001)
    assert (good.reached, good.aim) == (True, ">= 98 %")
    assert (bad.reached, bad.aim) == (False, "<= 0.1 %")
    assert figure("P", "speed", 4.2, "MB/s", least=5).reached is False
    assert share("C1", "x", 1, 2).reached is None


def test_share_of_nothing_is_no_figure() -> None:
    with pytest.raises(ValueError, match="no cases"):
        share("C1", "x", 0, 0)
