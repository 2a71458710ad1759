"""The detector's rules for those who read its findings, and findings made from them.

Every form of a secret is a rule of its own, ``leaks/github-token``; what is shown of a secret is its redaction, so no
finding of this detector holds one.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from eclosion.kernel.finding import Finding, Severity
from eclosion.kernel.secrets import FORMS, Secret, redact
from eclosion.monitor.ports import Rule

_ROTATE: Final = "Revoke it where it was issued and make a new one; taking the text away does not make it secret again."
_HELD: Final = (
    "Hold the call back, look at what the agent read before it, and revoke what was sent."
)
_TAGS: Final = ("secret", "owasp:LLM02", "attack:T1552")
_OUT: Final = ("exfiltration", "owasp:LLM02", "attack:T1567", "atlas:AML.T0024")

GENERIC: Final = (
    Rule(
        "leaks/generic-password",
        "Password beside its name",
        Severity.HIGH,
        "A value that looks like a password under a name such as ``DB_PASSWORD``. Words and samples are let pass.",
        _ROTATE,
        _TAGS,
    ),
    Rule(
        "leaks/generic-secret",
        "Secret beside its name",
        Severity.HIGH,
        "A value that looks drawn by chance under a name such as ``api_key``. Hashes and addresses are let pass.",
        _ROTATE,
        _TAGS,
    ),
    Rule(
        "leaks/provider-key",
        "Key of a provider",
        Severity.HIGH,
        "A value that looks drawn by chance beside the name of a provider whose keys bear no mark of their own.",
        _ROTATE,
        _TAGS,
    ),
)


@cache
def form_rules() -> tuple[Rule, ...]:
    """A rule for each form of the kernel."""
    return tuple(
        Rule(
            f"leaks/{form.id}",
            form.title,
            form.severity,
            f"{form.title}, by the form in which it is issued"
            + (f", proved ({form.check})." if form.check else "."),
            _ROTATE,
            _TAGS,
        )
        for form in FORMS
    )


def finding_of(secret: Secret) -> Finding:
    """What is said of a secret."""
    return Finding(
        f"leaks/{secret.rule}",
        secret.severity,
        secret.confidence,
        secret.title,
        f"{secret.title}, in the open: whoever reads this can use it.",
        span=secret.span,
        evidence=redact(secret.text),
        remedy=_ROTATE,
        tags=_TAGS,
    )
