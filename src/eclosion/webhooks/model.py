"""What a subscription and a delivery are; how a message is signed and when it is tried again."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import NamedTuple

from eclosion.kernel.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS

NEVER_MS = 2**63 - 1
SECRET_PREFIX = "whsec_"  # noqa: S105 - how secrets begin, not one
SECRET_BYTES = 32
JITTER = 0.2
REST_MAX_MS = 5 * MINUTE_MS
_RETRIES_MS = (
    5 * SECOND_MS,
    5 * MINUTE_MS,
    30 * MINUTE_MS,
    2 * HOUR_MS,
    5 * HOUR_MS,
    10 * HOUR_MS,
    14 * HOUR_MS,
    20 * HOUR_MS,
    24 * HOUR_MS,
)


@dataclass(frozen=True)
class Rules:
    """``[webhooks]``: how events are sent to other systems, and where to.

    Every field is described in docs/settings.md. The pauses are those that Standard Webhooks proposes.
    """

    enabled: bool = True
    allow_http: bool = False
    allow_private: list[str] = field(default_factory=list)
    per_agent: int = 5
    in_all: int = 1_000
    queue_most: int = 1_000
    at_once: int = 32
    timeout_ms: int = 10_000
    retry_ms: list[int] = field(default_factory=lambda: list(_RETRIES_MS))
    give_up_after_ms: int = 5 * DAY_MS
    secret_grace_ms: int = DAY_MS
    keep_days: int = 7


class Webhook(NamedTuple):
    """A subscription. See migrations/0001_webhooks.sql for what each column means."""

    id: int
    holder_id: int
    url: str
    filter: str
    secret: bytes
    old_secret: bytes
    old_until_ms: int
    state: str
    reason: str
    waiting: int
    dropped: int
    failures: int
    failing_since_ms: int
    succeeded_ms: int
    due_ms: int
    busy_until_ms: int
    rest_until_ms: int
    created_ms: int


class Delivery(NamedTuple):
    """One event on its way to one subscription."""

    id: int
    webhook_id: int
    event: str
    kind: str
    payload: str
    state: str
    attempts: int
    next_ms: int
    status: int
    error: str
    settled_ms: int


class Outcome(NamedTuple):
    """How an attempt went.

    ``status`` is the reply's, 0 where there was none; ``error`` says what was wrong, empty if it arrived;
    ``after_ms`` is how long the receiver asks to be left alone.
    """

    status: int
    error: str = ""
    after_ms: int = 0

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants nothing any more (Standard Webhooks: 410)."""
        return self.status == 410


def make_secret(raw: bytes) -> str:
    """A secret as receivers are given it: ``whsec_`` and base64."""
    return SECRET_PREFIX + base64.b64encode(raw).decode("ascii")


def sign(secret: str, message_id: str, at_s: int, body: str) -> str:
    """A signature (Standard Webhooks 1.0): ``v1,`` and base64 of HMAC-SHA256 over ``id.timestamp.body``."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{at_s}.{body}".encode()
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode("ascii")


def pause_ms(rules: Rules, attempts: int, chance: float) -> int | None:
    """How long to wait after ``attempts`` that failed; None if that were enough.

    Args:
        chance: 0 to 1: stretches the pause by up to a fifth, so that receivers are not hit by all at once.
    """
    if attempts > len(rules.retry_ms):
        return None
    return round(rules.retry_ms[attempts - 1] * (1 + JITTER * chance))


def rest_ms(failures: int) -> int:
    """How long an address rests after so many failures in a row: a second, doubled each time, five minutes at most."""
    return min(REST_MAX_MS, SECOND_MS * 2 ** min(failures - 1, 20)) if failures > 0 else 0
