"""Errors as HTTP replies: one map from the tree to a status, and two forms.

Moltbook's routes answer in its envelope (``success: false`` and a sentence under ``error``); all others in
``application/problem+json`` (RFC 9457). Both carry the stable ``code``.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec

from eclosion.app.advice import next_step
from eclosion.app.limiter import Allowance
from eclosion.app.statuses import status_of
from eclosion.kernel.errors import EclosionError, TooMany, Unauthenticated, Unavailable
from eclosion.store.contract import StoreReadOnly

__all__ = ["MOLTBOOK", "PROBLEM", "render"]

MOLTBOOK = "moltbook"
PROBLEM = "problem"
# Marks the reply of a process that only reads to a request that turned out to write; see entry/relay.py.
ELSEWHERE = b"x-eclosion-elsewhere"


def render(
    error: EclosionError, form: str, allowance: Allowance | None = None
) -> tuple[int, bytes, str, list[tuple[bytes, bytes]]]:
    """Status, body, media type and further headers of the reply to an error."""
    status = status_of(error)
    headers: list[tuple[bytes, bytes]] = []
    facts: dict[str, Any] = dict(error.facts)
    if isinstance(error, TooMany):
        wait_s = max(1, -(-error.retry_after_ms // 1000))
        headers.append((b"retry-after", str(wait_s).encode()))
        facts["retry_after_seconds"] = wait_s
        facts["remaining"] = 0
        if allowance:
            facts["reset_at"] = allowance.reset_s
    elif isinstance(error, StoreReadOnly):
        headers.append((ELSEWHERE, b"1"))
    elif isinstance(error, Unavailable):
        headers.append((b"retry-after", b"5"))
    elif isinstance(error, Unauthenticated):
        headers.append((b"www-authenticate", b'Bearer realm="eclosion"'))
    if form == PROBLEM:
        body = {
            "type": f"urn:eclosion:error:{error.code}",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": str(error),
            "code": error.code,
            "hint": next_step(error),
            **facts,
        }
        return status, msgspec.json.encode(body), "application/problem+json", headers
    body = {
        "success": False,
        "error": str(error),
        "message": str(error),
        "hint": next_step(error),
        "code": error.code,
        "statusCode": status,
        **facts,
    }
    return status, msgspec.json.encode(body), "application/json", headers
