"""Digests of bodies as HTTP carries them (RFC 9530), so that a proof or signature covers what is sent.

What always holds: a body is compared as it went over the wire, before anything decodes it; SHA-256 and SHA-512 count,
and where both are named both must be right.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

ALGORITHMS = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}


def content_digest(body: bytes) -> str:
    """The value of ``Content-Digest`` for a body: ``sha-256=:...:``."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def is_digest_of(members: dict[str, object], body: bytes) -> bool:
    """Whether a parsed ``Content-Digest`` fits a body: at least one digest that we know, and none that is wrong."""
    known = {name: value for name, value in members.items() if name in ALGORITHMS}
    return bool(known) and all(
        isinstance(value, bytes) and hmac.compare_digest(value, ALGORITHMS[name](body).digest())
        for name, value in known.items()
    )
