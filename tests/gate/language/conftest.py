"""What several tests here need and is slow to make: passages with clues, and items balanced against them."""

import fcntl
import os
import pickle

import pytest

from eclosion.gate.language.balance import LikenessScorer, make_samples, plain_samples
from eclosion.gate.language.model import Passage, Sample
from eclosion.gate.language.passages import prepare_all
from tests.gate.language.texts import clued_texts


@pytest.fixture(scope="session")
def clued_passages() -> list[Passage]:
    return prepare_all(clued_texts(170)).passages


@pytest.fixture(scope="session")
def few_passages() -> list[Passage]:
    """The first of them: as few as show what balancing does, for training costs a second for every twenty."""
    return prepare_all(clued_texts(90)).passages


@pytest.fixture(scope="session")
def balanced(few_passages: list[Passage], tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    """Made by whichever process of a run comes first; the others wait for it and read them."""
    top = tmp_path_factory.getbasetemp()
    shared = top.parent if "PYTEST_XDIST_WORKER" in os.environ else top
    with (shared / "balanced.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = shared / "balanced.pickle"
        if not kept.exists():
            made = make_samples(few_passages, seed=5)
            kept.with_suffix(".new").write_bytes(pickle.dumps(made))
            kept.with_suffix(".new").replace(kept)
        found: list[Sample] = pickle.loads(kept.read_bytes())
        return found


@pytest.fixture(scope="session")
def by_likeness(clued_passages: list[Passage]) -> list[Sample]:
    """Balanced by likeness only: quick, and one for each passage."""
    return plain_samples(clued_passages, 1, LikenessScorer())
