"""Which words follow which from one sentence to the next, learned from neighbours.

A trained attacker reads more from this than from likeness alone: "first" is followed by "second", a question by an
answer. Counts only; a language model would read far more, and the rounds are made so that it can.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import fsum, log

from eclosion.gate.language.words import Sentence

PAIRS_MAX = 200_000
SEEN_MIN = 2


def marks_of(sentence: Sentence) -> frozenset[str]:
    """Content words, and how the sentence begins and ends."""
    if not sentence.words:
        return sentence.content
    begins = (f"^{sentence.words[0]}", f"^^{' '.join(sentence.words[:2])}", f"${sentence.text[-1]}")
    return sentence.content.union(begins)


class Adjacency:
    """Pointwise mutual information of marks in neighbouring sentences: first mark to second mark to information."""

    def __init__(self, known: Mapping[str, Mapping[str, float]]) -> None:
        self.known = known

    @classmethod
    def of(cls, rows: Iterable[Sequence[Sentence]]) -> Adjacency:
        """Count marks in neighbours of rows of sentences."""
        pairs: Counter[tuple[str, str]] = Counter()
        left: Counter[str] = Counter()
        right: Counter[str] = Counter()
        total = 0
        for row in rows:
            for one, two in pairwise([sorted(marks_of(sentence)) for sentence in row]):
                total += 1
                left.update(one)
                right.update(two)
                pairs.update((a, b) for a in one for b in two)
        known: dict[str, dict[str, float]] = {}
        for (a, b), seen in pairs.most_common(PAIRS_MAX):
            if seen < SEEN_MIN:
                break
            known.setdefault(a, {})[b] = log(seen * total / (left[a] * right[b]))
        return cls(known)

    def fit(self, one: Sentence, two: Sentence) -> float:
        """How well ``two`` follows ``one``: the mean information of the marks that were seen together."""
        found: list[float] = []
        following = marks_of(two)
        for a in marks_of(one):
            known = self.known.get(a)
            if known:
                found += [known[b] for b in known.keys() & following]
        return fsum(found) / (1 + len(found))  # exact, whatever the order of the sets
