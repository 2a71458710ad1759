"""What passes through the monitor: an observation with where it stood, and a finding with what it is about."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import NamedTuple

from eclosion.kernel.finding import Finding, Observation

QUOTE_MAX = 300
_HELD = re.compile(
    r"(.{0,200}?)/(?:messages|conversation|conversations|turns|history|steps|trace)/\d+"
)


class Item(NamedTuple):
    """An observation as a reader gives it.

    Attributes:
        observation: what was done and said.
        place: the file that it stood in, ``-`` for standard input.
        line: the line that its record begins in, from 1; 0 where there are no lines.
        pointer: where in the record: a JSON pointer (RFC 6901), empty for a record without structure.
        trouble: what the reader has to say of the record itself; there is nothing to look at then.
    """

    observation: Observation
    place: str = ""
    line: int = 0
    pointer: str = ""
    trouble: Finding | None = None


class Sighting(NamedTuple):
    """A finding with what it is about. ``line`` is that of the span's first character, where lines are known."""

    finding: Finding
    item: Item
    line: int = 0

    @property
    def quote(self) -> str:
        """The part of the text that the finding is about, or its evidence; it may be a secret."""
        return quote_of(self.finding, self.item.observation)

    @property
    def mark(self) -> str:
        """See ``mark_of``."""
        return mark_of(self.finding, self.item.observation)


def quote_of(finding: Finding, observation: Observation) -> str:
    """The part of a text that a finding is about, or its evidence; it may be a secret."""
    if finding.span is None:
        return finding.evidence or observation.text[:QUOTE_MAX]
    return observation.text[finding.span.start : finding.span.end]


def mark_of(finding: Finding, observation: Observation) -> str:
    """32 hexadecimal digits, the same for a rule, an actor and the words themselves, wherever they stand.

    What a baseline holds: a log that is moved, rotated or grows keeps its marks.
    """
    words = quote_of(finding, observation)
    parts = f"{finding.rule}\n{observation.actor}\n{words}"
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def in_session(item: Item) -> Observation:
    """Its observation, with a session if it belongs to a conversation that bears no name: the record that holds it.

    Detectors remember what was said in a session; two nameless conversations in two files, or in two lines of one file,
    must not be taken for one.
    """
    observation = item.observation
    known = observation.attributes
    if "role" not in known or known.get("session"):
        return observation
    held = _HELD.match(item.pointer)
    record = f":{item.line}{held[1]}" if held else ""
    return replace(observation, attributes={**known, "session": f"{item.place}{record}"})
