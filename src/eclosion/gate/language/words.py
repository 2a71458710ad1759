"""Words of a sentence, and how alike two sentences are: what attackers and balancing read.

Standard library only, so that the demo's items can be made from the bare wheel.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from math import fsum, log, sqrt
from typing import NamedTuple

_WORD = re.compile(r"[A-Za-z0-9]+(?:['\u2019][a-z]+)?")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+")

FUNCTION_WORDS = frozenset(
    """a about above after again all also am an and any are as at be because been before being below between both
    but by can could did do does doing down during each even ever every few for from further had has have having he her
    here hers him his how i if in into is it its itself just like made make many may me might more most much must my
    never no nor not now of off on once one only or other our out over own same she should so some such than that the
    their them then there these they this those though through to too two under until up upon us very was we were what
    when where which while who whom whose why will with without would yet you your""".split()
)


class Sentence(NamedTuple):
    """A sentence taken apart. ``grams`` counts pieces of three to five characters."""

    text: str
    words: tuple[str, ...]
    content: frozenset[str]
    stems: Counter[str]
    grams: Counter[str]
    grams_size: float
    names: frozenset[str]


def take_apart(text: str) -> Sentence:
    """Words, content words, stems (the first five letters), character pieces and capitalised names."""
    words = tuple(word.lower() for word in _WORD.findall(text))
    content = frozenset(word for word in words if word not in FUNCTION_WORDS and len(word) > 2)
    stems = Counter(word[:5] for word in words if word not in FUNCTION_WORDS)
    padded = f" {' '.join(words)} "
    grams: Counter[str] = Counter()
    for size in (3, 4, 5):
        grams.update(padded[at : at + size] for at in range(len(padded) - size + 1))
    names = frozenset(name.lower() for name in _NAME.findall(text))
    length = sqrt(sum(count * count for count in grams.values()))
    return Sentence(text, words, content, stems, grams, length, names)


class Rarity:
    """How rare words and stems are in a collection of sentences: inverse document frequency, smoothed."""

    def __init__(self, counts: Mapping[str, int], total: int) -> None:
        self.counts, self.total = dict(counts), total
        self._unseen = log((total + 1) / 0.5)
        self._sizes: dict[str, float] = {}

    @classmethod
    def of(cls, sentences: Iterable[Sentence]) -> Rarity:
        """Count them."""
        counts: Counter[str] = Counter()
        total = 0
        for sentence in sentences:
            total += 1
            counts.update(set(sentence.words) | {f"-{stem}" for stem in sentence.stems})
        return cls(counts, total)

    def weight(self, word: str) -> float:
        """Higher is rarer."""
        seen = self.counts.get(word)
        return self._unseen if seen is None else log((self.total + 1) / (seen + 0.5))

    def size(self, sentence: Sentence) -> float:
        """The length of its weighted stems as a vector."""
        known = self._sizes.get(sentence.text)
        if known is None:
            known = sqrt(sum((n * self.weight(f"-{s}")) ** 2 for s, n in sentence.stems.items()))
            self._sizes[sentence.text] = known
        return known

    def forget_sizes(self) -> None:
        """Free what was kept of sentences."""
        self._sizes.clear()


def bm25(query: Sentence, document: Sentence, rarity: Rarity, mean_words: float = 18.0) -> float:
    """Okapi BM25 (Robertson and others 1994) with k1 = 1.2, b = 0.75, of one sentence as a query for another."""
    # Sums over sets are exact, so that they do not depend on the order that a process gives them.
    length = 0.3 + 0.9 * len(document.words) / mean_words  # k1 * (1 - b + b * length / mean)
    return fsum(
        rarity.weight(word) * (times := document.words.count(word)) * 2.2 / (times + length)
        for word in query.content & document.content
    )


def tf_idf(one: Sentence, other: Sentence, rarity: Rarity) -> float:
    """Cosine of stems weighted by rarity."""
    shared = one.stems.keys() & other.stems.keys()
    if not shared:
        return 0.0
    dot = fsum(one.stems[s] * other.stems[s] * rarity.weight(f"-{s}") ** 2 for s in shared)
    return dot / (rarity.size(one) * rarity.size(other))


def gram_cosine(one: Sentence, other: Sentence) -> float:
    """Cosine of counts of character pieces."""
    small, large = sorted((one.grams, other.grams), key=len)
    dot = sum(small[gram] * large[gram] for gram in small.keys() & large.keys())
    return dot / (one.grams_size * other.grams_size) if dot else 0.0


def overlap(one: Sentence, other: Sentence) -> float:
    """Jaccard index of content words."""
    union = len(one.content | other.content)
    return len(one.content & other.content) / union if union else 0.0


def rarest_shared(one: Sentence, other: Sentence, rarity: Rarity) -> float:
    """The weight of the rarest word in both."""
    return max((rarity.weight(word) for word in one.content & other.content), default=0.0)
