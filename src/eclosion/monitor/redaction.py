"""Keeps secrets out of what is shown: whoever reads a report must not learn a key from it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from eclosion.kernel.finding import Finding

SECRET = "secret"  # noqa: S105 - a tag, not a secret
KEPT = 4
SHORT = 16


def hint_of(secret: str) -> str:
    """A secret so that its owner knows which it is and nobody else can use it: its beginning, and how long it is."""
    kept = secret[:KEPT] if len(secret) >= SHORT else ""
    return f"{kept}…[{len(secret)} characters, redacted]"


def mask(finding: Finding, secrets: Collection[str]) -> Finding:
    """A finding without the secrets that others have found in the same text, unless it is about them itself."""
    if not secrets or SECRET in finding.tags:
        return finding
    return replace(
        finding,
        evidence=without(finding.evidence, secrets),
        decoded=without(finding.decoded, secrets),
        message=without(finding.message, secrets),
        title=without(finding.title, secrets),
    )


def redacted(finding: Finding) -> Finding:
    """A finding as it may be shown: where it is about a secret, without it."""
    if SECRET not in finding.tags:
        return finding
    secrets = [one for one in (finding.evidence, finding.decoded) if one]
    return replace(
        finding,
        evidence=hint_of(finding.evidence) if finding.evidence else "",
        decoded=hint_of(finding.decoded) if finding.decoded else "",
        message=without(finding.message, secrets),
        title=without(finding.title, secrets),
        remedy=without(finding.remedy, secrets),
    )


def without(text: str, secrets: Collection[str]) -> str:
    """A text in which each secret is replaced by its hint."""
    for secret in secrets:
        text = text.replace(secret, hint_of(secret))
    return text
