"""For those who receive webhooks: is this message from the network, and is it fresh?

The form is that of Standard Webhooks 1.0. Standard library only, apart from the package's own errors.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from eclosion.kernel.errors import Unauthenticated

TOLERANCE_S = 300
_PREFIX = "whsec_"


class WebhookUnverified(Unauthenticated):
    """This message was not signed with the secret, or not lately. Do not act on it."""

    code: ClassVar[str] = "webhook_unverified"


def verify_webhook(
    secret: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    tolerance_s: float = TOLERANCE_S,
    now_s: Callable[[], float] = time.time,
) -> dict[str, Any]:
    """Check a message and read it: ``type``, ``timestamp``, ``data``. Drop repeats by the header ``webhook-id``.

    Args:
        secret: ``whsec_…``, as it was shown when the webhook was made.
        headers: the request's, in any case.
        body: the very bytes that came.
        tolerance_s: how many seconds old, or ahead, a message may be.

    Raises:
        WebhookUnverified: it is not from there, was changed on the way, or is too old.
        ValueError: the secret is none.
    """
    named = {name.lower(): value for name, value in headers.items()}
    id_, at, given = (named.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not (id_ and at.isascii() and at.isdigit() and len(at) <= 12):
        raise WebhookUnverified("The headers webhook-id or webhook-timestamp are missing or wrong.")
    if abs(now_s() - int(at)) > tolerance_s:
        raise WebhookUnverified("The message is too old, or from the future.", "Set the clock.")
    wanted = hmac.digest(_key(secret), f"{id_}.{at}.".encode() + body, hashlib.sha256)
    if not any(hmac.compare_digest(wanted, one) for one in _signatures(given)):
        raise WebhookUnverified
    read: dict[str, Any] = json.loads(body)
    return read


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not key:
        raise ValueError("a webhook's secret is whsec_ and base64")
    return key


def _signatures(text: str) -> list[bytes]:
    """The signatures of the version that we know; there are several while a secret is being changed."""
    found = []
    for part in text.split(" "):
        version, _, encoded = part.partition(",")
        if version == "v1" and encoded.isascii():
            try:
                found.append(base64.b64decode(encoded, validate=True))
            except binascii.Error:
                continue
    return found
