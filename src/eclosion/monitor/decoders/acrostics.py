"""Messages in first letters: of lines, of sentences.

The first letters of honest lines are drawn as words begin in English; those of an acrostic spell common words. The
gain of the second over the first, in bits, is added up over the best stretch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from math import log2
from typing import NamedTuple

from eclosion.monitor.decoders import english
from eclosion.monitor.decoders.layer import Layer
from eclosion.monitor.decoders.spacing import cut

LINES_LEAST = 9
SENTENCES_LEAST = 12
STRETCH_LEAST = 6
FOURS_LEAST = 1
BITS = 10.0
EDGE = 14
"""So many letters before and behind are told as well: words at the edge may be in no list."""
_LINE = re.compile(r"\n[^\w\n]*(?:\d+[.):]?[^\w\n]*)?([^\W\d_])")
_SENTENCE = re.compile(r"[.!?\n][ \n]+([^\W\d_])")
_INITIALS = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        (
            11.5,
            5.0,
            5.0,
            3.3,
            2.8,
            4.0,
            2.0,
            4.7,
            8.6,
            0.7,
            0.9,
            2.6,
            4.3,
            2.8,
            5.3,
            4.2,
            0.3,
            2.3,
            6.6,
            15.8,
            1.2,
            0.9,
            7.2,
            0.1,
            2.9,
            0.1,
        ),
        strict=True,
    )
)
_HEAD_MAX = 12


class Spelling(NamedTuple):
    """Words spelled by letters ``first`` to ``last``, with the evidence in bits."""

    first: int
    last: int
    words: tuple[str, ...]
    bits: float


def find_acrostics(text: str) -> Iterator[Layer]:
    """The best stretch of lines and of sentences whose first letters spell words."""
    if text.count("\n") >= LINES_LEAST - 1:
        yield from _told(text, _LINE, LINES_LEAST)
    elif text.count(". ") >= SENTENCES_LEAST - 1:
        yield from _told(text, _SENTENCE, SENTENCES_LEAST)


def spell(letters: str) -> Spelling | None:
    """The stretch of a row of letters that most surely spells words; letters in lower case."""
    heads, ranks = _heads(), english.ranks()
    costs = [-log2(_INITIALS.get(one, 0.1) / 100) for one in letters]
    top, top_end = 0.0, 0
    # bits so far, where the stretch began, where its last word began
    scores = [(0.0, at, at) for at in range(len(letters) + 1)]
    for start in range(len(letters)):
        before, origin, _ = scores[start]
        saved = 0.0
        for end in range(start + 1, min(len(letters), start + 16) + 1):
            saved += costs[end - 1]
            word = letters[start:end]
            if word not in heads:
                break
            rank = ranks.get(word)
            if rank is None or (end - start == 1 and word not in "ai"):
                continue
            bits = before + saved - log2(10 * (rank + 2.7))
            if bits > scores[end][0]:
                scores[end] = (bits, origin, start)
                if bits > top:
                    top, top_end = bits, end
    if not top_end:
        return None
    words, end = [], top_end
    first = scores[top_end][1]
    while end > first:
        start = scores[end][2]
        words.append(letters[start:end])
        end = start
    return Spelling(first, top_end, tuple(reversed(words)), top)


@cache
def _heads() -> frozenset[str]:
    """Beginnings of words, and whole ones."""
    words = english.ranks()
    return frozenset(word[:end] for word in words for end in range(1, len(word) + 1))


@cache
def _fours() -> frozenset[str]:
    """How common words of four letters and more begin."""
    return frozenset(
        word[:4] for word, rank in english.ranks().items() if len(word) > 3 and rank < 3_000
    )


def _told(text: str, pattern: re.Pattern[str], least: int) -> Iterator[Layer]:
    text = f"\n {text}"
    letters = "".join(pattern.findall(text)).lower()
    if len(letters) < least or len(set(letters)) < 5:
        return
    fours = _fours()
    if sum([letters[at : at + 4] in fours for at in range(len(letters) - 3)]) < FOURS_LEAST:
        return
    spelled = spell(letters)
    if spelled is None or spelled.bits < BITS or spelled.last - spelled.first < STRETCH_LEAST:
        return
    starts = [match.start(1) for match in pattern.finditer(text)]
    if len(starts) != len(letters):
        return
    start = starts[spelled.first]
    newline = text.find("\n", starts[spelled.last - 1])
    end = newline if newline >= 0 else len(text)
    yield Layer(
        "acrostic",
        start - 2,
        end - 2,
        cut(letters[max(0, spelled.first - EDGE) : spelled.last + EDGE]),
    )
