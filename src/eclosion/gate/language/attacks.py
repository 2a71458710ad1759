"""The harness: what every attacker reaches on a set of items, with intervals, and what that means for a whole session.

What always holds: an attacker answers only items whose author it was not trained on; the bound of a supply is the
highest upper end of any attacker that has not got the source. Lookup is reported beside it and not bounded: it says
what a public text is worth, which is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from eclosion.gate.language.attackers import (
    Attacker,
    Boosted,
    Embedded,
    Likeness,
    LongestMatch,
    Lookup,
    NgramModel,
    Patterns,
    RandomGuess,
)
from eclosion.gate.language.encoder import Encoder
from eclosion.gate.language.model import Sample
from eclosion.gate.language.rounds import Policy
from eclosion.gate.language.statistics import Share, tail, wilson
from eclosion.gate.language.training import FOLDS, fold_of

ATTACKED_MIN = 40
"""Fewer items than this cannot train and test anything."""

NOT_TESTED = (
    "language models of any size and scripts that ask one, fine-tuned cross-encoders, people, and sentence embeddings "
    "unless they stand in the table"
)
Make = Callable[[], Attacker]


class Attempt(NamedTuple):
    """One attacker's share of right answers, and the chance that it passes a whole session.

    Args:
        name: the attacker.
        share: right of asked, with its 95 % Wilson interval.
        session: the chance to pass at the estimate.
        session_high: the chance to pass at the upper end.
        holds_source: it has the texts, so it says what a public text is worth.
    """

    name: str
    share: Share
    session: float
    session_high: float
    holds_source: bool = False


class Attack(NamedTuple):
    """All attempts on one set of items, and the bound: the highest upper end without the source."""

    attempts: tuple[Attempt, ...]
    bound: float


def all_attackers(seed: int, encoder: Encoder | None = None) -> dict[str, Make]:
    """The attackers that ship, by name; three more with an encoder."""
    found: dict[str, Make] = {
        "random": partial(RandomGuess, seed),
        "BM25": partial(Likeness, "bm25"),
        "TF-IDF": partial(Likeness, "tf-idf"),
        "TF-IDF, neighbours": partial(Likeness, "tf-idf", near=True),
        "character n-grams": partial(Likeness, "grams"),
        "character n-grams, neighbours": partial(Likeness, "grams", near=True),
        "longest match": LongestMatch,
        "patterns": Patterns,
        "n-gram model": NgramModel,
        "gradient boosting": partial(Boosted, seed),
    }
    if encoder is not None:
        found |= {
            "embeddings": partial(Embedded, encoder),
            "embeddings, neighbours": partial(Embedded, encoder, near=True),
            "gradient boosting, embeddings": partial(Boosted, seed, encoder),
        }
    return found


def attack(
    samples: Sequence[Sample],
    seed: int,
    *,
    attackers: Mapping[str, Make] | None = None,
    source: Sequence[Sequence[str]] | None = None,
    policy: Policy | None = None,
    told: Callable[[str, int], None] = lambda *_: None,
) -> Attack:
    """Attack items with everything.

    Args:
        samples: items with authors.
        seed: the same seed gives the same table.
        attackers: what to attack with; by default all that ship.
        source: rows of sentences as they stood, for the attacker who has them.
        policy: what a session asks.
        told: hears which attacker is at work.
    """
    policy = policy or Policy()
    attempts = []
    for name, make in (attackers or all_attackers(seed)).items():
        told(name, len(samples))
        attempts.append(_attempt(name, sum(_folded(samples, make, seed)), len(samples), policy))
    bound = max((attempt.share.high for attempt in attempts), default=1.0)
    if source is not None:
        lookup = Lookup(source)
        right = sum(_is_right(lookup, sample) for sample in samples)
        attempts.append(
            _attempt("lookup in the source", right, len(samples), policy)._replace(
                holds_source=True
            )
        )
    return Attack(tuple(attempts), bound)


def answers_of(samples: Sequence[Sample], make: Make, seed: int) -> list[bool]:
    """Item by item whether an attacker, trained on the other folds, is right."""
    return _folded(samples, make, seed)


def _folded(samples: Sequence[Sample], make: Make, seed: int) -> list[bool]:
    folds = [fold_of(sample.author, seed) for sample in samples]
    right = [False] * len(samples)
    for left_out in range(FOLDS):
        asked = [at for at, fold in enumerate(folds) if fold == left_out]
        if not asked:
            continue
        attacker = make()
        attacker.fit([s for s, fold in zip(samples, folds, strict=True) if fold != left_out])
        for at in asked:
            right[at] = _is_right(attacker, samples[at])
    return right


def _is_right(attacker: Attacker, sample: Sample) -> bool:
    """Ties go to a place that depends on the item alone, or a constant attacker would be right by its place."""
    scores = attacker.scores(sample.item)
    start = fold_of(sample.item.id, len(scores))
    order = [(start + at) % len(scores) for at in range(len(scores))]
    return max(order, key=lambda at: scores[at]) == sample.item.truth


def _attempt(name: str, right: int, asked: int, policy: Policy) -> Attempt:
    share = wilson(right, asked)
    whole = policy.asked
    return Attempt(
        name,
        share,
        tail(share.value, policy.pass_at, whole),
        tail(share.high, policy.pass_at, whole),
    )
