"""Schemas go forward only, one step at a time, and end the same whichever way they came."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from eclosion.app.house import SOURCES
from eclosion.store import Source, Store, open_store
from eclosion.store.contract import StoreBroken

SCHEMA = {
    "sqlite": "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name",
    "postgres": """
        SELECT table_name, column_name, data_type, is_nullable, column_default
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT tablename, indexname, indexdef, '', '' FROM pg_indexes WHERE schemaname = 'public'
        ORDER BY 1, 2""",
}


def schema_of(store: Store) -> list[tuple[object, ...]]:
    """What the database says of itself; asked through a query that only this test has."""
    store._queries["test.schema"] = SCHEMA[store.engine]  # type: ignore[attr-defined]
    return store.read_now(lambda unit: unit.rows("test.schema"))


def stepwise(url: str, tmp_path: Path) -> list[tuple[object, ...]]:
    """Open a database again and again, each time with one migration more, as years of releases would."""
    parts = []
    for source in SOURCES:
        folder = tmp_path / source.name
        (folder / "migrations").mkdir(parents=True)
        parts.append((source, replace(source, folder=folder)))
    steps = [
        (file, copy.folder / "migrations" / file.name)
        for source, copy in parts
        for file in sorted((source.folder / "migrations").glob("*.sql"))
    ]
    found: list[tuple[object, ...]] = []
    for file, place in steps:
        shutil.copy(file, place)
        store = open_store(url, [copy for _, copy in parts])
        found = schema_of(store)
        store.close()
    return found


def test_a_migrated_schema_equals_a_fresh_one(
    url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    grown = stepwise(url, tmp_path / "steps")
    if url.startswith("sqlite"):
        fresh_url = f"sqlite:///{tmp_path / 'fresh.db'}"
    else:
        fresh_url = request.getfixturevalue("postgres_server").create_database()
    fresh = open_store(fresh_url, SOURCES)
    assert grown == schema_of(fresh)
    fresh.close()


def test_a_second_opening_changes_nothing(url: str) -> None:
    first = open_store(url, SOURCES)
    before = schema_of(first)
    first.close()
    second = open_store(url, SOURCES)
    assert before == schema_of(second)
    second.close()


def test_a_database_from_the_future_is_left_alone(url: str, tmp_path: Path) -> None:
    newer = tmp_path / "newer" / "migrations"
    newer.mkdir(parents=True)
    (newer / "0001_a.sql").write_text("CREATE TABLE a (x INTEGER NOT NULL);")
    (newer / "0002_b.sql").write_text("CREATE TABLE b (x INTEGER NOT NULL);")
    source = Source("part", newer.parent)
    open_store(url, [source]).close()
    (newer / "0002_b.sql").unlink()
    with pytest.raises(StoreBroken, match="newer Eclosion"):
        open_store(url, [source])


def test_a_step_that_fails_leaves_nothing_behind(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "broken" / "migrations"
    folder.mkdir(parents=True)
    step = folder / "0001_a.sql"
    step.write_text("CREATE TABLE a (x INTEGER NOT NULL);\nCREATE TABLE a (x INTEGER NOT NULL);")
    source = Source("part", folder.parent)
    with pytest.raises(StoreBroken, match="cannot be opened"):
        open_store(url, [source])
    step.write_text("CREATE TABLE a (x INTEGER NOT NULL);")
    open_store(url, [source]).close()
