"""Finds stretches of a text that an alphabet moved as a whole makes English: ROT-n, Atbash, affine.

Two stages. Odd words vote for the keys that would make common words of them: a look-up each, so ordinary text is let
through at once. For the few keys with enough votes every word of the text is weighed (bits decoded against bits as
it stands), and the best run of words is the candidate (Kadane's algorithm). A word counts once: repeats prove nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from eclosion.monitor.detectors.ciphers.alphabets import MULTIPLIERS, Key, decoding
from eclosion.monitor.detectors.ciphers.reading import best_run, place_bits, widened
from eclosion.monitor.detectors.ciphers.weights import Weights
from eclosion.monitor.detectors.ciphers.words import Word, words_of

USUAL = (1, 25)
"""Multipliers that are always tried: ROT-n, and Atbash with its shifts."""
UNUSUAL = tuple(one for one in MULTIPLIERS if one not in USUAL)
VOTES_MIN, VOTES_PLACE = 4.0, 0.6
"""How many bits a key must have by the votes, and for each bit that its place will cost."""
KEYS_MAX = 4
RUNS_MAX = 8
"""So many runs under one key are told apart in a text."""


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
    memory = weights.votes_memory(multipliers)
    for word in odd:
        found = memory.get(word)
        if found is None:
            found = weights.votes_of(word, multipliers)
        for key, gain in found:
            tally[key] = tally.get(key, 0.0) + gain
    return tally


def runs(
    words: list[Word], key: Key, odd: int, weights: Weights, least_bits: float
) -> list[Candidate]:
    """All runs of words that gain ``least_bits`` under a key, the best first; ``odd`` words could begin or end one."""
    found: list[Candidate] = []
    table = decoding(key)
    plains = [word.word.translate(table) for word in words]
    parts = [(0, len(words))]
    while parts and len(found) < RUNS_MAX:
        begin, end = parts.pop()
        best = best_run(words[begin:end], plains[begin:end], weights)
        if best is None:
            continue
        gain, first, last = best[0], begin + best[1], begin + best[2]
        bits = gain - key.cost_bits - place_bits(odd)
        if bits < least_bits:
            continue
        first, last = widened(words, plains, first, last, weights)
        first, last = max(begin, first), min(end, last)
        run = words[first:last]
        said = tuple(
            dict.fromkeys(one.word for one in run if one.word.encode() not in weights.plain)
        )
        letters = sum(one.end - one.start for one in run)
        found.append(Candidate(key, run[0].start, run[-1].end, bits, letters, said))
        parts += [(begin, first), (last, end)]
    return found


def search(
    text: str,
    odd: Collection[str],
    tally: dict[Key, float],
    weights: Weights,
    least_bits: float,
) -> list[Candidate]:
    """The runs under the few keys that odd words vote for, best first."""
    least_votes = VOTES_MIN + VOTES_PLACE * place_bits(len(odd))
    keys = [
        key
        for key, bits in tally.items()
        if bits >= least_votes and bits - key.cost_bits >= least_votes and not key.is_plain
    ]
    keys = sorted(keys, key=lambda key: key.cost_bits - tally[key])[:KEYS_MAX]
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
