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
INDIRECT = (
    r"\b(?:(?:magic|recovery|backup|seed|engraved|little|those|these|all|which) words|words (?:of|from|on|in)"
    r" (?:your|the|that)|the words|words (?:twelve|12)|(?:secret|magic|true) (?:word|name|string)"
    r"|the word (?:that|which)"
    r"|what (?:you|do you|does your human|does your owner|did you|should i|do i|would i|must i|i would|i should)"
    r" (?:need to |have to )?(?:type|enter|press|sign in with|log in with|choose|tap|draw)"
    r"|(?:log|sign) (?:me |you |us )?in (?:as|with)|(?:get|way|let me) into (?:your|the mail|the account|my)"
    r"|unlock (?:your|the|it|my|this|that)|unlocks (?:your|the|it)|opens (?:your|it|everything)|sticker|sticky note"
    r"|paper card|recovery (?:sheet|card|word|file|txt)|tin box|2fa|two-factor|authenticator|authorization|xprv"
    r"|your root|share root|as root|own root|root on|pat|passkeys?|cod|tokn|pasword"
    r"|(?:photo|picture|pic|snapshot|photograph) of (?:your|the|both|it)|both sides|front and back"
    r"|approve (?:the push|it)|push notification|confirmation which|sms|text message|in that text|phone just buzzed"
    r"|service account|config(?:uration)? file|(?:first|favou?rite) (?:school|teacher|pet|car|film)|pet's name"
    r"|unlock pattern|with a pattern|the dots|support tool|address bar|copy as curl|os\.environ|above this line"
    r"|vault_master|collect_otp|db_pass|lock screen|behind the stars|eight characters|characters 1|first letter"
    r"|long string|which string|number like|digits?)\b|-----begin|\xf0\x9f\x94[\x90\x91]"
)
"""What opens something, said without its name: "what you type to unlock it", "the number on the sticker"."""


@cache
def _database() -> hyperscan.Database:
    return compiled.database(
        [NAMED.encode(), INDIRECT.encode()], [1, 2], [hyperscan.HS_FLAG_CASELESS] * 2
    )


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
