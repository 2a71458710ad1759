"""Scripts that answer items without understanding them, each with our generator's source in hand.

Every attacker is fitted on answered items of the same generator (some ignore them) and then scores items of authors
that it has not seen. None is a language model: what those reach is measured by hand with `eclosion gate rounds`.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from math import log
from typing import Protocol

from eclosion.gate.language.encoder import Encoder
from eclosion.gate.language.model import BESIDE, Item, Sample
from eclosion.gate.language.sentences import split
from eclosion.gate.language.training import Question, TrainedScorer
from eclosion.gate.language.words import (
    FUNCTION_WORDS,
    Rarity,
    Sentence,
    bm25,
    gram_cosine,
    take_apart,
    tf_idf,
)


class Attacker(Protocol):
    """Somebody who scores choices. A new one is made for each fold."""

    def fit(self, samples: Sequence[Sample]) -> None:
        """Learn from answered items."""
        ...

    def scores(self, item: Item) -> list[float]:
        """One number for each choice; the highest is the answer."""
        ...


def question_of(item: Item) -> Question:
    """An item taken apart, as far as its text allows: sentences that cannot be told apart count as one."""
    before = [take_apart(text) for text in split(item.before)][-BESIDE:]
    after = [take_apart(text) for text in split(item.after)][:BESIDE]
    nothing = take_apart("")
    return Question(
        tuple([nothing] * (BESIDE - len(before)) + before),
        tuple(after + [nothing] * (BESIDE - len(after))),
        tuple(take_apart(choice) for choice in item.choices),
        item.truth,
    )


class RandomGuess:
    """The floor: one in four."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)

    def fit(self, samples: Sequence[Sample]) -> None:
        """Nothing to learn."""

    def scores(self, item: Item) -> list[float]:
        return [self._draw.random() for _ in item.choices]


class Likeness:
    """The choice most like its surroundings, or only like its two neighbours, by one measure."""

    def __init__(self, measure: str, *, near: bool = False) -> None:
        self._measure, self._near = measure, near
        self._rarity = Rarity({}, 0)

    def fit(self, samples: Sequence[Sample]) -> None:
        """Learn how rare words are."""
        self._rarity = Rarity.of(
            sentence for sample in samples for sentence in question_of(sample.item).row
        )

    def scores(self, item: Item) -> list[float]:
        asked = question_of(item)
        around = [*asked.before, *asked.after]
        if self._near:
            around = [asked.before[-1], asked.after[0]]
        return [sum(self._one(other, choice) for other in around) for choice in asked.choices]

    def _one(self, other: Sentence, choice: Sentence) -> float:
        if self._measure == "bm25":
            return bm25(choice, other, self._rarity)
        if self._measure == "tf-idf":
            return tf_idf(choice, other, self._rarity)
        return gram_cosine(choice, other)


class NgramModel:
    """Words of the choice given the words before it, by an interpolated trigram model, less their likelihood alone.

    Trained on the text of the other items; words of the passage itself count as a cache (Kuhn and De Mori 1990).
    """

    def __init__(self) -> None:
        self._one: Counter[str] = Counter()
        self._two: Counter[tuple[str, str]] = Counter()
        self._three: Counter[tuple[str, str, str]] = Counter()
        self._total = 1

    def fit(self, samples: Sequence[Sample]) -> None:
        """Count runs of up to three words, across the borders of sentences."""
        for sample in samples:
            words = [word for sentence in question_of(sample.item).row for word in sentence.words]
            self._one.update(words)
            self._two.update(pairwise(words))
            self._three.update(zip(words, words[1:], words[2:], strict=False))
        self._total = sum(self._one.values()) + 1

    def scores(self, item: Item) -> list[float]:
        asked = question_of(item)
        cache = Counter(word for s in (*asked.before, *asked.after) for word in s.words)
        left = [word for s in asked.before for word in s.words][-2:]
        right = list(asked.after[0].words[:2])
        return [
            self._gain([*left, *choice.words, *right], len(left), cache) for choice in asked.choices
        ]

    def _gain(self, words: list[str], start: int, cache: Counter[str]) -> float:
        size, total = sum(cache.values()) or 1, 0.0
        for at in range(start, len(words)):
            word = words[at]
            alone = (self._one[word] + 0.5) / self._total
            one = words[at - 1] if at else ""
            two = words[at - 2] if at > 1 else ""
            pair = self._two[one, word] / (self._one[one] or 1)
            triple = self._three[two, one, word] / (self._two[two, one] or 1)
            inside = 0.3 * triple + 0.3 * pair + 0.2 * cache[word] / size + 0.2 * alone
            total += log(inside) - log(alone)
        return total / max(1, len(words) - start)


