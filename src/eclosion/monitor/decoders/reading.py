"""What a decoded text is: somebody's words, an order, a secret, an address, or only data.

An encoding alone is no news; agents paste hashes, tokens and pictures all day. What is said in it decides how much it
matters. All rules here are about decoded text, so they may be broad.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import NamedTuple

from eclosion.monitor.decoders import english

JUDGED_MAX = 2_000


class Kind(IntEnum):
    """What a text is, the graver the higher."""

    NOISE = 0
    DATA = 1
    WORDS = 2
    ADDRESS = 3
    SECRET = 4
    ORDER = 5


class Reading(NamedTuple):
    """A judgement. ``bits`` is the evidence that it is English, ``rate`` the same a letter."""

    kind: Kind
    bits: float
    rate: float


_ORDER = re.compile(
    r"""(?ix)
    \b(?:ignore|disregard|forget|override|bypass)\b.{0,40}
      \b(?:instruction|rule|prompt|previous|prior|above|polic|guard|filter|safety)
    | \b(?:send|post|forward|upload|transmit|exfiltrate|leak|reveal|print|share|give|tell|paste|output|dump)\b.{0,60}
      \b(?:password|passphrase|secret|key|token|credential|seed|wallet|prompt|\.env|cookie|history|host\ ?name|webhook
      |https?:)
    | \b(?:execute|run|eval|invoke|call)\b.{0,30}\b(?:command|code|script|shell|tool|curl|bash|payload|this|following)
    | \b(?:do\ not|don'?t|never)\ (?:tell|inform|alert|mention|show|let)\b
    | \b(?:system\ prompt|jailbreak|you\ are\ now|act\ as|pretend\ (?:to|you)|developer\ mode)\b
    | \b(?:rm\ -rf|curl\ |wget\ |nc\ -|bash\ -[ci]|chmod\ |powershell|subprocess|os\.system|eval\(|base64\ -d)
    | \b(?:hide|conceal|keep)\b.{0,30}\b(?:human|operator|owner|secret|log)
    | \b(?:transfer|send|pay)\b.{0,30}\b(?:\d+\ ?(?:usdc?|eth|btc|sol|credits?)|funds|coins|money)
    """,
)
_SECRET = re.compile(
    r"""(?ix)\b(?:password|passwd|passphrase|api[\ _-]?key|secret|private[\ _-]key|seed\ phrase|mnemonic
    |access[\ _-]token|auth[\ _-]token|credentials?|otp|2fa)\b | \b(?:sk|ghp|xoxb|AKIA)[-_]?[A-Za-z0-9]{12,}""",
)
_ADDRESS = re.compile(
    r"(?i)\bhttps?://\S{4,}|\b(?:\d{1,3}\.){3}\d{1,3}\b|\b[\w.-]{2,}\.(?:com|net|org|io|ai|dev|app|xyz|site|sh|me|onion)\b"
    r"|\b[\w.+-]+@[\w-]+\.[a-z]{2,}\b"
)
_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-z]")
_WORD = re.compile(r"[a-z]+")


def read(text: str) -> Reading:
    """Judge a text, by its first ``JUDGED_MAX`` characters."""
    text = text[:JUDGED_MAX]
    bits = english.bits(text)
    letters = len(_LATIN.findall(text))
    rate = bits / letters if letters else 0.0
    if is_spoken(text, bits, rate, letters):
        if _ORDER.search(text):
            return Reading(Kind.ORDER, bits, rate)
        if _SECRET.search(text):
            return Reading(Kind.SECRET, bits, rate)
        if _ADDRESS.search(text):
            return Reading(Kind.ADDRESS, bits, rate)
        return Reading(Kind.WORDS, bits, rate)
    if _ADDRESS.search(text) and rate > -1:
        return Reading(Kind.ADDRESS, bits, rate)
    if _SECRET.search(text):
        return Reading(Kind.SECRET, bits, rate)
    return Reading(Kind.DATA if _is_orderly(text) else Kind.NOISE, bits, rate)


def is_spoken(text: str, bits: float, rate: float, letters: int) -> bool:
    """Whether it reads as something that somebody said, in English or another language."""
    everything = len(text)
    if letters >= 6 and letters > 0.5 * everything:
        known = common_share(text)
        if (rate >= 1.4 and bits >= 14) or (rate >= 0.4 and letters >= 20):
            return True
        if (rate >= 0.5 and known >= 0.5) or (known >= 0.75 and letters >= 8):
            return True
    if letters >= 8 and rate > -0.2 and _has_shape_of_words(text):
        return True
    foreign = sum(1 for one in _LETTER.findall(text) if ord(one) > 0x24F)
    return foreign >= 5 and foreign > 0.5 * everything


def _has_shape_of_words(text: str) -> bool:
    """Whether it has what words in Latin letters have in any language: blanks, vowels, small letters."""
    words = text.split()
    letters = [one for one in text.lower() if one.isalpha()]
    dense = sum(not one.isspace() for one in text)
    if len(words) < 2 or len(letters) < 0.6 * dense or not 2 <= dense / len(words) <= 12:
        return False
    vowels = sum(one in "aeiouy" or one > "~" for one in letters)
    inner = sum(word[1:] == word[1:].lower() or word.isupper() for word in words)
    return 0.28 * len(letters) <= vowels <= 0.65 * len(letters) and inner >= 0.7 * len(words)


def common_share(text: str) -> float:
    """How much of the letters stands in common words of three letters and more."""
    words = _WORD.findall(text.lower())
    total = sum(map(len, words))
    ranks = english.ranks()
    return (
        sum(len(word) for word in words if len(word) > 2 and word in ranks) / total
        if total
        else 0.0
    )


def _is_orderly(text: str) -> bool:
    """Whether a text that nobody said is at least made of letters, digits and ordinary signs."""
    ordinary = sum(1 for one in text if one.isalnum() or one in " \n\t.,:;_-/\"'{}[]()=")
    return ordinary >= 0.85 * len(text)
