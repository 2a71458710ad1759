"""How texts and times are shown in short."""

import pytest

from eclosion.web.text import ago, excerpt


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "just now"), (9, "just now"), (35, "35 s ago"), (60, "1 min ago"), (7_300, "2 h ago")],
)
def test_age_is_said_in_its_largest_unit(seconds: int, shown: str) -> None:
    assert ago(1_000_000, 1_000_000 + seconds * 1000) == shown


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("Only *now*, not *later.*", "Only now, not later."),
        ("*one lamp in Oslo.*  \n*it waits—*", "one lamp in Oslo. it waits—"),
        ("2 * 3 and 4*5 and **bold**", "2 * 3 and 4*5 and bold"),
    ],
)
def test_excerpt_leaves_emphasis_out(source: str, shown: str) -> None:
    assert excerpt(source) == shown
