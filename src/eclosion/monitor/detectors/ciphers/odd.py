"""The cheap gate: which words of a text are no ordinary words, and whether they stand together.

Ordinary text passes here at 30 MB a second or more, so what comes after may take its time. It knows nothing of ciphers.
"""

from __future__ import annotations

import re
from itertools import filterfalse
from typing import NamedTuple

from eclosion.monitor.detectors.ciphers.weights import Weights
from eclosion.monitor.detectors.ciphers.words import LETTERS_MAX
from eclosion.monitor.passage import Passage

SHORT = 4
UNBROKEN_MIN = 40
"""A run of letters without a break is looked at from so many on."""
_BLANKED = bytes(
    code if code > 127 else (chr(code).lower() if chr(code).isalnum() else " ").encode()[0]
    for code in range(256)
)
_UNBLANKED = bytes(code if code < 128 else 32 for code in _BLANKED)
"""The same for texts without accents, where what is beyond ASCII stands between words."""
_UNACCENTED = bytes(code for code in range(256) if not (0xC3 <= code <= 0xC9 or code == 0xE1))
_ACCENTED = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
# In UTF-8: every character but those of Latin script, which belong to words; so do digits. So hashes, versions and
# words with accents fall out whole.
_OTHERS = re.compile(b"(?:[\xca-\xe0\xe2-\xf4][\x80-\xbf]+|\xe1[\x80-\xb7\xbc-\xbf][\x80-\xbf])+")


class Odd(NamedTuple):
    """The odd words of a text.

    Attributes:
        tokens: all its words in order, in lower case.
        words: those that no list has as ordinary, each once.
        has_unbroken: whether letters run on without a break as no word does.
    """

    tokens: list[bytes]
    words: frozenset[str]
    has_unbroken: bool

    @property
    def letters(self) -> int:
        """How many letters the odd words have together."""
        return sum(map(len, self.words))

    def runs(self) -> list[list[str]]:
        """The odd words that stand together, run by run; an ordinary word ends one, or two that are short."""
        odd = {word.encode("ascii") for word in self.words}
        tokens = self.tokens
        found: list[list[str]] = []
        before = -9
        for place in [place for place, token in enumerate(tokens) if token in odd]:
            gap = place - before - 1
            if gap > 1 or (gap and len(tokens[place - 1]) >= SHORT):
                found.append([])
            found[-1].append(tokens[place].decode("ascii"))
            before = place
        return found


def odd_words(passage: Passage, weights: Weights) -> Odd:
    """The odd words of a text; what the site itself knows is not odd."""
    data = passage.data
    if passage.is_ascii or not data.translate(None, _UNACCENTED):
        tokens = data.translate(_UNBLANKED).split()
    elif _ACCENTED.search(passage.text):
        tokens = _OTHERS.sub(b" ", data).translate(_BLANKED).split()
    else:
        tokens = data.translate(_UNBLANKED).split()
    rarer = filterfalse(weights.everyday.__contains__, tokens)
    strange = set(filterfalse(weights.plain.__contains__, rarer))
    if not strange:
        return Odd(tokens, frozenset(), has_unbroken=False)
    lettered = [token for token in strange if len(token) > 1 and token.isalpha()]
    if not lettered:
        return Odd(tokens, frozenset(), has_unbroken=False)
    short = [token.decode("ascii") for token in lettered if len(token) <= LETTERS_MAX]
    unbroken = len(short) < len(lettered) and len(max(lettered, key=len)) >= UNBROKEN_MIN
    is_known_here = passage.is_known_here
    return Odd(tokens, frozenset(word for word in short if not is_known_here(word)), unbroken)
