"""The server for tests is a real one and gives every test a database of its own."""

import psycopg
import pytest

from tests.postgres import PostgresServer

pytestmark = pytest.mark.postgres


def test_databases_are_fresh_and_durable(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE marks (id bigint PRIMARY KEY)")
        durable = connection.execute("SHOW fsync").fetchone()
    assert durable == ("on",)


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
