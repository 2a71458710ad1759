"""Rules most messages out: one pass of Hyperscan says where a text names something that may open something.

The list is wide on purpose ("key", "code", "the number on the back"): a place is only where ``model`` looks, and what
is meant there is its to judge. The database is compiled when it is first asked.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache

import hyperscan

from eclosion.monitor import compiled

YOURS = r"\byour (?:[\w'-]+ ){0,2}(?:token|key|login|pin)\b"
"""Weak words that count whatever the message is about."""

MOST_PLACES = 200
"""So many places of one text are looked at."""
NAMED = (
    r"(?:\b(?:pass-?(?:words?|codes?|phrases?)|passw?d|pasword|pwd?|pws|pass|pins?|codes?|tokens?|keys?"
    r"|log-?ins?|secrets?|credentials?|creds|seeds?|phrases?|mnemonics?|cookies?|otps?|tans?|totp|digits"
    r"|combination|cvv2?|cvc|ssn|puk|card(?:'s)? number|card details|social security number"
    r"|number (?:on|of) (?:the|your) \w+|number (?:behind|in) the \w+|number (?:that|which|it|the app)\b"
    r"|national id number|key-?stores?|keychain|env|printenv|environment|id_(?:rsa|ed25519|ecdsa)"
    r"|[\w-]+\.json|wallet\.dat|jwt|kube-?config|(?:twelve|12|24|twenty-four|wallet|secret|six) words"
    r"|words of your wallet|[a-z]+_(?:[a-z]+_)*(?:key|token|secret|password|passwd|url|sk)|access data"
    r"|security questions?|maiden name|authorization header|connection string|unlock pattern"
    r"|what to press|fob|keypad|qr (?:code|backup)|session|vault|second factor|signature)"
    r"|\.(?:env|netrc|npmrc|pgpass|ssh|aws|pem)|ghp_|sk-)\b"
)


@cache
def _database() -> hyperscan.Database:
    return compiled.database([NAMED.encode()], [1], [hyperscan.HS_FLAG_CASELESS])


class _Heard:
    """Where things are named, at most so many."""

    __slots__ = ("places",)

    def __init__(self) -> None:
        self.places: list[int] = []

    def hear(self, _pattern: int, _start: int, end: int, *_: object) -> bool:
        if not self.places or end > self.places[-1]:
            self.places.append(end)
        return len(self.places) > MOST_PLACES


def places_of_secrets(data: bytes) -> list[int]:
    """Where a text (UTF-8) names what may open something, as ends in bytes, in order."""
    heard = _Heard()
    with suppress(hyperscan.ScanTerminated):
        _database().scan(data, match_event_handler=heard.hear)
    return heard.places
