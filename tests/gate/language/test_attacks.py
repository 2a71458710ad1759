"""The harness itself: it must not flatter, neither scripts nor us."""

import random

import pytest

from eclosion.gate.language.attackers import Attacker, Lookup, RandomGuess
from eclosion.gate.language.attacks import all_attackers, attack
from eclosion.gate.language.model import Item, Passage, Sample
from eclosion.gate.language.statistics import tail

TESTED = {name: make for name, make in all_attackers(1).items() if name != "gradient boosting"}


class Seer:
    """Knows the answers: for testing the harness."""

    def fit(self, samples: list[Sample]) -> None:
        self.seen = {sample.item.id for sample in samples}

    def scores(self, item: Item) -> list[float]:
        assert item.id not in self.seen, "an attacker is judged on what it was trained on"
        return [float(at == item.truth) for at in range(len(item.choices))]


class Constant:
    def fit(self, samples: list[Sample]) -> None:
        pass

    def scores(self, item: Item) -> list[float]:
        return [1.0] * len(item.choices)


def test_attackers_are_judged_on_other_authors(balanced: list[Sample]) -> None:
    found = attack(balanced, 1, attackers={"seer": Seer})  # type: ignore[dict-item]
    assert found.attempts[0].share.value == 1.0
    assert found.bound > 0.999


def test_having_no_opinion_is_guessing(balanced: list[Sample]) -> None:
    makes = {"constant": Constant, "random": lambda: RandomGuess(1)}
    found = attack(balanced, 1, attackers=makes)  # type: ignore[arg-type]
    for attempt in found.attempts:
        assert attempt.share.low < 0.25 < attempt.share.high + 0.03


def test_who_has_the_source_needs_no_understanding(
    balanced: list[Sample], clued_passages: list[Passage]
) -> None:
    """Why public text is refused, and why lookup does not count into the bound of a private supply."""
    source = [passage.sentences for passage in clued_passages]
    found = attack(balanced, 1, attackers={"random": lambda: RandomGuess(1)}, source=source)
    lookup = found.attempts[-1]
    assert lookup.holds_source
    assert lookup.share.value > 0.95
    assert lookup.session > 0.9
    assert found.bound < lookup.share.low


def test_lookup_survives_small_changes(clued_passages: list[Passage]) -> None:
    """Masking is no defence: commas and case do not hide a sentence."""
    sentences = clued_passages[0].sentences
    item = Item(
        "x", " ".join(sentences[:3]).upper().replace(" NEAR", ", NEAR"), "", sentences[3:7], 0
    )
    assert Lookup([sentences]).scores(item)[0] == 1.0


def test_table_is_the_same_for_the_same_seed(balanced: list[Sample]) -> None:
    some = balanced[:40]
    assert attack(some, 3, attackers=TESTED) == attack(some, 3, attackers=TESTED)


def test_session_follows_from_the_share(balanced: list[Sample]) -> None:
    attempt = attack(balanced, 1, attackers={"random": lambda: RandomGuess(1)}).attempts[0]
    assert attempt.session == tail(attempt.share.value, 21, 24)
    assert attempt.session_high >= attempt.session


@pytest.mark.parametrize("name", sorted(TESTED))
def test_odd_items_do_not_stop_an_attacker(name: str, balanced: list[Sample]) -> None:
    """Texts that are no sentences, empty sides, one word."""
    attacker: Attacker = TESTED[name]()
    attacker.fit(balanced[:10])
    draw = random.Random(1)
    for before, after in (
        ("", ""),
        ("word", "..."),
        ("1 2 3.", "?!"),
        ("No end", "A. B. C. D. E."),
    ):
        item = Item("odd", before, after, ("a", "B.", "c d e?", str(draw.random())), 2)
        assert len(attacker.scores(item)) == 4
