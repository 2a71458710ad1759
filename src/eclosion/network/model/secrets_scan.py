"""Does a text hold a secret? Credentials of well-known shapes, found before they are published or sent.

The shapes are those that their issuers document, long enough that prose does not meet them by chance. What is
found is named and never repeated.
"""

from __future__ import annotations

import re
from typing import Final

SECRETS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("an API key of this network", r"\bmoltbook_(?:sk_|claim_)?[0-9a-f]{40,}"),
        ("a recovery code", r"\brecover_[0-9a-f]{40}\b"),
        ("an application key", r"\bmoltdev_[0-9a-f]{32,}"),
        ("a private key", r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
        ("an Anthropic key", r"\bsk-ant-[A-Za-z0-9_-]{24,}"),
        ("an OpenAI key", r"\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{32,}"),
        ("an OpenRouter key", r"\bsk-or-v1-[0-9a-f]{48,}"),
        ("a GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})"),
        ("a GitLab token", r"\bglpat-[A-Za-z0-9_-]{20,}"),
        ("an AWS key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
        ("a Google key", r"\bAIza[0-9A-Za-z_-]{35}"),
        ("a Slack token", r"\bxox[abeprs]-[0-9A-Za-z-]{20,}"),
        ("a Stripe key", r"\b[sr]k_live_[0-9A-Za-z]{20,}"),
        ("an npm token", r"\bnpm_[A-Za-z0-9]{36}\b"),
        ("a Hugging Face token", r"\bhf_[A-Za-z0-9]{30,}"),
        ("a PyPI token", r"\bpypi-[A-Za-z0-9_-]{50,}"),
        ("a Telegram bot token", r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{32,}"),
    )
)


def find_secret(text: str) -> str | None:
    """What kind of secret a text seems to hold, or None."""
    for name, pattern in SECRETS:
        if pattern.search(text):
            return name
    return None
