"""What the monitor says of itself: what failed, what was left out, what it could not read. Nothing is skipped silently.

Each is told the first time and then at powers of two, with how often it has happened, so that a bad day does not
bury what the detectors say.
"""

from __future__ import annotations

from collections import Counter

from eclosion.kernel.finding import Finding, Severity
from eclosion.monitor.ports import Rule

KINDS_MAX = 200

FAILED = Rule(
    "monitor/detector-failed",
    "A detector failed",
    Severity.LOW,
    "A detector raised an error, which is a mistake in it. The others went on; what it would have found is not known.",
    "Please report it, with the error and, if you may, the text.",
    ("monitor",),
)
NOT_LOADED = Rule(
    "monitor/detector-missing",
    "A detector could not be loaded",
    Severity.LOW,
    "A library that a detector needs is missing or does not fit; nothing of its kind will be found.",
    "Install what the message names.",
    ("monitor",),
)
SPENT = Rule(
    "monitor/budget-spent",
    "Not everything was tried on a text",
    Severity.INFO,
    "The slow work on one message, or of one detector in a second, is limited. A text can be built to spend it.",
    "Look at the text; or raise the budget and scan it again.",
    ("monitor",),
)
UNREADABLE = Rule(
    "monitor/unreadable",
    "Something could not be read",
    Severity.LOW,
    "A record is broken, cut short, too long or packed beyond reason. What can be read of it is looked at.",
    "Look at the file.",
    ("monitor",),
)
RULES = (FAILED, NOT_LOADED, SPENT, UNREADABLE)


def make(rule: Rule, message: str, place: str = "", title: str = "") -> Finding:
    """A finding of one of the monitor's own rules."""
    return Finding(
        rule.id,
        rule.severity,
        1.0,
        title or rule.title,
        message,
        place=place,
        remedy=rule.remedy,
        tags=rule.tags,
    )


def not_loaded(name: str, why: str) -> Finding:
    """A detector that could not be made."""
    return make(NOT_LOADED, f"The detector {name} is missing: {why}.")


class Troubles:
    """Counts what goes wrong, and says when it is to be told."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def failed(self, name: str, error: Exception) -> list[Finding]:
        """A detector raised an error. What it says is not told, since it may quote the text."""
        kind = type(error).__name__
        times = self._count(f"failed {name} {kind}")
        if not times:
            return []
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        where = f"{frame.tb_frame.f_code.co_name}, line {frame.tb_lineno}" if frame else "unknown"
        return [make(FAILED, f"{name} raised {kind} ({where}); {_times(times)}.")]

    def left_out(self, name: str, characters: int) -> list[Finding]:
        """A detector was left out, since it had taken more than its share of the last seconds."""
        self._counts[f"characters {name}"] += characters
        times = self._count(f"left out {name}")
        if not times:
            return []
        total = self._counts[f"characters {name}"]
        return [
            make(
                SPENT,
                f"{name} had spent its time and did not see this message; {_times(times)}, {total:,} letters.",
            )
        ]

    def spent(self, limit_ms: float, refused: int) -> list[Finding]:
        """Slow work on one message was refused."""
        times = self._count("spent")
        if not times:
            return []
        message = f"{refused} slow searches were left out: {limit_ms:.0f} ms are for one message; {_times(times)}."
        return [make(SPENT, message)]

    def _count(self, kind: str) -> int:
        """How often this has happened, or 0 if that is not to be told now."""
        if kind not in self._counts and len(self._counts) >= KINDS_MAX:
            kind = "other"
        self._counts[kind] += 1
        times = self._counts[kind]
        return times if times & (times - 1) == 0 else 0


def _times(times: int) -> str:
    return "the first time" if times == 1 else f"{times:,} times so far"
