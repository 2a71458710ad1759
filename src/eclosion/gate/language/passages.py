"""From texts to passages: moderated first, then cut into clean sentences, with repeats removed.

What always holds: no sentence is in two passages, so that one item is never the key to another; every text that is not
used is counted under the reason. Near repeats are found by the smallest hashes of runs of five words (bottom-k sketch:
Broder 1997), in memory of about a kilobyte a passage.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from eclosion.gate.language.model import (
    PASSAGE_SENTENCES_MAX,
    PASSAGE_SENTENCES_MIN,
    Passage,
    Text,
)
from eclosion.gate.language.moderation import objection
from eclosion.gate.language.sentences import rows

BODY_CHARS_MAX = 400_000
SHINGLE_WORDS = 5
SKETCH = 24
SHARED_MAX = 5


class Prepared(NamedTuple):
    """Passages, and why the other texts gave none: reason to count."""

    passages: list[Passage]
    dropped: dict[str, int]
    texts: int
    published: int


class Preparation:
    """Prepares texts one after another and remembers what it has seen."""

    def __init__(self) -> None:
        self.dropped: Counter[str] = Counter()
        self.texts = 0
        self.published = 0
        self._sentences: set[int] = set()
        self._sketches: set[int] = set()

    def prepare(self, text: Text) -> list[Passage]:
        """The passages of a text; none if there is something against it or it is too short."""
        self.texts += 1
        self.published += text.published
        body = text.body[:BODY_CHARS_MAX]
        against = objection(body)
        if against is not None:
            self.dropped[against] += 1
            return []
        found: list[Passage] = []
        reasons: set[str] = set()
        for row in rows(body):
            for piece in _pieces(row):
                repeat = self._repeat(piece)
                if repeat:
                    reasons.add(repeat)
                    continue
                number = f"{text.id}.{len(found)}" if found else text.id
                found.append(Passage(number, text.author or text.id, tuple(piece)))
        if not found:
            self.dropped[min(reasons, default="too_short")] += 1
        return found

    def _repeat(self, piece: list[str]) -> str | None:
        """Whether it repeats something, itself included; if not, it is remembered."""
        sentences = {hash_of(sentence.casefold()) for sentence in piece}
        if len(sentences) < len(piece) or sentences & self._sentences:
            return "duplicate"
        sketch = _sketch(piece)
        if len(sketch & self._sketches) > SHARED_MAX:
            return "near_duplicate"
        self._sentences |= sentences
        self._sketches |= sketch
        return None


def prepare_all(texts: Iterable[Text]) -> Prepared:
    """All passages of many texts, with counts."""
    preparation = Preparation()
    passages = [passage for text in texts for passage in preparation.prepare(text)]
    dropped = dict(preparation.dropped.most_common())
    return Prepared(passages, dropped, preparation.texts, preparation.published)


def hash_of(text: str) -> int:
    """A small number for a text. For finding repeats, not for security."""
    raw = text.encode()
    return zlib.crc32(raw) << 32 | zlib.adler32(raw)


def _pieces(row: list[str]) -> list[list[str]]:
    """Cut a long row evenly into passages; too short ones give none."""
    if len(row) < PASSAGE_SENTENCES_MIN:
        return []
    count = max(1, -(-len(row) // PASSAGE_SENTENCES_MAX))
    bounds = [round(at * len(row) / count) for at in range(count + 1)]
    return [row[start:end] for start, end in pairwise(bounds)]


def _sketch(piece: list[str]) -> set[int]:
    words = " ".join(piece).casefold().split()
    shingles = {
        hash_of(" ".join(words[at : at + SHINGLE_WORDS]))
        for at in range(len(words) - SHINGLE_WORDS + 1)
    }
    return set(sorted(shingles)[:SKETCH])
