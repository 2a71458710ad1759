"""The trained attacker: gradient boosting over the features of ``features``, a classifier and a ranker added.

It has two uses: its opinion balances distractors (``balance``), and a new one, trained on items that came out, measures
what a script can do (``attacks``). Both judge only authors that they were not trained on. Needs the extra
``attack`` (LightGBM and NumPy), imported when it is used; with one seed it comes out the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from eclosion.gate.language.encoder import Encoder
from eclosion.gate.language.features import Background, Pairs, rows_of_features
from eclosion.gate.language.words import Sentence

if TYPE_CHECKING:
    import numpy as np

FOLDS = 5
ROUNDS = 160


class Question(NamedTuple):
    """An item or a pool taken apart: which of ``choices`` stood between ``before`` and ``after``?"""

    before: tuple[Sentence, ...]
    after: tuple[Sentence, ...]
    choices: tuple[Sentence, ...]
    truth: int

    @property
    def row(self) -> tuple[Sentence, ...]:
        """The sentences as they stood."""
        return (*self.before, self.choices[self.truth], *self.after)


class Scorer(Protocol):
    """Somebody's opinion of how likely each choice is; higher is likelier. Only the order counts."""

    def score(
        self, before: Sequence[Sentence], after: Sequence[Sentence], choices: Sequence[Sentence]
    ) -> list[float]:
        """One number for each choice."""
        ...


class TrainedScorer:
    """Two boosted models and the background that their features need."""

    def __init__(self, background: Background, models: Sequence[Any]) -> None:
        self.background, self.models = background, list(models)
        self._pairs = Pairs(background)

    @classmethod
    def train(
        cls, questions: Sequence[Question], seed: int, encoder: Encoder | None = None
    ) -> TrainedScorer:
        """Learn from questions whose truth is known; with an encoder, by how near sentences are as well."""
        import numpy as np

        background = Background.of([question.row for question in questions], encoder)
        pairs = Pairs(background)
        rows: list[list[float]] = []
        truths: list[int] = []
        for question in questions:
            rows += rows_of_features(question.before, question.after, question.choices, pairs)
            truths += [int(at == question.truth) for at in range(len(question.choices))]
        sizes = [len(question.choices) for question in questions]
        table = np.asarray(rows, dtype=np.float32)
        models = [_boost(kind, table, truths, sizes, seed) for kind in ("binary", "lambdarank")]
        return cls(background, models)

    def score(
        self, before: Sequence[Sentence], after: Sequence[Sentence], choices: Sequence[Sentence]
    ) -> list[float]:
        """The sum of both models' opinions, each brought to the same scale within the item."""
        import numpy as np

        rows = rows_of_features(before, after, choices, self._pairs)
        table = np.asarray(rows, dtype=np.float32)
        total = np.zeros(len(choices))
        for model in self.models:
            opinion = model.predict(table, raw_score=True, num_threads=1)
            total += (opinion - opinion.mean()) / (opinion.std() + 1e-9)
        return [float(one) for one in total]

    def forget_pairs(self) -> None:
        """Free what was kept of passages that are done."""
        self._pairs = Pairs(self.background)
        self.background.rarity.forget_sizes()


def _boost(
    objective: str, table: np.ndarray, truths: list[int], sizes: list[int], seed: int
) -> Any:
    import lightgbm

    parameters = {
        "objective": objective,
        "num_leaves": 15,
        "learning_rate": 0.05,
        "min_data_in_leaf": min(20, max(1, len(truths) // 20)),
        "feature_fraction": 0.4,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "lambda_l2": 5.0,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    group = sizes if objective == "lambdarank" else None
    data = lightgbm.Dataset(table, label=truths, group=group, free_raw_data=True)
    return lightgbm.train(parameters, data, num_boost_round=ROUNDS)


def fold_of(author: str, seed: int) -> int:
    """Which fold an author belongs to; all texts of one author are judged by a model that saw none of them."""
    digest = hashlib.blake2b(f"{seed}/{author}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") % FOLDS


def train_folds(
    questions: Sequence[Question], authors: Sequence[str], seed: int, encoder: Encoder | None = None
) -> list[TrainedScorer]:
    """A scorer for each fold, trained on the others."""
    folds = [fold_of(author, seed) for author in authors]
    return [
        TrainedScorer.train(
            [q for q, fold in zip(questions, folds, strict=True) if fold != left_out], seed, encoder
        )
        for left_out in range(FOLDS)
    ]