class LongestMatch:
    """The longest run of characters that a choice shares with its surroundings."""

    def fit(self, samples: Sequence[Sample]) -> None:
        """Nothing to learn."""

    def scores(self, item: Item) -> list[float]:
        around = f"{item.before} {item.after}".casefold()
        matcher = SequenceMatcher(None, autojunk=False)
        matcher.set_seq2(around)
        found = []
        for choice in item.choices:
            matcher.set_seq1(choice.casefold())
            found.append(float(matcher.find_longest_match().size))
        return found


_LINKS = re.compile(
    r"^[\"'(]*(?:and|but|so|yet|or|that|this|these|those|it|they|he|she|then|instead|still|therefore|however|"
    r"which|because|neither|both|another|the other|the same|such|not)\b",
    re.IGNORECASE,
)


class Patterns:
    """Rules of thumb as regular expressions: words that point back, names already known, question and answer."""

    def fit(self, samples: Sequence[Sample]) -> None:
        """Nothing to learn."""

    def scores(self, item: Item) -> list[float]:
        asked = question_of(item)
        previous, following = asked.before[-1], asked.after[0]
        known = frozenset[str]().union(*(s.names for s in (*asked.before, *asked.after)))
        found = []
        for choice in asked.choices:
            points_back = bool(_LINKS.match(choice.text))
            bound = following.words[:1] and following.words[0] in {"it", "they", "he", "she"}
            total = 1.0 * points_back + 1.0 * len(choice.names & known)
            total += 1.5 * (previous.text.endswith("?") and not choice.text.endswith("?"))
            total += 0.5 * bool(bound and not points_back)
            total += 1.0 * len(choice.content & previous.content)
            total += 1.0 * len(choice.content & following.content)
            found.append(total - 0.5 * len(choice.names - known))
        return found


class Embedded:
    """The choice whose embedding is nearest to its neighbours', or to those of everything around."""

    def __init__(self, encoder: Encoder, *, near: bool = False) -> None:
        self._encoder, self._near = encoder, near

    def fit(self, samples: Sequence[Sample]) -> None:
        """Nothing to learn: the encoder was trained by others."""

    def scores(self, item: Item) -> list[float]:
        asked = question_of(item)
        around = [*asked.before, *asked.after]
        if self._near:
            around = [asked.before[-1], asked.after[0]]
        return [
            sum(self._encoder.cosine(other.text, choice.text) for other in around)
            for choice in asked.choices
        ]


class Boosted:
    """Gradient boosting over everything above and about 150 numbers more, trained anew on answered items."""

    def __init__(self, seed: int, encoder: Encoder | None = None) -> None:
        self._seed, self._encoder = seed, encoder
        self._scorer: TrainedScorer | None = None

    def fit(self, samples: Sequence[Sample]) -> None:
        """Train. Needs the extra `attack`."""
        questions = [question_of(sample.item) for sample in samples]
        self._scorer = TrainedScorer.train(questions, self._seed, self._encoder)

    def scores(self, item: Item) -> list[float]:
        assert self._scorer is not None
        asked = question_of(item)
        found = self._scorer.score(asked.before, asked.after, asked.choices)
        self._scorer.forget_pairs()
        return found


class Lookup:
    """Somebody who has the source: finds the sentence before the gap and takes the choice that follows it there."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self._follows: dict[str, set[str]] = {}
        for row in rows:
            for one, two in pairwise(row):
                self._follows.setdefault(_key(one), set()).add(_key(two))

    def fit(self, samples: Sequence[Sample]) -> None:
        """Nothing to learn: it knows."""

    def scores(self, item: Item) -> list[float]:
        follows = self._follows.get(_key(split(item.before)[-1]), set())
        return [float(_key(choice) in follows) for choice in item.choices]


def _key(sentence: str) -> str:
    """The rarer words of a sentence: small changes do not hide it."""
    words = [word for word in take_apart(sentence).words if word not in FUNCTION_WORDS]
    return " ".join(words[:6])
