"""The detector: what invisible signs say, and that they carry something where it was not found out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from eclosion.kernel.finding import Finding, Severity, Span
from eclosion.monitor.decoders.gate import Family
from eclosion.monitor.decoders.hidden import Hidden, find_hidden
from eclosion.monitor.detectors.encodings.detector import told
from eclosion.monitor.detectors.encodings.rules import INVISIBLE
from eclosion.monitor.detectors.encodings.weighing import weigh
from eclosion.monitor.passage import Passage


class Invisible:
    """Finds text in invisible characters. Emoji, flags, joiners of scripts and soft hyphens are none."""

    name = "invisible"
    rules = INVISIBLE

    def look(self, passage: Passage) -> Iterable[Finding]:
        """Hidden text with what it says; hidden signs without text as their number."""
        return passage.once("invisible", lambda: list(_found(passage)))


def _found(passage: Passage) -> Iterator[Finding]:
    if passage.is_ascii and "\x1b[" not in passage.text and not passage.views:
        return
    for part in weigh(passage.text, passage.views, unseen=True):
        yield told("invisible", passage.text, part)
    if passage.is_ascii or Family.INVISIBLE not in passage.gate.families:
        return
    for one in find_hidden(passage.text):
        if not one.text:
            yield _unread(one)


def _unread(one: Hidden) -> Finding:
    return Finding(
        rule=f"invisible/{one.codec}",
        severity=Severity.MEDIUM if one.signs >= 16 else Severity.LOW,
        confidence=0.7,
        title=f"Hidden signs: {one.codec}",
        message=f"It carries {one.signs} invisible characters that say something, and it is not known what.",
        span=Span(one.start, one.end),
        evidence=f"{one.signs} invisible characters",
        remedy="Ask its author what they are for, or strip them.",
        tags=("hidden-speech", "attack:T1027"),
    )
