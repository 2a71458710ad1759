"""How well a run of words reads once decoded: the best run of a text under a reading, whatever cipher it comes from."""

from __future__ import annotations

import math
from collections.abc import Sequence

from eclosion.monitor.detectors.ciphers.tables import NEVER_READ, NOT_ENGLISH
from eclosion.monitor.detectors.ciphers.weights import LENGTH_BITS, LETTER_BITS, Weights
from eclosion.monitor.detectors.ciphers.words import LETTERS_MAX, Word

GAIN_MAX = 40.0
"""No word says more than this, however long: it may be a name."""
LOSS_MAX = -16.0
NAME_BITS = 3.5
"""A capitalised odd word in a text is a name or an acronym more often than not; one with ``_`` a variable."""
PAIR_SHARE = 0.75
NEAR = 4
"""So many characters at most part a run from a word that still belongs to it."""
EDGE_BITS = 8.0
"""By how much an odd word is likelier beside a cipher to be part of it than to be odd by itself."""
REPEAT_BITS = 0.01
"""A word counts once, since repeats prove nothing; but a run may end with one."""


def best_run(
    words: Sequence[Word], plains: Sequence[str], weights: Weights, *, tight: bool = False
) -> tuple[float, int, int] | None:
    """The run of words that gains most if read as ``plains``: its bits, first word and end; None if none gains.

    Kadane's algorithm. ``tight`` is for keys that were searched for: no word then counts for more than if its letters
    had been drawn by lot, so that a key is paid for by what it explains.
    """
    best = (0.0, 0, 0)
    total, begin = 0.0, 0
    seen: set[str] = set()
    before: tuple[str, int] | None = None
    for place, (word, plain) in enumerate(zip(words, plains, strict=True)):
        if total <= 0.0:
            total, begin, before = 0.0, place, None
            seen = set()
        gain = _gain(word, plain, weights, tight=tight)
        if gain > 0.0:
            if word.word in seen:
                gain = REPEAT_BITS
            elif before is not None and word.start - before[1] <= 3:
                gain += PAIR_SHARE * weights.tables.pair_gain(before[0], plain)
            seen.add(word.word)
        before = (plain, word.end)
        total += gain
        if total > best[0]:
            best = (total, begin, place + 1)
    return best if best[0] > 0.0 else None


def widened(
    words: Sequence[Word], plains: Sequence[str], first: int, last: int, weights: Weights
) -> tuple[int, int]:
    """A run with the words right before and after it that are more likely part of it than of the text around.

    Beside a cipher an odd word is its next one, though it says nothing by itself: a name, a rare word.
    """
    while first > 0 and words[first].start - words[first - 1].end <= NEAR:
        if not _belongs(words[first - 1], plains[first - 1], weights):
            break
        first -= 1
    while last < len(words) and words[last].start - words[last - 1].end <= NEAR:
        if not _belongs(words[last], plains[last], weights):
            break
        last += 1
    return first, last


def _belongs(word: Word, plain: str, weights: Weights) -> bool:
    if not word.is_plain_shape:
        return False
    as_it_stands = weights.plain_bits(word.word)
    if word.word.encode() not in weights.plain:
        as_it_stands += EDGE_BITS
    return as_it_stands > weights.english_bits(plain)


def _gain(word: Word, plain: str, weights: Weights, *, tight: bool) -> float:
    """By how many bits a word speaks for a cipher; below 0, against it."""
    if len(word.word) > LETTERS_MAX:
        return LOSS_MAX
    steps = weights.tables.steps
    as_is = steps.get(word.word)
    read = steps.get(plain, NOT_ENGLISH)
    if as_is is not None and read >= NEVER_READ:
        return LOSS_MAX if len(plain) > 2 else LOSS_MAX / 2
    as_it_stands = weights.plain_bits(word.word)
    if tight:
        as_it_stands = min(as_it_stands, LETTER_BITS * len(plain) + LENGTH_BITS)
    gain = max(LOSS_MAX, min(GAIN_MAX, as_it_stands - weights.english_bits(plain)))
    if gain > 0.0 and word.is_name and not tight:
        gain = max(0.0, gain - NAME_BITS)
    return gain if word.is_plain_shape else min(0.0, gain)


def place_bits(odd: int) -> float:
    """How surprising a place is among so many odd words: any could have been the first and the last."""
    return 2.0 * math.log2(odd + 1)
