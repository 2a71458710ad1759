"""Items whose distractors tell a trained attacker nothing.

"Distractors more like their surroundings than the truth" only tells an attacker to choose the least alike. Here the
truth's rank among the four under a scorer is drawn evenly, with the distractors that the scorer puts just above and
just below it: whatever the scorer has learned then points at the truth as often as at any other. What is left to find
is what the scorer cannot see, and that is what a reader sees.

What always holds: a passage makes one item; all sentences of an item come from that passage; the same seed makes the
same items.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from eclosion.gate.language.encoder import Encoder
from eclosion.gate.language.model import BESIDE, CHOICES, Item, Passage, Sample
from eclosion.gate.language.training import Question, Scorer, fold_of, train_folds
from eclosion.gate.language.words import Sentence, gram_cosine, overlap, take_apart

GAPS_TRIED = 5
FEW_PASSAGES = 600
POOLS_EACH_WHEN_FEW = 3


class LikenessScorer:
    """Likeness to both neighbours. Needs no training and no library; balances less well than a trained scorer."""

    def score(
        self, before: Sequence[Sentence], after: Sequence[Sentence], choices: Sequence[Sentence]
    ) -> list[float]:
        """Content words and character pieces shared with the sentences beside the gap."""
        beside = (before[-1], after[0])
        return [sum(gram_cosine(s, c) + overlap(s, c) for s in beside) for c in choices]


def gaps_of(sentences: Sequence[object]) -> range:
    """Where a gap may be: with three sentences on either side."""
    return range(BESIDE, len(sentences) - BESIDE)


def spread_gaps(sentences: Sequence[object], passages: int, draw: random.Random) -> list[int]:
    """Gaps to train on: one of a passage, or several where passages are few."""
    gaps = list(gaps_of(sentences))
    count = POOLS_EACH_WHEN_FEW if passages < FEW_PASSAGES else 1
    return draw.sample(gaps, min(count, len(gaps)))


def pool_at(sentences: Sequence[Sentence], gap: int) -> Question:
    """The gap with everything in the passage that could stand in it; the truth comes first."""
    outside = [*sentences[: gap - BESIDE], *sentences[gap + BESIDE + 1 :]]
    return Question(
        tuple(sentences[gap - BESIDE : gap]),
        tuple(sentences[gap + 1 : gap + 1 + BESIDE]),
        (sentences[gap], *outside),
        0,
    )


class Made(NamedTuple):
    """An item, and the truth's rank under the scorer that balanced it."""

    item: Item
    rank: int


def make_item(passage: Passage, scorer: Scorer, draw: random.Random) -> Item | None:
    """One balanced item, or None if no gap of the passage has enough candidates on both sides of the truth."""
    made = make_ranked(passage, scorer, draw)
    return made.item if made else None


def make_ranked(passage: Passage, scorer: Scorer, draw: random.Random) -> Made | None:
    """The same, with the rank that was drawn."""
    sentences = [take_apart(text) for text in passage.sentences]
    rank = draw.randrange(CHOICES)
    gaps = list(gaps_of(sentences))
    draw.shuffle(gaps)
    for gap in gaps[:GAPS_TRIED]:
        pool = pool_at(sentences, gap)
        scores = scorer.score(pool.before, pool.after, pool.choices)
        chosen = _around_truth(scores, rank, draw)
        if chosen is not None:
            draw.shuffle(chosen)
            item = Item(
                id=passage.id,
                before=" ".join(s.text for s in pool.before),
                after=" ".join(s.text for s in pool.after),
                choices=tuple(pool.choices[at].text for at in chosen),
                truth=chosen.index(0),
            )
            return Made(item, rank)
    return None


def _around_truth(scores: list[float], rank: int, draw: random.Random) -> list[int] | None:
    """The truth (0), ``rank`` candidates just above it and the rest just below; None if there are too few."""
    order = sorted(range(len(scores)), key=lambda at: (-scores[at], draw.random()))
    place = order.index(0)
    start = place - rank
    if start < 0 or start + CHOICES > len(order):
        return None
    return order[start : start + CHOICES]


def make_samples(
    passages: Sequence[Passage],
    seed: int,
    told: Callable[[str, int], None] = lambda *_: None,
    encoder: Encoder | None = None,
) -> list[Sample]:
    """Attacker-balanced items, each by a scorer that was trained on other authors' passages.

    Args:
        passages: at least two authors' in different folds.
        seed: the same seed makes the same items.
        told: hears the name of a stage and its number of steps.
        encoder: balance by what it sees as well.
    """
    draw = random.Random(seed)
    if encoder is not None:
        told("Embedding sentences", sum(len(passage.sentences) for passage in passages))
        encoder.learn(text for passage in passages for text in passage.sentences)
    questions, authors = [], []
    for passage in passages:
        sentences = [take_apart(text) for text in passage.sentences]
        for gap in spread_gaps(sentences, len(passages), draw):
            questions.append(shuffled(pool_at(sentences, gap), draw))
            authors.append(passage.author)
    told("Training the scorers", len(questions))
    scorers = train_folds(questions, authors, seed, encoder)
    told("Balancing", len(passages))
    by_rank: list[list[Sample]] = [[] for _ in range(CHOICES)]
    for passage in passages:
        scorer = scorers[fold_of(passage.author, seed)]
        made = make_ranked(passage, scorer, random.Random(f"{seed}/{passage.id}"))
        scorer.forget_pairs()
        if made is not None:
            by_rank[made.rank].append(Sample(made.item, passage.author))
    return _even(by_rank, draw)


def _even(by_rank: list[list[Sample]], draw: random.Random) -> list[Sample]:
    """As many of each rank, in random order.

    Where scripts do well, nothing stands above the truth in many pools, and the ranks that could be had would tell them
    to choose the top.
    """
    least = min(map(len, by_rank))
    samples = [sample for ranked in by_rank for sample in ranked[:least]]
    draw.shuffle(samples)
    return samples


def plain_samples(
    passages: Sequence[Passage], seed: int, scorer: Scorer | None = None
) -> list[Sample]:
    """Items by one fixed scorer; without one, distractors are drawn blindly. To compare with, and for the demo."""
    samples = []
    for passage in passages:
        draw = random.Random(f"{seed}/{passage.id}")
        item = make_item(passage, scorer or _Blind(draw), draw)
        if item is not None:
            samples.append(Sample(item, passage.author))
    return samples


class _Blind:
    def __init__(self, draw: random.Random) -> None:
        self._draw = draw

    def score(
        self, before: Sequence[Sentence], after: Sequence[Sentence], choices: Sequence[Sentence]
    ) -> list[float]:
        return [self._draw.random() for _ in choices]


def shuffled(question: Question, draw: random.Random) -> Question:
    """The same question with its choices in another order."""
    order = list(range(len(question.choices)))
    draw.shuffle(order)
    return question._replace(
        choices=tuple(question.choices[at] for at in order), truth=order.index(question.truth)
    )
