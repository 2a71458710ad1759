"""Instants are whole milliseconds, and their texts are what clients parse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eclosion.kernel.clock import ManualClock, iso, parse_iso


@given(st.integers(0, 253_402_300_799_999))
def test_iso_comes_back(at_ms: int) -> None:
    assert at_ms == parse_iso(iso(at_ms))


def test_iso_has_milliseconds_and_a_z() -> None:
    assert iso(1_769_862_896_789) == "2026-01-31T12:34:56.789Z"


@given(st.integers(0, 253_402_300_799_999))
def test_a_text_without_a_zone_is_utc(at_ms: int) -> None:
    assert parse_iso(iso(at_ms).removesuffix("Z")) == at_ms


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_iso(text)


def test_a_manual_clock_stands_still() -> None:
    clock = ManualClock(5)
    clock.advance(3)
    assert (clock.now_ms(), clock.now_ms()) == (8, 8)
