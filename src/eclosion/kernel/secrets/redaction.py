"""How a secret is shown: enough to find it again, never enough to use it."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

SHOWN_CHARS: Final = 4


def redact(secret: str, *, key: bytes = b"") -> str:
    """``ghp_… (40 characters, #1f3a9c02)``: its first few characters, its length, and a short name of it.

    Args:
        secret: what must not be shown.
        key: with one, the name is an HMAC under it, so that nobody without the key can test guesses against it; without
            one it is a plain SHA-256, cut to 32 bits, which tells two secrets apart but not what they are.

    At most a sixth of the secret is shown, so a short password shows a single character.
    """
    shown = secret[: min(SHOWN_CHARS, len(secret) // 6)]
    raw = secret.encode("utf-8", "surrogatepass")
    name = hmac.new(key, raw, "sha256") if key else hashlib.sha256(raw)
    return f"{shown}\u2026 ({len(secret)} characters, #{name.hexdigest()[:8]})"
