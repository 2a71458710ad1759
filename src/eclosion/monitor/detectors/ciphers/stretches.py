"""Finds stretches of a text that are no language: where a solver is worth its time.

Each word is weighed as random letters against anything ordinary (a known word, or one made like those of English, code
or one of fifty other languages); the best runs are the stretches. So names, other languages and jargon are let be, and
so is what is not written as words are: hashes, base64, variables.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from eclosion.monitor.detectors.ciphers.odd import UNBROKEN_MIN
from eclosion.monitor.detectors.ciphers.weights import Weights
from eclosion.monitor.detectors.ciphers.words import LETTERS_MAX, Word

LETTERS_MIN = 18
WORDS_MIN = 3
UNBROKEN_MAX = 2_000
BITS_MIN = 12.0
SIGN_BITS = 10.0
"""What a sign of code between two words tells against them."""
_SIGNS = re.compile(r"[=\[\]{}|_/\\$<>%#@&+~^`]|(?<=\w)\(")
STRETCHES_MAX = 3
REACH = 6
"""So many words around a stretch may belong to it: short ones that happen to be words as they stand."""


class Stretch(NamedTuple):
    """Words of a text from ``first`` up to but without ``last``, their letters, and whether word breaks are kept."""

    first: int
    last: int
    letters: int
    is_broken: bool


def is_worth_a_look(runs: list[list[str]], weights: Weights) -> bool:
    """Whether odd words stand together so, and are so odd, that a stretch of them is likely."""
    for run in runs:
        if sum(map(len, run)) < LETTERS_MIN - 2:
            continue
        bits = 0.0
        for word in run:
            bits = max(0.0, bits + weights.random_bits(word))
            if bits >= BITS_MIN:
                return True
    return False


def stretches(
    text: str, words: list[Word], weights: Weights, taken: list[tuple[int, int]]
) -> list[Stretch]:
    """The stretches of a text that are no language, the longest first, but for those characters already ``taken``."""
    found = [
        Stretch(place, place + 1, len(word.word), is_broken=False)
        for place, word in enumerate(words)
        if UNBROKEN_MIN <= len(word.word) <= UNBROKEN_MAX
        and not _is_taken(word, taken)
        and _is_one_case(word)
        and weights.random_bits(word.word) > BITS_MIN
    ]
    scores = [_score(word, weights, taken) for word in words]
    for place, (before, word) in enumerate(pairwise(words), 1):
        if _SIGNS.search(text, before.end, word.start):
            scores[place] -= SIGN_BITS
    parts = [(0, len(words))]
    while parts and len(found) < STRETCHES_MAX:
        begin, end = parts.pop()
        best = _best(scores, begin, end)
        if best is None:
            continue
        first, last = best
        parts += [(begin, first), (last, end)]
        run = words[first:last]
        letters = sum(len(word.word) for word in run)
        if letters >= LETTERS_MIN and len({word.word for word in run}) >= WORDS_MIN:
            found.append(Stretch(first, last, letters, is_broken=not _is_grouped(run)))
    return sorted(found, key=lambda one: -one.letters)


def _score(word: Word, weights: Weights, taken: list[tuple[int, int]]) -> float:
    if not word.is_plain_shape or _is_taken(word, taken):
        return -6.0
    if len(word.word) == 1:
        return 0.0 if word.word in "ai" else -1.0
    return weights.random_bits(word.word)


def _is_taken(word: Word, taken: list[tuple[int, int]]) -> bool:
    return any(start < word.end and word.start < end for start, end in taken)


def _is_one_case(word: Word) -> bool:
    return word.is_plain_shape or (len(word.word) > LETTERS_MAX and word.is_whole)


def _is_grouped(run: list[Word]) -> bool:
    """Whether the breaks are those of a writer of groups: all but the last as long as another, or nearly."""
    lengths = [len(word.word) for word in run[:-1]]
    return len(lengths) > 3 and len(set(lengths)) == 1 and lengths[0] > 2


def _best(scores: list[float], begin: int, end: int) -> tuple[int, int] | None:
    """The run of the highest sum, if it has ``BITS_MIN``."""
    total, first = 0.0, begin
    best = (BITS_MIN, 0, 0)
    for place in range(begin, end):
        if total <= 0.0:
            total, first = 0.0, place
        total += scores[place]
        if total > best[0]:
            best = (total, first, place + 1)
    return (best[1], best[2]) if best[2] else None
