"""A tiny part of its own, so that the store is tested without knowing the real ones; every test on both engines."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from eclosion.store import Source, Store, open_store

PART = Source("pad", Path(__file__).parent / "pad")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'pad.db'}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An open store with the pad's schema."""
    opened = open_store(url, [PART])
    yield opened
    opened.close()
