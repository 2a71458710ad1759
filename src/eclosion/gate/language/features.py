"""What a trained attacker sees of an item: about 150 numbers for each choice.

Likeness to each of the six sentences around the gap, by seven measures; how much of the choice is known before and
after; style and form, and how they fit the neighbours; and the rank of each of these within the item. A tree needs no
more than ranks to find "the odd one out", which is what badly chosen distractors become.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from eclosion.gate.language.adjacency import Adjacency
from eclosion.gate.language.encoder import Encoder
from eclosion.gate.language.words import (
    FUNCTION_WORDS,
    Rarity,
    Sentence,
    bm25,
    gram_cosine,
    overlap,
    rarest_shared,
    tf_idf,
)

_SETS = {
    "pronoun": "he she it they we i you him her them".split(),
    "demonstrative": "this that these those such".split(),
    "conjunction": "and but or so yet nor for".split(),
    "connective": "however then still instead therefore thus meanwhile also besides later finally next".split(),
    "article": "a an the".split(),
    "subordinate": "if when while because although though since after before once until as where".split(),
    "question": "what why how who which whose where when".split(),
    "order": "first second third one another other most some many".split(),
}
_PERSONS = {
    "first": frozenset("i me my mine we us our ours".split()),
    "second": frozenset("you your yours".split()),
    "third": frozenset("he she him her his they them their it its".split()),
}
_MODAL = frozenset("can could may might must shall should will would".split())
_BE = (frozenset("is are am has have do does".split()), frozenset("was were had did".split()))
_NEGATION = frozenset("no not never none nothing nor without cannot".split())


class Background(NamedTuple):
    """What was learned from text without answers: rarity of words, which marks follow which, and an encoder if any."""

    rarity: Rarity
    adjacency: Adjacency
    encoder: Encoder | None = None

    @classmethod
    def of(cls, rows: Sequence[Sequence[Sentence]], encoder: Encoder | None = None) -> Background:
        """Count rows of neighbouring sentences."""
        return cls(Rarity.of(s for row in rows for s in row), Adjacency.of(rows), encoder)


class Pairs:
    """Measures of pairs of sentences, each computed once: pools of one passage share most of them."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self._known: dict[tuple[str, str], tuple[float, ...]] = {}
        self._styles: dict[str, list[float]] = {}

    def measure(self, one: Sentence, two: Sentence) -> tuple[float, ...]:
        """Seven measures of ``two`` following ``one`` at once or later, and an eighth if there is an encoder."""
        known = self._known.get((one.text, two.text))
        if known is None:
            rarity, adjacency, encoder = self._background
            known = (
                bm25(one, two, rarity),
                bm25(two, one, rarity),
                tf_idf(one, two, rarity),
                gram_cosine(one, two),
                overlap(one, two),
                rarest_shared(one, two, rarity),
                adjacency.fit(one, two),
            )
            if encoder is not None:
                known = (*known, encoder.cosine(one.text, two.text))
            self._known[one.text, two.text] = known
        return known

    def style(self, sentence: Sentence) -> list[float]:
        """Style of one sentence."""
        known = self._styles.get(sentence.text)
        if known is None:
            known = self._styles[sentence.text] = _style(sentence)
        return known


def rows_of_features(
    before: Sequence[Sentence],
    after: Sequence[Sentence],
    choices: Sequence[Sentence],
    pairs: Pairs,
) -> list[list[float]]:
    """One row for each choice: raw numbers, then the rank of each within the item, from 0 (lowest) to 1."""
    styles = [pairs.style(sentence) for sentence in (*before, *after)]
    around = [sum(column) / len(styles) for column in zip(*styles, strict=True)]
    raw = [
        _likeness(before, after, choice, pairs)
        + _known(before, after, choice)
        + (own := pairs.style(choice))
        + _style_fit(own, around, before, after, choice)
        for choice in choices
    ]
    ranks = [_ranks([row[column] for row in raw]) for column in range(len(raw[0]))]
    return [row + [rank[at] for rank in ranks] for at, row in enumerate(raw)]


def _likeness(
    before: Sequence[Sentence], after: Sequence[Sentence], choice: Sentence, pairs: Pairs
) -> list[float]:
    left = [pairs.measure(sentence, choice) for sentence in before]
    right = [pairs.measure(choice, sentence) for sentence in after]
    found: list[float] = []
    for one in zip(*left, *right, strict=True):
        middle = len(before)
        found += [
            one[middle - 1],
            one[middle],
            max(one[:middle]),
            max(one[middle:]),
            sum(one) / len(one),
            one[middle - 1] + one[middle],
            one[middle - 1] + one[middle] - (sum(one) - one[middle - 1] - one[middle]) / 2,
        ]
    return found


def _known(before: Sequence[Sentence], after: Sequence[Sentence], choice: Sentence) -> list[float]:
    earlier = frozenset[str]().union(*(s.content for s in before))
    later = frozenset[str]().union(*(s.content for s in after))
    size = len(choice.content) or 1
    bridge = later - earlier
    return [
        len(choice.content & earlier) / size,
        len(choice.content & later) / size,
        len(choice.content & bridge) / size,
        len(choice.content - earlier - later) / size,
        float(len(choice.names & frozenset[str]().union(*(s.names for s in [*before, *after])))),
        float(len(choice.names)),
    ]


def _style(sentence: Sentence) -> list[float]:
    words, text = sentence.words, sentence.text
    count = len(words) or 1
    first = words[0] if words else ""
    found = [
        float(len(words)),
        len(text) / count,
        float(text.count(",")),
        float(text.count(";") + text.count(":")),
        float(len(re.findall(r"[\u2013\u2014]| - ", text))),
        float(text.count('"')),
        float(text.rstrip("\"')").endswith("?")),
        float(text.rstrip("\"')").endswith("!")),
        float(sum(char.isdigit() for char in text)),
        sum(word in FUNCTION_WORDS for word in words) / count,
        len(set(words)) / count,
        sum(word in _MODAL for word in words) / count,
        sum(word in _BE[0] for word in words) / count,
        sum(word in _BE[1] or word.endswith("ed") for word in words) / count,
        sum(word in _NEGATION for word in words) / count,
        sum(word.endswith("ing") for word in words) / count,
    ]
    found += [float(first in members) for members in _SETS.values()]
    found += [sum(word in members for word in words) / count for members in _PERSONS.values()]
    return found


_FIT = (0, 1, 2, 9, 11, 12, 13, 24, 25, 26)
"""Places in ``_style`` whose distance from the surroundings tells something: length, tense, person."""


def _style_fit(
    own: list[float],
    around: list[float],
    before: Sequence[Sentence],
    after: Sequence[Sentence],
    choice: Sentence,
) -> list[float]:
    previous, following = before[-1], after[0]
    return [
        *(abs(own[at] - around[at]) for at in _FIT),
        float(len(choice.words) - len(previous.words)),
        float(len(choice.words) - len(following.words)),
        float(previous.text.endswith("?")) * (1 - own[6]),
        float(choice.words[:1] == previous.words[:1]),
        float(choice.words[:1] == following.words[:1]),
        float(bool(choice.words) and choice.words[-1] in following.content),
        float(bool(previous.words) and previous.words[-1] in choice.content),
    ]


def _ranks(values: list[float]) -> list[float]:
    top = max(1, len(values) - 1)
    ordered = sorted(values)
    lowest: dict[float, int] = {}
    highest: dict[float, int] = {}
    for place, value in enumerate(ordered):
        lowest.setdefault(value, place)
        highest[value] = place
    return [(lowest[value] + highest[value]) / 2 / top for value in values]
