"""One pass of Hyperscan: which signs a text shows, and what its single words weigh.

Most of what agents say weighs too little and is passed by; how much is asked grows with the text, since a long one has
some of the words by chance. They are chosen in training and ship with the weights.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import hyperscan

from eclosion.monitor import compiled
from eclosion.monitor.detectors.injections import weights
from eclosion.monitor.detectors.injections.signs import SIGNS

_FIRST_WORD = 1_000
_ASKED = ((60, 0.0), (120, 1.3), (250, 2.0), (500, 3.5), (1_000, 6.0), (2_000, 12.0), (4_000, 20.0))


class Heard(NamedTuple):
    """What a text shows.

    Attributes:
        signs: numbers of the signs, in the order of ``SIGNS``.
        weight: of its words, each counted once.
    """

    signs: frozenset[int]
    weight: float


class _Words(NamedTuple):
    database: hyperscan.Database
    weights: list[float]


@cache
def _words() -> _Words:
    words = weights.read_words()
    expressions = [one.pattern.encode() for one in SIGNS]
    expressions += [rf"\b{word}\b".encode() for word in words]
    numbers = [*range(len(SIGNS)), *range(_FIRST_WORD, _FIRST_WORD + len(words))]
    flags = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SINGLEMATCH
    database = compiled.database(expressions, numbers, [flags] * len(expressions))
    return _Words(database, list(words.values()))


def listen(data: bytes) -> Heard:
    """Which signs a text (UTF-8) shows, and the weight of its words."""
    words = _words()
    numbers: list[int] = []
    words.database.scan(data, match_event_handler=compiled.note, context=numbers)
    signs = frozenset([one for one in numbers if one < _FIRST_WORD])
    weight = sum([words.weights[one - _FIRST_WORD] for one in numbers if one >= _FIRST_WORD], 0.0)
    return Heard(signs, weight)


def weight_asked(size_bytes: int) -> float:
    """How much its words must weigh for a text of a size to be weighed whole."""
    for most, weight in _ASKED:
        if size_bytes < most:
            return weight
    return _ASKED[-1][1]
