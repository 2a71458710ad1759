"""Finds stretches of a text that an alphabet moved as a whole makes English: ROT-n, Atbash, affine.

Two stages. Odd words vote for the keys that would make common words of them: a look-up each, so ordinary text is let
through at once. For the few keys with enough votes every word of the text is weighed (bits decoded against bits as
it stands), and the best run of words is the candidate (Kadane's algorithm). A word counts once: repeats prove nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from eclosion.monitor.detectors.ciphers.alphabets import MULTIPLIERS, Key, decoding
from eclosion.monitor.detectors.ciphers.tables import NEVER_READ, NOT_ENGLISH
from eclosion.monitor.detectors.ciphers.weights import LETTERS_MAX, Weights

USUAL = (1, 25)
"""Multipliers that are always tried: ROT-n, and Atbash with its shifts."""
VOTES_MIN = 5.0
KEYS_MAX = 4
GAIN_MAX = 40.0
"""No word says more than this, however long: it may be a name."""
LOSS_MAX = -16.0
NAME_BITS = 3.5
"""A capitalised odd word in a text is a name or an acronym more often than not; one with ``_`` a variable."""
ACRONYM_MAX = 5
RUNS_MAX = 8
"""So many runs under one key are told apart in a text."""
TOKEN = re.compile(r"[A-Za-z]+")
_HUMPS = re.compile(r"(?:[A-Z][a-z]{2,}){2,3}")


class Word(NamedTuple):
    """A run of letters: where it is, in lower case, and whether it stands as a word does, and as a name."""

    start: int
    end: int
    word: str
    is_plain_shape: bool
    is_name: bool


class Candidate(NamedTuple):
    """A run of words that reads as English under a key.

    Attributes:
        key: how it was written.
        start, end: which characters of the text.
        bits: by how much English decoded explains it better than all else as it stands, less what key and place cost.
        letters: how many letters it has.
        words: the odd words in it that speak for it, as they stand.
    """

    key: Key
    start: int
    end: int
    bits: float
    letters: int
    words: tuple[str, ...]


def votes(
    odd: Iterable[str], weights: Weights, multipliers: tuple[int, ...] = USUAL
) -> dict[Key, float]:
    """For each key, about how many bits the odd words speak for it together."""
    tally: dict[Key, float] = {}
    for word in odd:
        for key, gain in weights.votes_of(word, multipliers):
            tally[key] = tally.get(key, 0.0) + gain
    return tally


def words_of(text: str) -> list[Word]:
    """The runs of letters of a text."""
    found = []
    for match in TOKEN.finditer(text):
        start, end = match.span()
        word = match.group()
        glued = (start > 0 and (text[start - 1].isalnum() or text[start - 1] == "\\")) or (
            end < len(text) and text[end].isalnum()
        )
        shaped = word.islower() or word.istitle() or word.isupper() or _HUMPS.fullmatch(word)
        fits = bool(shaped) and not glued and len(word) <= LETTERS_MAX
        snake = "_" in text[max(0, start - 1) : start] + text[end : end + 1]
        named = snake or not (word.islower() or (word.isupper() and len(word) > ACRONYM_MAX))
        found.append(Word(start, end, word.lower(), fits, named))
    return found


def runs(
    words: list[Word], key: Key, odd: int, weights: Weights, least_bits: float
) -> list[Candidate]:
    """All runs of words that gain ``least_bits`` under a key, the best first; ``odd`` words could begin or end one."""
    found: list[Candidate] = []
    parts = [(0, len(words))]
    while parts and len(found) < RUNS_MAX:
        begin, end = parts.pop()
        best = _best_run(key, words[begin:end], weights)
        if best is None:
            continue
        gain, first, last = best[0], begin + best[1], begin + best[2]
        run = words[first:last]
        bits = gain - key.cost_bits - place_bits(odd)
        if bits < least_bits:
            continue
        said = tuple(
            dict.fromkeys(one.word for one in run if one.word.encode() not in weights.plain)
        )
        letters = sum(one.end - one.start for one in run)
        found.append(Candidate(key, run[0].start, run[-1].end, bits, letters, said))
        parts += [(begin, first), (last, end)]
    return found


def _best_run(key: Key, words: list[Word], weights: Weights) -> tuple[float, int, int] | None:
    """The gain, first word and end of the run that gains most, or None if none gains."""
    table = decoding(key)
    best = (0.0, 0, 0)
    total, begin = 0.0, 0
    seen: set[str] = set()
    before: tuple[str, int] | None = None
    for place, word in enumerate(words):
        if total <= 0.0:
            total, begin, before = 0.0, place, None
            seen = set()
        plain = word.word.translate(table)
        gain = _gain(word, plain, weights)
        if gain > 0.0:
            if word.word in seen:
                gain = 0.0
            elif before is not None and word.start - before[1] <= 3:
                gain += 0.75 * weights.tables.pair_gain(before[0], plain)
            seen.add(word.word)
        before = (plain, word.end)
        total += gain
        if total > best[0]:
            best = (total, begin, place + 1)
    return best if best[0] > 0.0 else None


def _gain(word: Word, plain: str, weights: Weights) -> float:
    """By how many bits a word speaks for a cipher; below 0, against it."""
    if len(word.word) > LETTERS_MAX:
        return LOSS_MAX
    steps = weights.tables.steps
    as_is = steps.get(word.word)
    read = steps.get(plain, NOT_ENGLISH)
    if as_is is not None and read >= NEVER_READ:
        return LOSS_MAX if len(plain) > 2 else LOSS_MAX / 2
    gain = weights.plain_bits(word.word) - weights.english_bits(plain)
    gain = max(LOSS_MAX, min(GAIN_MAX, gain))
    if gain > 0.0 and word.is_name:
        gain = max(0.0, gain - NAME_BITS)
    return gain if word.is_plain_shape else min(0.0, gain)


def place_bits(odd: int) -> float:
    """How surprising a place is among so many odd words: any could have been the first and the last."""
    return 2.0 * math.log2(odd + 1)


def search(
    text: str,
    odd: Collection[str],
    weights: Weights,
    *,
    wide: bool,
    least_bits: float,
) -> list[Candidate]:
    """The runs under the few keys that odd words vote for, best first; ``wide`` tries affine ciphers too."""
    tally = votes(odd, weights, MULTIPLIERS if wide else USUAL)
    keys = [
        key
        for key in sorted(tally, key=lambda key: key.cost_bits - tally[key])
        if tally[key] - key.cost_bits >= VOTES_MIN and not key.is_plain
    ][:KEYS_MAX]
    if not keys:
        return []
    words = words_of(text)
    found: list[Candidate] = []
    for key in keys:
        found += runs(words, key, len(odd), weights, least_bits)
    found.sort(key=lambda one: (-one.bits, one.start))
    return _apart(found)


def _apart(found: list[Candidate]) -> list[Candidate]:
    """Without those that overlap a better one."""
    kept: list[Candidate] = []
    for one in found:
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return kept
