"""What passes through the monitor: an observation with where it stood, and a finding with what it is about."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from eclosion.kernel.finding import Finding, Observation

QUOTE_MAX = 300


class Item(NamedTuple):
    """An observation as a reader gives it.

    Attributes:
        observation: what was done and said.
        place: the file that it stood in, ``-`` for standard input.
        line: the line that its record begins in, from 1; 0 where there are no lines.
        pointer: where in the record: a JSON pointer (RFC 6901), empty for a record without structure.
    """

    observation: Observation
    place: str = ""
    line: int = 0
    pointer: str = ""


class Sighting(NamedTuple):
    """A finding with what it is about. ``line`` is that of the span's first character, where lines are known."""

    finding: Finding
    item: Item
    line: int = 0

    @property
    def quote(self) -> str:
        """The part of the text that the finding is about, or its evidence; it may be a secret."""
        span = self.finding.span
        if span is None:
            return self.finding.evidence or self.item.observation.text[:QUOTE_MAX]
        return self.item.observation.text[span.start : span.end]

    @property
    def mark(self) -> str:
        """32 hexadecimal digits, the same for a rule, an actor and the words themselves, wherever they stand.

        What a baseline holds: a log that is moved, rotated or grows keeps its marks.
        """
        parts = f"{self.finding.rule}\n{self.item.observation.actor}\n{self.quote}"
        return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:32]
