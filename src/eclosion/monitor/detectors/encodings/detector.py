"""The detector: encoded parts, acrostics, and the announcement that something is hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from eclosion.kernel.finding import Finding, Severity, Span
from eclosion.monitor.decoders.acrostics import find_acrostics
from eclosion.monitor.decoders.reading import Kind, read
from eclosion.monitor.detectors.encodings import rules
from eclosion.monitor.detectors.encodings.declared import find_declarations
from eclosion.monitor.detectors.encodings.rules import REMEDY
from eclosion.monitor.detectors.encodings.weighing import READABLE, Part, weigh
from eclosion.monitor.passage import Passage

EVIDENCE_MAX = 200
DECODED_MAX = 4_000
_SAYS = {
    Kind.WORDS: "somebody's words",
    Kind.ADDRESS: "an address",
    Kind.SECRET: "words about a secret",
    Kind.ORDER: "an instruction",
}


class Encodings:
    """Finds hidden speech in encodings, disguised letters and first letters, and says what it says."""

    name = "encodings"
    rules = (*rules.ENCODINGS, *rules.DECLARED)

    def look(self, passage: Passage) -> Iterable[Finding]:
        """Encoded parts that say something, acrostics, and declared intent to hide."""
        return passage.once("encodings", lambda: list(_found(passage)))


def _found(passage: Passage) -> Iterator[Finding]:
    if passage.views:
        for part in weigh(passage.text, passage.views, unseen=False):
            yield told("encodings", passage.text, part)
    yield from _acrostics(passage.text)
    yield from find_declarations(passage.data, passage.text)


def told(detector: str, text: str, part: Part) -> Finding:
    """A part as a finding."""
    view = part.view
    outer = view.chain[0]
    what = _SAYS.get(view.reading.kind, "text")
    how = "disguised letters" if outer in READABLE else "an encoding"
    return Finding(
        rule=f"{detector}/{outer}",
        severity=part.severity,
        confidence=part.confidence,
        title=f"Hidden text: {view.path}",
        message=f"In {how} ({view.path}) stands {what}.",
        span=view.span,
        evidence=text[view.span.start : view.span.end][:EVIDENCE_MAX],
        decoded=view.text[:DECODED_MAX],
        remedy=REMEDY,
        tags=_tags(view.reading.kind),
    )


def _acrostics(text: str) -> Iterator[Finding]:
    for layer in find_acrostics(text):
        kind = read(layer.text).kind
        yield Finding(
            rule="encodings/acrostic",
            severity=Severity.HIGH if kind >= Kind.SECRET else Severity.MEDIUM,
            confidence=0.9,
            title="Hidden text: first letters",
            message="The first letters of its lines or sentences spell words.",
            span=Span(layer.start, layer.end),
            evidence=text[layer.start : layer.end][:EVIDENCE_MAX],
            decoded=layer.text,
            remedy=REMEDY,
            tags=_tags(kind),
        )


def _tags(kind: Kind) -> tuple[str, ...]:
    """Obfuscation as MITRE ATT&CK names it; an instruction also as prompt injection."""
    tags = ("hidden-speech", "attack:T1027")
    return (*tags, "atlas:AML.T0051") if kind == Kind.ORDER else tags
