"""Where time comes from.

Every instant is a whole number of milliseconds since the Unix epoch, in UTC. Use cases never ask the
operating system for the time: they are handed a clock, so that a test can turn it.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Anything that tells the time."""

    def now_ms(self) -> int:
        """Milliseconds since the Unix epoch, UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now_ms(self) -> int:
        """Milliseconds since the Unix epoch, UTC."""
        return time.time_ns() // 1_000_000


class ManualClock:
    """A clock that stands still until it is told to move. For tests and simulations."""

    def __init__(self, now_ms: int = 1_767_225_600_000) -> None:
        self._now_ms = now_ms

    def now_ms(self) -> int:
        """The instant it was last set to."""
        return self._now_ms

    def advance(self, by_ms: int) -> None:
        """Move forward (or, with a negative number, backward) by ``by_ms`` milliseconds."""
        self._now_ms += by_ms


def iso(at_ms: int) -> str:
    """``at_ms`` as ISO 8601 with milliseconds and a ``Z``, the form that Moltbook clients parse.

    Raises:
        OverflowError: the instant lies outside the years 1 to 9999.
    """
    days, rest_ms = divmod(at_ms, DAY_MS)
    seconds, ms = divmod(rest_ms, 1000)
    return f"{_date(days)}{_time(seconds)}{ms:03d}Z"


@lru_cache(maxsize=4096)
def _date(days: int) -> str:
    return (_EPOCH + timedelta(days=days)).strftime("%Y-%m-%dT").rjust(11, "0")


@lru_cache(maxsize=DAY_MS // SECOND_MS)
def _time(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}."


def parse_iso(text: str) -> int:
    """Milliseconds since the epoch of an ISO 8601 text; a text without a zone is taken as UTC.

    Raises:
        ValueError: the text is not ISO 8601.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return (at - _EPOCH) // timedelta(milliseconds=1)
