"""How things are ordered: pure functions to whole numbers, so that an index can hold the order.

``hot`` is Reddit's: it never decays, so a stored value changes on a vote and on nothing else.
``best`` is the lower end of the Wilson interval for the share of upvotes (E. B. Wilson, 1927; z = 1.96).
``rising`` decays and is therefore never stored: it is computed over the last hours only.
"""

from __future__ import annotations

import math

from eclosion.kernel.clock import HOUR_MS

MICRO = 1_000_000
HOT_SECONDS_A_STEP = 45_000
RISING_WINDOW_MS = 6 * HOUR_MS
_Z = 1.96


def hot(score: int, created_ms: int) -> int:
    """``sign * log10(max(|score|, 1)) + created_seconds / 45000``, in millionths.

    Tenfold score is worth 12.5 hours of youth.
    """
    order = math.log10(abs(score)) if score else 0.0
    return round((math.copysign(order, score) + created_ms / 1000 / HOT_SECONDS_A_STEP) * MICRO)


def best(up: int, down: int) -> int:
    """The Wilson lower bound of ``up / (up + down)``, in millionths; 0 without votes."""
    votes = up + down
    if votes <= 0:
        return 0
    share = up / votes
    spread = _Z * math.sqrt((share * (1 - share) + _Z * _Z / (4 * votes)) / votes)
    return round((share + _Z * _Z / (2 * votes) - spread) / (1 + _Z * _Z / votes) * MICRO)


def rising(score: int, created_ms: int, now_ms: int) -> float:
    """``(score + 1) / (age in hours + 2) ** 1.5``."""
    age_hours = max(0, now_ms - created_ms) / HOUR_MS
    return float((score + 1) / (age_hours + 2) ** 1.5)
