"""Bodies of requests on ASGI: read within limits, and held until it is certain that they are what a proof named.

What always holds: an application behind a gate sees no byte of a body that its proof does not cover; nothing is held
beyond the limit.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from eclosion.gate.digests import Body, Counted, content_digest
from eclosion.gate.driving import Receive
from eclosion.gate.errors import ProofRefused
from eclosion.kernel.errors import Invalid, TooLarge

Scope = MutableMapping[str, Any]
DIGEST = "eclosion.gate.digest"
"""Where the scope of a request that goes through unguarded holds the running SHA-256 of its body."""

BODY_BYTES_MAX = 8_192
BODY_S = 10
WRITE_BYTES_MAX = 1 << 20
WRITE_S = 60


async def read_body(
    receive: Receive, bytes_max: int = BODY_BYTES_MAX, wait_s: float = BODY_S
) -> bytes:
    """A whole body.

    Raises:
        TooLarge: it is longer.
        Invalid: it did not come in time.
    """
    pieces, size = [], 0
    try:
        async with asyncio.timeout(wait_s):
            while True:
                message = await receive()
                piece = bytes(message.get("body", b""))
                pieces.append(piece)
                size += len(piece)
                if size > bytes_max:
                    raise TooLarge(f"A body here has at most {bytes_max} bytes.")
                if message["type"] == "http.disconnect" or not message.get("more_body"):
                    return b"".join(pieces)
    except TimeoutError:
        raise Invalid(f"The body must come within {wait_s:g} s.") from None


def read_form(body: bytes) -> dict[str, str]:
    """The fields of a form.

    Raises:
        Invalid: it is none, or a field is there twice.
    """
    try:
        pairs = parse_qsl(body.decode("ascii"), strict_parsing=True, max_num_fields=12)
    except ValueError:
        raise Invalid("The body must be a form (application/x-www-form-urlencoded).") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise Invalid("A field is there twice.")
    return form


def check_bound(named: str, body: Body) -> None:
    """Whether a body is the one that the proof of its request names (``content_digest``).

    Raises:
        ProofRefused: it is another, or the proof names none and there is one.
    """
    if named == content_digest(body) or (not body and not named):
        return
    if not named:
        raise ProofRefused(
            "The proof does not cover the body.",
            "Put content_digest into it: the Content-Digest (RFC 9530, sha-256) of what you send.",
        )
    raise ProofRefused("The body is another than the proof names.")


def hand_on(receive: Receive, body: bytes) -> Receive:
    """A body that was read already, in one piece, and then whatever comes."""
    waiting: list[MutableMapping[str, Any]] = [
        {"type": "http.request", "body": body, "more_body": False}
    ]

    async def again() -> MutableMapping[str, Any]:
        return waiting.pop() if waiting else await receive()

    return again


def count_digest(scope: Scope, receive: Receive) -> Receive:
    """Lets a body pass and counts its SHA-256 along, for a dependency that checks it later."""
    running, size = hashlib.sha256(), 0
    scope[DIGEST] = lambda: Counted(running.digest(), size)

    async def counted() -> MutableMapping[str, Any]:
        nonlocal size
        message = await receive()
        piece = bytes(message.get("body", b""))
        running.update(piece)
        size += len(piece)
        return message

    return counted
