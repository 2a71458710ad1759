"""How much a word weighs: the bits of what it says decoded against the bits of it as it stands.

The null model is broad on purpose: a word as written may be English, a word of code, of one of fifty languages in Latin
script, a name or abbreviation made like one of those, or letters at random. What reads better decoded than under all of
these was hidden.
"""

from __future__ import annotations

from functools import cached_property, lru_cache

import numpy as np

from eclosion.monitor.detectors.ciphers import tables
from eclosion.monitor.detectors.ciphers.alphabets import TO_FIRST, Key
from eclosion.monitor.detectors.ciphers.tables import NEVER_READ, NOT_ENGLISH, WORD_STEPS, Tables

ODD_BITS = 2.0
"""That a word as written is in no list: about every fourth where odd words stand together."""
UNLISTED_BITS = 4.0
"""That an ordinary word, of any language, is in no list."""
LETTER_BITS, LENGTH_BITS = 4.7, 3.0
"""A letter, and a word's length, if all were alike."""
STRANGE_BITS = 6.0
"""That a word of English is in no list."""
ELSEWHERE_BITS = 16.0
"""A word known from code or another language."""
VOTE_LETTER_BITS, VOTE_WORD_BITS = 4.2, 4.0
"""About how surprising an odd word is: a letter of it, and that it is odd at all."""
EVERYDAY_WORDS = 3_000
MEMORY_WORDS = 20_000
"""So many words are remembered with what was worked out for them."""


class Weights:
    """Weighs words by one set of tables."""

    def __init__(self, known: Tables) -> None:
        self.tables = known
        self._votes: dict[tuple[int, ...], dict[str, list[tuple[Key, float]]]] = {}
        self._plain_bits: dict[str, float] = {}
        self._random_bits: dict[str, float] = {}

    @cached_property
    def plain(self) -> frozenset[bytes]:
        """Words that are ordinary as they stand, as bytes: whatever is known, but for rare short ones."""
        return frozenset(
            word.encode("ascii")
            for word, steps in self.tables.steps.items()
            if steps != NEVER_READ or len(word) > 4
        )

    @cached_property
    def everyday(self) -> frozenset[bytes]:
        """The commonest of them: few enough to stay in the processor's cache, and most of the words that are said."""
        steps = self.tables.steps
        common = sorted(self.plain, key=lambda word: (steps[word.decode("ascii")], word))
        return frozenset([bytes(bytearray(word)) for word in common[:EVERYDAY_WORDS]])

    @cached_property
    def by_shape(self) -> dict[str, tuple[tuple[int, int], ...]]:
        """For words moved so that they begin with ``a``: the first letters that make a word of them, and its steps."""
        shapes: dict[str, tuple[tuple[int, int], ...]] = {}
        to_first = TO_FIRST[1]
        for word, steps in self.tables.steps.items():
            if steps < NEVER_READ and len(word) > 1:
                shape = word.translate(to_first[word[0]])
                shapes[shape] = (*shapes.get(shape, ()), (ord(word[0]) - 97, steps))
        return shapes

    def votes_memory(self, multipliers: tuple[int, ...]) -> dict[str, list[tuple[Key, float]]]:
        """What ``votes_of`` has worked out, by word; to be read only."""
        return self._votes.setdefault(multipliers, {})

    def votes_of(self, word: str, multipliers: tuple[int, ...]) -> list[tuple[Key, float]]:
        """The keys that would make a common word of this one, and by about how many bits each explains it better."""
        memory = self.votes_memory(multipliers)
        if (known := memory.get(word)) is not None:
            return known
        found = []
        least = VOTE_LETTER_BITS * len(word) + VOTE_WORD_BITS
        first = ord(word[0]) - 97
        for multiplier in multipliers:
            shape = word.translate(TO_FIRST[multiplier][word[0]])
            for plain_first, steps in self.by_shape.get(shape, ()):
                gain = least - steps / WORD_STEPS
                if gain > 0:
                    key = Key(multiplier, (first - multiplier * plain_first) % 26)
                    found.append((key, gain))
        if len(memory) >= MEMORY_WORDS:
            memory.clear()
        memory[word] = found
        return found

    def english_bits(self, word: str) -> float:
        """Bits of a word in lower case if English was meant."""
        steps = self.tables.steps.get(word, NOT_ENGLISH)
        if steps < NOT_ENGLISH:
            return steps / WORD_STEPS
        return STRANGE_BITS + float(self._char_bits(word)[0])

    def plain_bits(self, word: str) -> float:
        """Bits of a word in lower case as it stands, under the null model."""
        bits = self._plain_bits.get(word)
        if bits is None:
            if len(self._plain_bits) >= MEMORY_WORDS:
                self._plain_bits.clear()
            bits = self._plain_bits[word] = self._weigh_plain(word)
        return bits

    def random_bits(self, word: str) -> float:
        """By how many bits random letters explain a word better than anything ordinary; below 0, worse."""
        bits = self._random_bits.get(word)
        if bits is None:
            if len(self._random_bits) >= MEMORY_WORDS:
                self._random_bits.clear()
            steps = self.tables.steps.get(word)
            chars = self._char_bits(word[:40])
            if len(word) > 40:
                chars = chars * (len(word) / 40)
            ordinary = UNLISTED_BITS + float(chars.min())
            if steps is not None:
                known = steps / WORD_STEPS if steps < NOT_ENGLISH else ELSEWHERE_BITS
                ordinary = min(ordinary, known)
            bits = self._random_bits[word] = ordinary - LETTER_BITS * len(word) - LENGTH_BITS
        return bits

    def _weigh_plain(self, word: str) -> float:
        steps = self.tables.steps.get(word)
        chars = self._char_bits(word)
        random = (len(word) + 1) * 4.7
        mixed = -np.logaddexp2.reduce(-chars) + np.log2(len(chars))
        odd = ODD_BITS - np.logaddexp2(-mixed, -random) + 1.0
        if steps is None:
            return float(odd)
        known = steps / WORD_STEPS if steps < NOT_ENGLISH else ELSEWHERE_BITS
        return float(min(known, odd))

    def _char_bits(self, word: str) -> tables.Floats:
        """Bits of a word's letters under each kind of text; shape N."""
        codes = np.frombuffer(b"{{" + word.encode("ascii") + b"{", np.uint8).astype(np.int64) - 97
        rows = (codes[:-2] * 27 + codes[1:-1]) * 27 + codes[2:]
        return self.tables.chars.take(rows, axis=0).sum(axis=0)  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def shipped() -> Weights:
    """By the tables that come with the package."""
    return Weights(tables.shipped())
