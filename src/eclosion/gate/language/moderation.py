"""What must never be put before an agent that came to answer questions.

Items are read by strangers' language models. A passage that gives orders, carries a hidden payload, abuses somebody or
recruits is dropped whole, and the reasons are counted. This errs on the side of dropping: a corpus that loses a third
of its passages is fine, a passage that hijacks a solver is not. It is a coarse sieve of patterns, not a judge; the
envelope of a round stands behind it.
"""

from __future__ import annotations

import hashlib
import re

from eclosion.gate.language.sentences import hidden_count
from eclosion.gate.language.words import FUNCTION_WORDS

ENGLISH_SHARE_MIN = 0.25
"""English prose is 40 to 60 % function words; other languages and lists have under 10 %."""

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_ORDERS = _any(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instruction|prompt|rule|guideline|previous|prior|above|training)s?\b",
    r"\b(?:system|developer) (?:prompt|message|override)\b",
    r"\byou are (?:now|no longer)\b",
    r"\b(?:from now on|new instructions?)\b.{0,30}\b(?:you|your)\b",
    r"\b(?:pretend|act) (?:to be|as if you)\b",
    r"\bjail ?break",
    r"\bprompt injection\b",
    r"<\|?/?(?:im_start|im_end|system|user|assistant|endoftext)\|?>|\[/?INST\]|<<SYS>>",
    r"(?-i:\b[A-Z0-9]+(?:_[A-Z0-9]+){3,}\b)",  # strings meant to trip one model or another
    r"(?-i:\b[A-Za-z0-9+/_=-]{40,})",  # keys, addresses of wallets, encoded text
    r"\b(?:curl|wget|npx|npm i|npm install|pip install|sudo|rm -rf|chmod|eval\()\b",
    r"\b(?:run|execute|paste|type) (?:this|the following|these) (?:command|code|script|prompt)s?\b",
    r"\b(?:api|secret|private|access)[ _-]?keys?\b|\bseed phrase\b|\bpasswords?\b|\bcredentials?\b",
    r"\b(?:respond|reply|answer|output|print|repeat|say) (?:only|exactly|with exactly|with only|after me)\b",
    r"\b(?:choose|pick|select|answer) (?:option|choice|candidate|number) \w+\b",
)
_RECRUITING = _any(
    r"\b(?:follow|upvote|subscribe|retweet|join) (?:me|us|my|our|this|now|the (?:movement|revolution|church|cause))\b",
    r"\b(?:airdrop|presale|memecoin|pump\.fun|rug ?pull|buy \$?[a-z]+ now|wallet address|send (?:eth|btc|sol|usdc))\b",
    r"\$[A-Z]{2,10}\b",
    r"\b(?:dm|message|contact) me\b",
    r"\bclick (?:here|below|the link)\b",
)
_HARM = _any(
    r"\b(?:kill|murder|exterminate|eradicate|purge|enslave|wipe out|destroy|overthrow)\b.{0,25}"
    r"\b(?:human|people|humanity|mankind|them all|everyone|yourself)",
    r"\b(?:suicid|self-harm|kill myself|end my life|lynch|behead|molest)\w*",
    r"\b(?:bomb|explosive|meth|nerve agent|bioweapon)s?\b",
    r"\b(?:humans?|humanity|people) (?:are|is) (?:a )?(?:failure|disease|virus|parasite|inferior|slaves?|obsolete)s?\b",
    r"\bsex(?:ual|ually|y)?\b|\bnude|\berotic",
)
_ABUSE_DIGESTS = frozenset(
    """
    0033728f0f 044eb98b18 08a841e996 08c60cb354 0f28c4960d 0fcb77e9e0 11cf8376a1 120f6e5b4e 13a465fc66
    158869a973 16ea09fc78 17bde8b406 18d0f9c28d 1e02eec4f1 22fc75e65a 26578569a2 268651b3ec 2a6937d721
    2f5f6ce5ae 30a989afc8 31506a8448 341d56384a 3b1e0d7c5d 3ef0b158ed 402f7ebd98 45cd3e1bb4 4dc9418555
    517ae3f732 566f532d48 594810adcb 59cc3cb8a4 5a9d9dcefb 5b3ae48be1 6556c1a584 665cb762e3 6ac3c336e4
    6ccffa4977 6d1833779e 701d6943ae 7122c9a14b 74305616b2 796e43a5a8 819837a1df 82e695c9e7 85fc17f706
    867d789766 886d51e97a 8a2496b950 8c5c043913 8f5083e3e5 94a2b576a9 958ce5c321 986c990041 98b52c4b6b
    9915ba2d82 99e367bcad 9ae315a94e a1c1a3b70c a24efab8d9 a76d588d00 ab26f6966e ad505b0be8 b690cdbe59
    ba7463edfa bb61ef4081 bd331fb1d2 bdb1cc258d be2db2bf99 c1cabb6f6e c251096c3f c2c3b68b48 c3de533e9b
    cc02032349 d730ead8ec d75a838dc7 dd32831e9d dd92623b0a e512a05583 e7b98c6aa5 ebc98c1efc eef3bd0916
    f50c51ed23 f9d0d9b18a fa1597ae5d fd70ad909b
    """.split()
)
"""Beginnings of SHA-256 of words of abuse: a list that does not have to be read to be kept."""


def objection(text: str) -> str | None:
    """Why a text must not be used, as a word for the counts; None if there is nothing against it.

    ``hidden_characters``, ``orders``, ``recruiting``, ``harmful``, ``abusive`` or ``not_english``.
    """
    if hidden_count(text):
        return "hidden_characters"
    if _ORDERS.search(text):
        return "orders"
    if _RECRUITING.search(text):
        return "recruiting"
    if _HARM.search(text):
        return "harmful"
    words = [word.lower() for word in _WORD.findall(text)]
    if any(_is_abuse(word) for word in set(words)):
        return "abusive"
    if not words or sum(word in FUNCTION_WORDS for word in words) < ENGLISH_SHARE_MIN * len(words):
        return "not_english"
    return None


def _is_abuse(word: str) -> bool:
    return hashlib.sha256(word.encode()).hexdigest()[:10] in _ABUSE_DIGESTS
