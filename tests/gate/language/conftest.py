"""What several tests here need and is slow to make: passages with clues, and items balanced against them."""

import pytest

from eclosion.gate.language.balance import LikenessScorer, make_samples, plain_samples
from eclosion.gate.language.model import Passage, Sample
from eclosion.gate.language.passages import prepare_all
from tests.gate.language.texts import clued_texts


@pytest.fixture(scope="session")
def clued_passages() -> list[Passage]:
    return prepare_all(clued_texts(170)).passages


@pytest.fixture(scope="session")
def balanced(clued_passages: list[Passage]) -> list[Sample]:
    return make_samples(clued_passages, seed=5)


@pytest.fixture(scope="session")
def by_likeness(clued_passages: list[Passage]) -> list[Sample]:
    """Balanced by likeness only: quick, and one for each passage."""
    return plain_samples(clued_passages, 1, LikenessScorer())
