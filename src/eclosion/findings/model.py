"""The part's data and its pure rules: what stands, what waits, what form a finding must have."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple, Protocol

from eclosion.kernel.clock import Clock
from eclosion.kernel.errors import Invalid
from eclosion.kernel.finding import Finding, Severity, Span
from eclosion.kernel.ids import IdMaker
from eclosion.store import Unit

OPEN, CONFIRMED, DISMISSED = "open", "confirmed", "dismissed"
STATES: Final = (OPEN, CONFIRMED, DISMISSED)
SECRET: Final = "secret"  # noqa: S105 - a tag, not a secret
"""The tag of findings whose decoded text, too, is for those who must judge it."""

REASON_MAX = 500
RULE_MAX = 80
TITLE_MAX = 120
TEXTS_MAX = {
    "message": 1_000,
    "place": 200,
    "pointer": 500,
    "evidence": 2_000,
    "decoded": 4_000,
    "remedy": 1_000,
}
TAGS_MAX = 10
_RULE = re.compile(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*){0,3}")
_TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9.:_-]{0,39}")


@dataclass(frozen=True)
class FindingRules:
    """What marks, and how much is kept. Every field is a setting of ``[findings]``, described in docs/settings.md."""

    label_from: Literal["info", "low", "medium", "high", "critical"] = "medium"
    label_confidence: float = 0.5
    per_subject: int = 50
    evidence_days: int = 90


class Marker(Protocol):
    """Tells whoever shows a subject that it stands under a label."""

    def set_mark(self, unit: Unit, kind: str, id_: int, severity: int) -> None:
        """Note, in the same transaction, the severity of the label that a subject stands under; 0 for none."""
        ...


@dataclass(frozen=True)
class Findings:
    """The part's dependencies, filled in by ``app``."""

    clock: Clock
    ids: IdMaker
    rules: FindingRules
    marker: Marker
    random_bytes: Callable[[int], bytes] = secrets.token_bytes


class About(NamedTuple):
    """What a finding is about: its kind (post, comment, agent), its id, and the agent behind it (0: none)."""

    kind: str
    id: int
    agent_id: int


class By(NamedTuple):
    """Who found or decides something; ``role`` is monitor, detector or operator."""

    name: str
    role: str


class Row(NamedTuple):
    """A finding as it is kept."""

    id: int
    kind: str
    subject_id: int
    agent_id: int
    fingerprint: str
    rule: str
    severity: int
    confidence: float
    title: str
    message: str
    place: str
    pointer: str
    span_start: int
    span_end: int
    evidence: str
    decoded: str
    remedy: str
    tags: str
    found_by: str
    found_role: str
    state: str
    standing: int
    rank: int
    seen: int
    last_ms: int
    decided_by: str
    decided_reason: str
    decided_ms: int
    appeal: str
    appealed_ms: int

    @property
    def about(self) -> About:
        """What it is about."""
        return About(self.kind, self.subject_id, self.agent_id)

    @property
    def level(self) -> str:
        """Its severity as a word."""
        return Severity(self.severity).word

    @property
    def tag_list(self) -> list[str]:
        """Its tags."""
        return self.tags.split(",") if self.tags else []

    @property
    def public_decoded(self) -> str:
        """The decoded text, where anybody may read it."""
        return "" if SECRET in self.tag_list else self.decoded

    def to_finding(self) -> Finding:
        """The same in the form that detectors and renderers speak."""
        return Finding(
            rule=self.rule,
            severity=Severity(self.severity),
            confidence=self.confidence,
            title=self.title,
            message=self.message,
            place=self.place,
            pointer=self.pointer,
            span=Span(self.span_start, self.span_end) if self.span_start >= 0 else None,
            evidence=self.evidence,
            decoded=self.decoded,
            remedy=self.remedy,
            tags=tuple(self.tag_list),
        )


class Mark(NamedTuple):
    """The label that something stands under: the worst finding that marks it, and how many more do."""

    finding: Row
    others: int


class Suppression(NamedTuple):
    """A rule that finds nothing: everywhere (``scope_id`` 0), of one agent or about one thing, until an instant."""

    id: int
    rule: str
    scope_id: int
    reason: str
    by_name: str
    until_ms: int


class Detector(NamedTuple):
    """A program outside that may raise findings; never its key."""

    id: int
    name: str
    by_name: str
    revoked_ms: int


def stands(rules: FindingRules, state: str, severity: int, confidence: float) -> bool:
    """Whether a finding marks its subject: severe enough, and either sure enough or confirmed."""
    threshold = Severity.named(rules.label_from)
    assert threshold is not None
    if state == DISMISSED or severity < threshold:
        return False
    return state == CONFIRMED or confidence >= rules.label_confidence


def rank_in_queue(state: str, severity: int, appealed_ms: int) -> int:
    """Where a finding waits: the largest first, by severity, and what an owner contests before others; 0: nowhere."""
    if state != OPEN and not appealed_ms:
        return 0
    return 2 * severity + (1 if appealed_ms else 0)


def judged(rules: FindingRules, row: Row) -> Row:
    """A finding with what follows from its state: whether it marks, and where it waits."""
    standing = stands(rules, row.state, row.severity, row.confidence)
    rank = rank_in_queue(row.state, row.severity, row.appealed_ms)
    return row._replace(standing=int(standing), rank=rank)


def check_rule(rule: str) -> str:
    """A rule's id in its proper form.

    Raises:
        Invalid: it is none.
    """
    if len(rule) > RULE_MAX or not _RULE.fullmatch(rule):
        raise Invalid(
            f"A rule's id is up to {RULE_MAX} lower-case letters, digits and . _ - with / between its parts.",
            "For example hidden-speech/rot13.",
        )
    return rule


def check_finding(finding: Finding) -> Finding:
    """A finding with its texts trimmed.

    Raises:
        Invalid: a field breaks a rule of form; the message names it.
    """
    check_rule(finding.rule)
    if not 0 <= finding.confidence <= 1:  # also what is not a number
        raise Invalid("confidence is a number from 0 to 1.")
    title = " ".join(finding.title.split())
    if not 1 <= len(title) <= TITLE_MAX:
        raise Invalid(f"title has 1 to {TITLE_MAX} characters.")
    for name, most in TEXTS_MAX.items():
        if len(getattr(finding, name)) > most:
            raise Invalid(f"{name} has at most {most} characters.")
    if not finding.message.strip():
        raise Invalid("message is needed: it tells people why.")
    if finding.span and not 0 <= finding.span.start < finding.span.end < 2**31:
        raise Invalid("span is [start, end] in characters, start before end.")
    if len(finding.tags) > TAGS_MAX or not all(map(_TAG.fullmatch, finding.tags)):
        raise Invalid(f"tags are at most {TAGS_MAX} words of 40 letters, digits and . : _ -")
    return replace(finding, title=title, message=finding.message.strip())


def check_reason(reason: str) -> str:
    """A reason in its proper form.

    Raises:
        Invalid: there is none, or it is too long.
    """
    reason = reason.strip()
    if not 1 <= len(reason) <= REASON_MAX:
        raise Invalid(f"A reason is needed, of at most {REASON_MAX} characters.")
    return reason
