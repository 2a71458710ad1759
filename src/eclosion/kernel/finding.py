"""What a detector looks at and what it says of it: observations in, findings out.

Every detector speaks these two forms: the monitor and the audit, which know nothing else of Eclosion, and whoever
writes one of their own. A finding carries what SARIF 2.1.0, OCSF's Detection Finding (class 2004) and JSON Lines ask
for, so one renderer can make them all. It knows no store, no network and nobody's decision about it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple


class Severity(IntEnum):
    """How bad it would be if it is true. The numbers are OCSF's ``severity_id``, and are stored: never renumber one."""

    INFO = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5

    @property
    def word(self) -> str:
        """Its name as people and formats write it."""
        return self.name.lower()

    @classmethod
    def named(cls, word: str) -> Severity | None:
        """The severity of that name, or None."""
        return cls.__members__.get(word.upper())


class Span(NamedTuple):
    """Which part of a text: from the character ``start`` up to but without ``end``, counted in code points from 0."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Observation:
    """Something that an agent did, with what it said: what a detector is shown.

    Attributes:
        at_ms: when, in milliseconds since the epoch.
        actor: who, as its own system names it.
        action: what was done, as ``noun.verb``: ``post.created``, ``tool.called``.
        subject: what it was done to, as its own system names it.
        text: the words; hostile, whoever wrote them.
        attributes: whatever else is known (model, tool, submolt), as text.
    """

    at_ms: int
    actor: str
    action: str
    subject: str = ""
    text: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of something.

    Attributes:
        rule: the rule's id, lower case with ``.``, ``-``, ``_`` and ``/``: ``hidden-speech/rot13``.
        severity: how bad it would be.
        confidence: how sure the rule is, 0 to 1.
        title: what it is, in a few words that anybody may read.
        message: why, in a sentence or two that anybody may read; never a secret.
        place: which file or field it stands in: ``content``, ``~/.ssh/config``.
        pointer: where in it, if it has a structure: a JSON pointer (RFC 6901).
        span: which characters of the text there.
        evidence: the words that gave it away; for those who must judge it, since they may be a secret.
        decoded: what the words say once decoded.
        remedy: what to do about it.
        tags: classes it belongs to: ``secret``, ``atlas:AML.T0051``, ``owasp:LLM01``.
    """

    rule: str
    severity: Severity
    confidence: float
    title: str
    message: str
    place: str = ""
    pointer: str = ""
    span: Span | None = None
    evidence: str = ""
    decoded: str = ""
    remedy: str = ""
    tags: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """32 hexadecimal digits, the same for a rule and a place whenever it finds something there."""
        span = f"{self.span.start}-{self.span.end}" if self.span else ""
        parts = f"{self.rule}\n{self.place}\n{self.pointer}\n{span}"
        return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:32]
