"""The cheap gate: which words of a text are no ordinary words, and whether they stand together.

Ordinary text passes here at 30 MB a second or more, so what comes after may take its time. It knows nothing of ciphers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from eclosion.monitor.detectors.ciphers.weights import Weights
from eclosion.monitor.detectors.ciphers.words import LETTERS_MAX

SHORT = 4
UNBROKEN_MIN = 40
"""A run of letters without a break is looked at from so many on."""
_BLANKED = bytes(
    (chr(code).lower().encode("ascii") if chr(code).isalnum() else b" ")[0] if code < 128 else 32
    for code in range(256)
)
_ACCENTED = re.compile("[\u00df-\u024f\u1e00-\u1eff]")
# Digits and accented letters belong to a word, so that hashes, versions and other languages fall out whole.
_TOKENS: Callable[[str], list[str]] = re.compile("[0-9a-z\u00df-\u024f\u1e00-\u1eff]+").findall


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

    def longest_run(self) -> int:
        """Letters of the odd words in the longest stretch of them; an ordinary word ends it, or two that are short."""
        odd = {word.encode("ascii") for word in self.words}
        best = letters = gap = 0
        for token in self.tokens:
            if token in odd:
                letters += len(token)
                gap = 0
                best = max(best, letters)
            elif letters:
                gap += 1 if len(token) < SHORT else 2
                if gap > 1:
                    letters = 0
        return best


def odd_words(text: str, weights: Weights, is_known_here: Callable[[str], bool]) -> Odd:
    """The odd words of a text; what the site itself knows is not odd."""
    if text.isascii() or not _ACCENTED.search(text.lower()):
        tokens = text.encode("latin-1", "replace").translate(_BLANKED).split()
    else:
        tokens = [token.encode() for token in _TOKENS(text.lower())]
    strange = set(tokens) - weights.plain
    if not strange:
        return Odd(tokens, frozenset(), has_unbroken=False)
    words = frozenset(
        word
        for token in strange
        if 1 < len(token) <= LETTERS_MAX
        and token.isalpha()
        and not is_known_here(word := token.decode("ascii"))
    )
    unbroken = any(len(token) >= UNBROKEN_MIN and token.isalpha() for token in strange)
    return Odd(tokens, words, unbroken)
