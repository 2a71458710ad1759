"""Gradient boosting that is given sentence embeddings as well, trained anew on answered items of the generator.

Beside all numbers of the attacker that ships it sees how near each choice is to the sentences around the gap, and what
a linear model of neighbourhood says: trained to tell real neighbours from the other choices by the products and
differences of their vectors. That model is fitted crosswise, so that the boosting learns how far to trust it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from eclosion.gate.language.attackers import question_of
from eclosion.gate.language.features import Background, Pairs, rows_of_features
from eclosion.gate.language.model import Item, Sample
from eclosion.gate.language.training import Question, _boost

Array = Any
STEPS = 300
DECAY = 3e-4
RATE = 0.5


class Encodes(Protocol):
    """A sentence as a unit vector."""

    def encode(self, text: str) -> Array: ...


class Neighbours:
    """Whether a sentence follows another, by the product and the distance of their vectors; a logistic regression."""

    def __init__(self, encoder: Encodes) -> None:
        self._encoder = encoder
        self._weights: Array = np.zeros(1)
        self._mean: Array = np.zeros(1)
        self._spread: Array = np.ones(1)

    def fit(self, questions: Sequence[Question]) -> None:
        """Real neighbours against the same places filled with wrong choices."""
        rows, truths = [], []
        for asked in questions:
            left, right = asked.before[-1].text, asked.after[0].text
            for at, choice in enumerate(asked.choices):
                rows += [self._pair(left, choice.text), self._pair(choice.text, right)]
                truths += [float(at == asked.truth)] * 2
            for one, two in zip(asked.before, asked.before[1:], strict=False):
                rows.append(self._pair(one.text, two.text))
                truths.append(1.0)
        table, wanted = np.asarray(rows, np.float32), np.asarray(truths, np.float32)
        self._mean, self._spread = table.mean(0), table.std(0) + 1e-6
        table = np.hstack([(table - self._mean) / self._spread, np.ones((len(table), 1))])
        weights = np.zeros(table.shape[1], np.float32)
        speed = np.zeros_like(weights)
        balance = np.where(wanted == 1, 0.5 / wanted.mean(), 0.5 / (1 - wanted.mean()))
        for _ in range(STEPS):
            guess = 1 / (1 + np.exp(-np.clip(table @ weights, -30, 30)))
            slope = table.T @ ((guess - wanted) * balance) / len(table) + DECAY * weights
            speed = 0.9 * speed + slope
            weights = weights - RATE * 0.1 * speed
        self._weights = weights

    def score(self, one: str, two: str) -> float:
        """Higher is likelier."""
        row = (self._pair(one, two) - self._mean) / self._spread
        return float(row @ self._weights[:-1] + self._weights[-1])

    def _pair(self, one: str, two: str) -> Array:
        left, right = self._encoder.encode(one), self._encoder.encode(two)
        return np.concatenate([left * right, np.abs(left - right)])


class BoostedEmbeddings:
    """The attacker that ships, with embeddings."""

    def __init__(self, encoder: Encodes, seed: int, *, known: bool = True) -> None:
        """``known``: give it the numbers of the attacker that ships as well."""
        self._encoder, self._seed, self._known = encoder, seed, known
        self._pairs = Pairs(Background.of([]))
        self._halves: list[Neighbours] = []
        self._models: list[Any] = []

    def fit(self, samples: Sequence[Sample]) -> None:
        """Fit both models."""
        questions = [question_of(sample.item) for sample in samples]
        self._pairs = Pairs(Background.of([asked.row for asked in questions]))
        self._halves = [Neighbours(self._encoder) for _ in range(2)]
        for half, model in enumerate(self._halves):
            model.fit(questions[half::2])
        rows: list[list[float]] = []
        truths: list[int] = []
        for number, asked in enumerate(questions):
            rows += self._rows(asked, [self._halves[1 - number % 2]])
            truths += [int(at == asked.truth) for at in range(len(asked.choices))]
        sizes = [len(asked.choices) for asked in questions]
        table = np.asarray(rows, np.float32)
        self._models = [
            _boost(kind, table, truths, sizes, self._seed) for kind in ("binary", "lambdarank")
        ]

    def scores(self, item: Item) -> list[float]:
        asked = question_of(item)
        table = np.asarray(self._rows(asked, self._halves), np.float32)
        total = np.zeros(len(asked.choices))
        for model in self._models:
            opinion = model.predict(table, raw_score=True, num_threads=1)
            total += (opinion - opinion.mean()) / (opinion.std() + 1e-9)
        return [float(one) for one in total]

    def _rows(self, asked: Question, halves: Sequence[Neighbours]) -> list[list[float]]:
        around = [*asked.before, *asked.after]
        vectors = [self._encoder.encode(one.text) for one in around]
        left, right = asked.before[-1].text, asked.after[0].text
        near = sum(vectors[2:4])
        own = []
        for choice in asked.choices:
            vector = self._encoder.encode(choice.text)
            like = [float(vector @ other) for other in vectors]
            said = [
                float(np.mean([half.score(left, choice.text) for half in halves])),
                float(np.mean([half.score(choice.text, right) for half in halves])),
            ]
            bridge = float(vector @ near) - float(vectors[2] @ vectors[3])
            own.append([*like, sum(like), max(like), bridge, *said, sum(said)])
        ranks = [np.argsort(np.argsort(column)) for column in np.asarray(own).T]
        ranked = [row + [float(rank[at]) for rank in ranks] for at, row in enumerate(own)]
        if not self._known:
            return ranked
        known = rows_of_features(asked.before, asked.after, asked.choices, self._pairs)
        return [row + more for row, more in zip(known, ranked, strict=True)]
