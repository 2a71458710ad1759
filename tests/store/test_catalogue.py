"""Queries are found by name, and schemas are translated."""

from pathlib import Path

import pytest

from eclosion.store.catalogue import (
    Catalogue,
    Source,
    parse_queries,
    schema_to_postgres,
    to_psycopg,
)


def test_fragments_are_filled_in_across_files() -> None:
    parsed = parse_queries(
        "-- fragment: two\na, b\n", "-- about it\n\n-- name: get\n-- why\nSELECT {two}\nFROM t;\n"
    )
    assert parsed == {"get": "SELECT a, b\nFROM t"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("SELECT 1;\n-- name: one\nSELECT 1;", "before the first"),
        ("-- name: one\nSELECT 1;\n-- name: one\nSELECT 2;", "twice"),
        ("-- name: one\nSELECT {nothing};", "no fragment nothing"),
    ],
)
def test_malformed_files_are_refused(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_queries(text)


def test_parameters_become_psycopgs() -> None:
    assert to_psycopg("SELECT :a::text, 5 % 2, :b_c") == "SELECT %(a)s::text, 5 %% 2, %(b_c)s"


def test_a_sharded_table_is_keyed_by_its_bucket() -> None:
    schema = "CREATE TABLE t (\n    id INTEGER PRIMARY KEY,\n    bucket INTEGER NOT NULL,\n    x BLOB\n) STRICT;"
    translated = schema_to_postgres(schema)
    assert "PRIMARY KEY (bucket, id)" in translated
    assert "id BIGINT NOT NULL" in translated
    assert "x BYTEA" in translated
    assert "STRICT" not in translated


def test_each_engine_reads_its_own_files(tmp_path: Path) -> None:
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "a.sql").write_text("-- name: both\nSELECT :x;\n")
    (tmp_path / "queries" / "b.sqlite.sql").write_text("-- name: own\nSELECT 1;\n")
    (tmp_path / "queries" / "b.postgres.sql").write_text("-- name: own\nSELECT 2;\n")
    source = Source("part", tmp_path)
    sqlite, postgres = Catalogue([source], "sqlite"), Catalogue([source], "postgres")
    assert (sqlite.queries["part.both"], sqlite.queries["part.own"]) == ("SELECT :x", "SELECT 1")
    assert (
        postgres.queries["part.both"],
        postgres.queries["part.own"],
    ) == ("SELECT %(x)s", "SELECT 2")
