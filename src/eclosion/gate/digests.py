"""Digests of bodies as HTTP carries them (RFC 9530), so that a proof or signature covers what is sent.

What always holds: a body is compared as it went over the wire, before anything decodes it; SHA-256 and SHA-512 count,
and where both are named both must be right.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import NamedTuple

ALGORITHMS = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}


class Counted(NamedTuple):
    """What is known of a body that went by and was not kept. As a body itself, it is true where there is one."""

    sha256: bytes
    size_bytes: int

    def __bool__(self) -> bool:
        """Whether anything went by."""
        return self.size_bytes > 0


Body = bytes | Counted


def content_digest(body: Body) -> str:
    """The value of ``Content-Digest`` for a body: ``sha-256=:...:``."""
    return f"sha-256=:{base64.b64encode(_digest('sha-256', body)).decode()}:"


def is_digest_of(members: dict[str, object], body: Body) -> bool:
    """Whether a parsed ``Content-Digest`` fits a body: at least one digest that we know, and none that is wrong.

    Of a body that was only counted along, SHA-512 is not known and so fits nothing.
    """
    known = {name: value for name, value in members.items() if name in ALGORITHMS}
    return bool(known) and all(
        isinstance(value, bytes) and hmac.compare_digest(value, _digest(name, body))
        for name, value in known.items()
    )


def _digest(name: str, body: Body) -> bytes:
    if isinstance(body, Counted):
        return body.sha256 if name == "sha-256" else b""
    return ALGORITHMS[name](body).digest()
