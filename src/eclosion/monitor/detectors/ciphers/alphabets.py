"""Alphabets that are moved as a whole: ROT-n, Atbash and affine ciphers, as translation tables.

A key is (multiplier, shift): the plain letter ``p`` is written as ``multiplier * p + shift`` modulo 26. ROT-n is
(1, n), Atbash (25, 25). Spans stay as they are: a letter becomes a letter, capitals stay capitals.
"""

from __future__ import annotations

import re
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple

_NAME = re.compile(r"ROT(\d{1,2})|affine a=(\d{1,2}) b=(\d{1,2})")
MULTIPLIERS = (1, 3, 5, 7, 9, 11, 15, 17, 19, 21, 23, 25)


class Key(NamedTuple):
    """How the alphabet was moved."""

    multiplier: int
    shift: int

    @property
    def is_plain(self) -> bool:
        """Whether it moves nothing."""
        return self == (1, 0)

    @property
    def name(self) -> str:
        """As people call it."""
        if self.multiplier == 1:
            return f"ROT{self.shift}"
        if self == (25, 25):
            return "Atbash"
        return f"affine a={self.multiplier} b={self.shift}"

    @property
    def cost_bits(self) -> float:
        """How surprising the key itself is: ROT13 is used most, then Atbash, the other ROTs, then the rest."""
        if self == (1, 13):
            return 1.0
        if self == (25, 25):
            return 2.5
        return 6.0 if self.multiplier == 1 else 10.0


def named(name: str) -> Key | None:
    """The key that people call so; None if it is no such name."""
    if name == "Atbash":
        return Key(25, 25)
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    key = Key(1, int(match[1])) if match[1] else Key(int(match[2]), int(match[3]))
    return key if key.multiplier in MULTIPLIERS and key.shift < 26 else None


@lru_cache(maxsize=400)
def decoding(key: Key) -> dict[int, int]:
    """What to give ``str.translate`` to read what was written with a key."""
    back = pow(key.multiplier, -1, 26)
    order = [back * (place - key.shift) % 26 for place in range(26)]
    lower = "".join(ascii_lowercase[place] for place in order)
    return str.maketrans(ascii_lowercase + ascii_uppercase, lower + lower.upper())


def encoding(key: Key) -> dict[int, int]:
    """What to give ``str.translate`` to write with a key."""
    back = pow(key.multiplier, -1, 26)
    return decoding(Key(back, -back * key.shift % 26))


TO_FIRST = {
    multiplier: {
        letter: decoding(Key(multiplier, place)) for place, letter in enumerate(ascii_lowercase)
    }
    for multiplier in MULTIPLIERS
}
"""For each multiplier and first letter: the reading in which the first letter becomes an ``a``.

Words that a cipher of that multiplier could have made of one another agree in it: one look-up instead of 26."""
