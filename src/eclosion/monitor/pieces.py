"""Very long texts, looked at in pieces that overlap, so that what a detector needs does not grow with the text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from eclosion.kernel.finding import Finding, Observation, Span

PIECE_MAX = 65_536
OVERLAP = 1_024
"""A hidden part that is no longer than this is whole in one piece, wherever the cut is."""


def in_pieces(
    observation: Observation, look: Callable[[Observation], list[Finding]]
) -> list[Finding]:
    """Look at a text piece by piece; spans count from its beginning, and what two pieces share is told once."""
    text = observation.text
    found: list[Finding] = []
    seen: set[tuple[str, Span | None, str]] = set()
    start = 0
    while start < len(text):
        end = _cut(text, start + PIECE_MAX)
        for finding in look(replace(observation, text=text[start:end])):
            span = finding.span
            if span is not None:
                span = Span(span.start + start, span.end + start)
            known = (finding.rule, span, "" if span else finding.evidence)
            if known not in seen and not _again(found, finding.rule, span):
                seen.add(known)
                found.append(replace(finding, span=span))
        if end >= len(text):
            break
        start = max(end - OVERLAP, start + 1)
    return found


def _cut(text: str, end: int) -> int:
    """A place to cut near ``end``, between words if there is one."""
    if end >= len(text):
        return len(text)
    blank = max(text.rfind("\n", end - OVERLAP // 4, end), text.rfind(" ", end - OVERLAP // 4, end))
    return blank + 1 if blank > 0 else end


def _again(found: list[Finding], rule: str, span: Span | None) -> bool:
    """Whether the same rule has found (most of) the same span in the piece before."""
    if span is None:
        return False
    for one in reversed(found[-20:]):
        if one.rule == rule and one.span and one.span.start <= span.start < one.span.end:
            return True
    return False
