"""The server for tests is a real one and gives every test a database of its own."""

from typing import LiteralString

import psycopg
import pytest

from tests.postgres import PostgresServer

pytestmark = pytest.mark.postgres


def test_databases_are_fresh(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE marks (id bigint PRIMARY KEY)")


def fill_twins(url: str) -> None:
    """Tables that lean on each other, with a row and a number at first."""
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE elder (id bigserial PRIMARY KEY, word text)")
        connection.execute("CREATE TABLE younger (id bigint REFERENCES elder, word text)")
        connection.execute("CREATE SEQUENCE loose")
        connection.execute("INSERT INTO elder (word) VALUES (%s)", (ODD,))


ODD = "one\tor\\t 'two'\n"


def test_a_lent_database_is_lent_again_as_it_was(postgres_server: PostgresServer) -> None:
    template = postgres_server.create_template("twins", fill_twins)
    lent: list[str] = []
    for _ in range(3):
        with postgres_server.borrowed(template) as url:
            lent.append(url)
            left_open = psycopg.connect(url, autocommit=True)
            assert left_open.execute("SELECT * FROM elder").fetchall() == [(1, ODD)]
            assert left_open.execute("SELECT * FROM younger").fetchall() == []
            made = left_open.execute("INSERT INTO elder (word) VALUES ('x') RETURNING id")
            assert made.fetchone() == (2,)
            assert left_open.execute("SELECT nextval('loose')").fetchone() == (1,)
            left_open.execute("INSERT INTO younger VALUES (2, 'y')")
            left_open.execute("BEGIN; UPDATE elder SET word = 'never'")
        left_open.close()
    assert len(set(lent)) == 1


@pytest.mark.parametrize(
    "change",
    ["CREATE TABLE more (id int)", "DROP TABLE younger", "ALTER TABLE elder ADD more int"],
)
def test_a_lent_database_that_was_rebuilt_is_not_lent_again(
    postgres_server: PostgresServer, change: LiteralString
) -> None:
    template = postgres_server.create_template("twins", fill_twins)
    with postgres_server.borrowed(template) as url, psycopg.connect(url) as connection:
        connection.execute(change)
    with postgres_server.borrowed(template) as other:
        assert other != url
        with psycopg.connect(other) as connection:
            assert connection.execute("SELECT id FROM elder").fetchall() == [(1,)]


def test_template_is_filled_once(postgres_server: PostgresServer) -> None:
    fills: list[str] = []

    def fill(url: str) -> None:
        fills.append(url)
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE marks (id bigint PRIMARY KEY)")

    for _ in range(2):
        template = postgres_server.create_template("marks", fill)
        with postgres_server.database(template) as url, psycopg.connect(url) as connection:
            assert connection.execute("SELECT count(*) FROM marks").fetchone() == (0,)
    assert len(fills) == 1
