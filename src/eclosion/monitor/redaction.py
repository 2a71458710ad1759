"""Keeps secrets out of what is shown: whoever reads a report must not learn a key from it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from eclosion.kernel.finding import Finding

SECRET = "secret"  # noqa: S105 - a tag, not a secret
KEPT = 4
SHORT = 16
SHORTEST = 8
_HINT = re.compile(r"\u2026(?:\[\d+ characters, redacted\]| \(\d+ characters, #[0-9a-f]{8}\))")
_HIDDEN = re.compile(r"\u2026 \(\d+ characters, #[0-9a-f]{8}\)$")


def secrets_in(found: Iterable[Finding], text: str) -> set[str]:
    """The secrets that findings are about: their evidence, and what stands at their span if that is hidden already."""
    secrets: set[str] = set()
    for one in found:
        if SECRET in one.tags:
            secrets.add(one.evidence)
            if one.span:
                secrets.add(text[one.span.start : one.span.end])
    return {one for one in secrets if len(one) >= SHORTEST}


def hint_of(secret: str) -> str:
    """A secret so that its owner knows which it is and nobody else can use it: its beginning, and how long it is.

    What is hidden already (``eclosion.kernel.secrets.redact``) is left as it is.
    """
    if _HIDDEN.search(secret):
        return secret
    kept = secret[:KEPT] if len(secret) >= SHORT else ""
    return f"{kept}…[{len(secret)} characters, redacted]"


def is_redacted(text: str) -> bool:
    """Whether something in a text was hidden here; a stranger may write so too, who then sees less."""
    return _HINT.search(text) is not None


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
