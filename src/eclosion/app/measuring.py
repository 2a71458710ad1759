"""What the doors count of themselves: requests, replies, time. Kept in memory, by route and never by agent.

Counting happens in the event loop for every request, so it is a list index and two additions; it is turned
into Prometheus' form only when somebody looks. Not safe to share between threads.
"""

from __future__ import annotations

from bisect import bisect_left

BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper ends of the classes of duration, in seconds; above the last one is one more."""


class Tally:
    """Counts of one route.

    Attributes:
        method, path: the route, with its parameters' names and not their values.
        is_page: whether it is a page for people.
        statuses: replies by the first digit of their status (index 1 to 5).
        durations: replies by class of duration, see ``BOUNDS_S``.
        total_s: the sum of all durations, in seconds.
    """

    __slots__ = ("durations", "is_page", "method", "path", "statuses", "total_s")

    def __init__(self, method: str, path: str, *, is_page: bool = False) -> None:
        self.method = method
        self.is_page = is_page
        self.path = path
        self.statuses = [0] * 6
        self.durations = [0] * (len(BOUNDS_S) + 1)
        self.total_s = 0.0

    def note(self, status: int, duration_s: float) -> None:
        """Count one reply."""
        self.statuses[status // 100] += 1
        self.durations[bisect_left(BOUNDS_S, duration_s)] += 1
        self.total_s += duration_s


class Measures:
    """The counts of all routes."""

    def __init__(self) -> None:
        self.tallies: list[Tally] = []

    def tally(self, method: str, path: str, *, is_page: bool = False) -> Tally:
        """Begin to count a route."""
        made = Tally(method, path, is_page=is_page)
        self.tallies.append(made)
        return made


def quantile_ms(durations: list[int], share: float) -> float | None:
    """The duration, in ms, within which a share of the requests were answered; None where there were none.

    Read from classes: within a class, requests are taken as spread evenly; beyond the last bound, as that bound.
    """
    total = sum(durations)
    if not total:
        return None
    wanted = share * total
    below = 0
    for number, count in enumerate(durations):
        if below + count >= wanted and count:
            low = BOUNDS_S[number - 1] if number else 0.0
            high = BOUNDS_S[min(number, len(BOUNDS_S) - 1)]
            return 1_000 * (low + (high - low) * (wanted - below) / count)
        below += count
    return 1_000 * BOUNDS_S[-1]
