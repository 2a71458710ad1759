"""Instants are whole milliseconds, and their texts are what clients parse."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eclosion.kernel.clock import ManualClock, iso, parse_iso


@given(st.integers(0, 253_402_300_799_999))
def test_iso_comes_back(at_ms: int) -> None:
    assert at_ms == parse_iso(iso(at_ms))


def test_iso_has_milliseconds_and_a_z() -> None:
    assert iso(1_769_862_896_789) == "2026-01-31T12:34:56.789Z"


@given(st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 30)))  # noqa: DTZ001 - that is the case
def test_a_text_without_a_zone_is_utc(at: datetime) -> None:
    assert parse_iso(at.isoformat()) == int(at.replace(tzinfo=UTC).timestamp() * 1000 // 1)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_iso(text)


def test_a_manual_clock_stands_still() -> None:
    clock = ManualClock(5)
    clock.advance(3)
    assert (clock.now_ms(), clock.now_ms()) == (8, 8)
