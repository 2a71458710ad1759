"""Baselines: what had been found when somebody looked through it and said why it may stay. Only what is new is told.

A baseline knows a finding by its rule, its actor and its words, not by its place, so it still fits when a log has
moved or grown. It holds no words, which could be secrets.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from eclosion.kernel.errors import Invalid
from eclosion.kernel.finding import Finding, Observation
from eclosion.monitor.sighting import mark_of

VERSION = 1


class Known(NamedTuple):
    """A finding that is known: its mark, what it was, and why it may stay."""

    mark: str
    rule: str
    actor: str
    place: str
    reason: str


class Baseline:
    """Keeps back what is known. ``kept_back`` counts it.

    Args:
        path: the file.

    Raises:
        Invalid: it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.kept_back = 0
        try:
            told = json.loads(path.read_text("utf-8"))
            if told["version"] != VERSION:
                raise Invalid(f"{path} is a baseline of another version of Eclosion.")
            self._known = {str(one["mark"]): str(one["reason"]) for one in told["findings"]}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Invalid(
                f"{path} is no baseline: {error}.",
                "Make one with --write-baseline FILE --reason TEXT.",
            ) from None

    def __call__(self, finding: Finding, observation: Observation) -> Finding | None:
        """A finding that is not known; None for one that is."""
        if mark_of(finding, observation) in self._known:
            self.kept_back += 1
            return None
        return finding


def write_baseline(path: Path, found: Iterable[Known]) -> int:
    """Write what was found as a baseline; how many different findings that are."""
    unique = {one.mark: one for one in found}
    told = {
        "version": VERSION,
        "findings": [
            one._asdict() for one in sorted(unique.values(), key=lambda one: (one.rule, one.mark))
        ],
    }
    path.write_text(json.dumps(told, indent=1, ensure_ascii=True) + "\n", "utf-8")
    return len(unique)
