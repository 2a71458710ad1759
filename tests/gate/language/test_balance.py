"""Items: the same from the same seed, even in their ranks, and dull for scripts."""

from collections import Counter

import pytest

from eclosion.gate.language.attackers import Likeness
from eclosion.gate.language.attacks import all_attackers, attack
from eclosion.gate.language.balance import (
    LikenessScorer,
    make_item,
    make_samples,
    plain_samples,
)
from eclosion.gate.language.model import CHOICES, Passage, Sample
from eclosion.gate.language.passages import prepare_all
from tests.gate.language.texts import clued_texts


def test_item_is_cut_from_its_passage(
    balanced: list[Sample], clued_passages: list[Passage]
) -> None:
    """Before, truth and after stand in a row; distractors stand elsewhere in the same passage."""
    passages = {passage.id: passage for passage in clued_passages}
    assert len({sample.item.id for sample in balanced}) == len(balanced)
    for sample in balanced:
        text = " ".join(passages[sample.item.id].sentences)
        item = sample.item
        assert f"{item.before} {item.choices[item.truth]} {item.after}" in text
        others = [c for at, c in enumerate(item.choices) if at != item.truth]
        assert all(c in text and c not in f"{item.before} {item.after}" for c in others)


def test_truth_stands_in_every_place(balanced: list[Sample]) -> None:
    places = Counter(sample.item.truth for sample in balanced)
    assert set(places) == set(range(CHOICES))


@pytest.mark.slow
def test_same_seed_same_items() -> None:
    """Training too is repeatable. Slow: ten models are trained, twice."""
    passages = prepare_all(clued_texts(24, sentences=12)).passages
    first, second = make_samples(passages, 3), make_samples(passages, 3)
    assert first == second
    assert first


@pytest.mark.slow
def test_balancing_lowers_what_scripts_reach(
    balanced: list[Sample], few_passages: list[Passage]
) -> None:
    """The texts hold a clue that a script finds: blindly drawn distractors leave it in, balancing takes it out.

    Slow: attackers are trained in five folds on either.
    """
    chosen = {
        "gradient boosting": all_attackers(1)["gradient boosting"],
        "TF-IDF": lambda: Likeness("tf-idf", near=True),
    }
    blind = attack(plain_samples(few_passages, 5), 1, attackers=chosen)
    even = attack(balanced, 1, attackers=chosen)
    for before, after in zip(blind.attempts, even.attempts, strict=True):
        assert before.share.value > 0.5
        assert after.share.value < before.share.value - 0.15
        assert after.share.high < before.share.low


def test_balancing_by_likeness_needs_no_library(clued_passages: list[Passage]) -> None:
    """For the demo: likeness alone then says little."""
    made = plain_samples(clued_passages, 5, LikenessScorer())
    found = attack(made, 1, attackers={"grams": lambda: Likeness("grams", near=True)})
    assert found.attempts[0].share.low < 0.45


def test_passage_that_is_too_short_for_a_choice_gives_no_item(
    clued_passages: list[Passage],
) -> None:
    import random

    passage = clued_passages[0]
    short = passage._replace(sentences=passage.sentences[:9])
    assert make_item(short, LikenessScorer(), random.Random(1)) is None
