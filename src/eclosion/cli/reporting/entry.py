"""A finding as it is reported, whoever found it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from eclosion.kernel.finding import Finding, Severity
from eclosion.monitor.redaction import redacted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eclosion.monitor.ports import Rule
    from eclosion.monitor.sighting import Sighting

QUOTE_MAX = 400
NO_RULES: dict[str, Rule] = {}


class Tool(NamedTuple):
    """Who reports: ``eclosion monitor``; its version; its rules by id, as far as they are described."""

    name: str
    version: str
    rules: Mapping[str, Rule] = NO_RULES


class Entry(NamedTuple):
    """A finding, redacted, with what it is about.

    Attributes:
        finding: without secrets.
        mark: what a baseline knows it by; the same for the same words of the same actor, wherever they stand.
        at_ms: when it was said or done; 0 if that is not known.
        actor, action, recipient, subject: who did what to whom.
        line: in the file, from 1; 0 where there are no lines.
        column: of the first character in its line, from 1; 0 where that is not known.
        session: the conversation that it belongs to.
    """

    finding: Finding
    mark: str
    at_ms: int = 0
    actor: str = ""
    action: str = ""
    recipient: str = ""
    subject: str = ""
    line: int = 0
    column: int = 0
    session: str = ""

    @property
    def spot(self) -> str:
        """The file, with the line if there is one."""
        place = self.finding.place
        return (
            f"{place}:{self.line}" if self.line and not place.endswith(f":{self.line}") else place
        )


def from_sighting(sighting: Sighting) -> Entry:
    """A finding of the monitor."""
    finding, item = redacted(sighting.finding), sighting.item
    seen = item.observation
    if "secret" not in finding.tags and not finding.evidence:
        words = sighting.quote
        cut = words if len(words) <= QUOTE_MAX else words[:QUOTE_MAX] + "…"
        finding = _with_evidence(finding, cut)
    column = 0
    if finding.span and item.line and not item.pointer:
        column = finding.span.start - seen.text.rfind("\n", 0, finding.span.start)
    return Entry(
        finding,
        sighting.mark,
        seen.at_ms,
        seen.actor,
        seen.action,
        seen.attributes.get("recipient", ""),
        seen.subject,
        sighting.line,
        column,
        seen.attributes.get("session", ""),
    )


def _with_evidence(finding: Finding, words: str) -> Finding:
    from dataclasses import replace

    return replace(finding, evidence=words)


def by_severity(entries: list[Entry]) -> list[Entry]:
    """The worst first, then the surest, then as they came."""
    return sorted(entries, key=lambda one: (-one.finding.severity, -one.finding.confidence))


SEVERITIES = tuple(reversed(Severity))
