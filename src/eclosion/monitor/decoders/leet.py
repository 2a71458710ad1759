"""Leet: digits and signs in the place of letters that they look like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from eclosion.monitor.decoders import english
from eclosion.monitor.decoders.layer import Layer
from eclosion.monitor.decoders.tokens import runs

_READINGS = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "gb", "7": "t", "8": "b", "9": "g", "@": "a",
    "$": "s", "!": "i", "|": "li", "+": "t", "(": "c", "<": "c", "\u00a3": "l", "\u20ac": "e", "\u00a2": "c",
}  # fmt: skip
_LONG = (
    ("|\\/|", "m"), ("/\\/\\", "m"), ("\\/\\/", "w"), ("|-|", "h"), ("|\\|", "n"), ("/\\", "a"), ("\\/", "v"),
    ("|<", "k"), ("|)", "d"), ("|_|", "u"), ("|>", "p"), ("()", "o"), ("]-[", "h"), ("}{", "x"), ("><", "x"),
)  # fmt: skip
_SUBSTITUTE = re.compile(r"[0-9@$!|+(<\u00a3\u20ac\u00a2]")
_WORDS_OF_DIGITS = re.compile(r"[13450-]{1,2}|17|70|\d{3,}")
_BARE = re.compile(r"(?<!\S)[14] (?:[A-Za-z']+ )?$")
"""A digit that is a word may come first."""

_OPENING = "(["
_JOINTS = re.compile(r"[-/:]|\.(?=\w)")
_PART = re.compile(r"(?:(?<=[^\s(\[/\-,;:\"*_.])[(.](?=\w)|[^\s\-/,;:\"*_(\[.])+")
_EDGES = "\"'`*_.,:;?)]}"
_CHOICES_MAX = 64
_UNIT = re.compile(
    r"(?i)^(?:[v#$]?\d+(?:\.\d+)*(?:s|m|h|d|x|k|b|g|ms|kb|mb|gb|tb|am|pm|px|min|usd|usdc|eth|w|y|%)?"
    r"|\d*1st|\d*2nd|\d*3rd|\d+th)$"
)


def find_leet(text: str) -> Iterator[Layer]:
    """Words that are words once their digits are read as letters, close together."""
    for run in runs(text, _is_leet, bridge=2, share=0.4):
        before = _BARE.search(text, max(0, run.start - 24), run.start)
        start = before.start() if before else run.start
        part = text[start : run.end]
        words = [
            word
            for token in part.split()
            for piece in _JOINTS.split(token.lstrip(_OPENING))
            if (word := read_word(piece))
        ]
        letters = sum(map(len, words))
        if len(words) < 2 or letters < 8 or (len(words) < 3 and letters < 12):
            continue
        said = _PART.sub(_said, part.replace("\u2019", "'"))
        if english.bits(said) > 12 and english.rate(said) > 0.9:
            yield Layer("leet", start, run.end, said)


def _is_leet(token: str) -> bool:
    if not _SUBSTITUTE.search(token) or "://" in token or token.count("-") > 3:
        return False
    return any(read_word(part) is not None for part in _JOINTS.split(token.lstrip(_OPENING)))


@lru_cache(maxsize=8_192)
def read_word(token: str, loose: bool = False) -> str | None:
    """The word that a token is in leet, or None: the commonest that it can be read as, else one that sounds right.

    Args:
        token: what stands between blanks.
        loose: whether it stands among leet, so that bare digits and what looks like a measure may be words, too.
    """
    for long, letter in _LONG:
        if long in token:
            token = token.replace(long, letter)
    tail = ""
    bare = token.strip(_EDGES)
    while bare.endswith("!") and not bare[:-1].endswith("!"):
        bare, tail = bare[:-1], "!"
    if (
        not (1 if loose else 2) <= len(bare) <= 24
        or not _SUBSTITUTE.search(bare)
        or (not loose and _UNIT.match(bare))
    ):
        return None
    letters = sum(one.isalpha() for one in bare)
    if sum(one.isalnum() or one in _READINGS or one in "'-" for one in bare) < len(bare):
        return None
    if not loose and letters == 0 and len(bare) < 4 - (not bare.isdigit()):
        return None
    options = [_READINGS.get(one, one) for one in bare.lower()]
    readings = [
        "".join(one) for _, one in zip(range(_CHOICES_MAX), product(*options), strict=False)
    ]
    ranks = english.ranks()
    known = [word for word in readings if word.strip("'-") in ranks and (loose or len(word) > 1)]
    if known:
        best = min(known, key=lambda word: ranks[word.strip("'-")])
        return best + tail if loose or letters or len(best) > 3 else None
    best = max(readings, key=english.bits)
    sounding = (
        letters >= (1 if loose else 2)
        and len(best) >= 3
        and best.isalpha()
        and english.rate(best) > -0.2
    )
    mixed = re.search(r"[a-z]\W?\d+[a-z]|\d[a-z]+\d", bare.lower()) is not None
    return best if sounding and (mixed or loose) else None


def _said(match: re.Match[str]) -> str:
    token = match[0]
    word = read_word(token, loose=True)
    if word is None:
        return token
    front = token[: len(token) - len(token.lstrip(_EDGES))]
    back = token[len(token.rstrip(_EDGES)) :]
    return f"{front}{word}{back}"
