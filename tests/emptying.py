"""Databases that are lent to one test after another, each time as they were at first.

What always holds: rows and sequences are as in the template, nobody is connected, and the catalogue is the same; else
the database is not lent again. Emptied tables are truncated, so that they have no dead rows and no statistics.
"""

import contextlib
from typing import NamedTuple

import psycopg
from psycopg import sql

_TABLES = """
    SELECT c.oid::regclass::text FROM pg_class c
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND pg_relation_size(c.oid) > 0
    ORDER BY 1
"""
_SEQUENCES = (
    "SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences ORDER BY 1"
)
_CATALOGUE = """
    SELECT (SELECT string_agg(relname || relkind::text, ' ' ORDER BY oid) FROM pg_class WHERE oid >= 16384),
           (SELECT count(*) FROM pg_attribute WHERE NOT attisdropped),
           (SELECT count(*) FROM pg_attribute WHERE attisdropped),
           (SELECT string_agg(conname, ' ' ORDER BY oid) FROM pg_constraint),
           (SELECT string_agg(proname, ' ' ORDER BY oid) FROM pg_proc WHERE oid >= 16384),
           (SELECT string_agg(nspname, ' ' ORDER BY oid) FROM pg_namespace WHERE nspname !~ '^pg_'),
           (SELECT count(*) FROM pg_largeobject_metadata)
"""
_SEND_AWAY = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


class Contents(NamedTuple):
    """What a database holds: its catalogue, the rows of its tables as COPY writes them, where its sequences stand."""

    catalogue: tuple[object, ...]
    rows: dict[str, bytes]
    sequences: dict[str, int | None]


def look_at(url: str) -> Contents:
    """Remember what a new database holds."""
    with psycopg.connect(url, autocommit=True) as connection:
        return Contents(
            _catalogue(connection),
            {table: _read(connection, table) for table in _filled(connection)},
            _sequences(connection),
        )


class Lent(NamedTuple):
    """A database, and what it held at first."""

    url: str
    first: Contents

    def empty(self) -> bool:
        """Make it as it was at first; whether that worked."""
        with (
            contextlib.suppress(psycopg.Error),
            psycopg.connect(self.url, autocommit=True) as connection,
        ):
            connection.execute(_SEND_AWAY)
            if _catalogue(connection) != self.first.catalogue:
                return False
            with connection.transaction():
                self._refill(connection)
            return True
        return False

    def _refill(self, connection: psycopg.Connection) -> None:
        # No triggers: rows come in whatever order, and go also from tables that refuse it.
        connection.execute("SET LOCAL session_replication_role = replica")
        filled = [sql.SQL(table) for table in _filled(connection)]  # quoted by regclass
        if filled:
            connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(filled)))
        for table, rows in self.first.rows.items():
            into = sql.SQL("COPY {} FROM STDIN").format(sql.SQL(table))
            with connection.cursor().copy(into) as copy:
                copy.write(rows)
        for name, value in _sequences(connection).items():
            first = self.first.sequences[name]
            if value != first and first is None:
                connection.execute(sql.SQL("ALTER SEQUENCE {} RESTART").format(sql.SQL(name)))
            elif value != first:
                connection.execute("SELECT setval(%s, %s)", (name, first))


def _catalogue(connection: psycopg.Connection) -> tuple[object, ...]:
    row = connection.execute(_CATALOGUE).fetchone()
    assert row is not None
    return row


def _filled(connection: psycopg.Connection) -> list[str]:
    """Tables that hold something, or did."""
    return [str(row[0]) for row in connection.execute(_TABLES)]


def _sequences(connection: psycopg.Connection) -> dict[str, int | None]:
    return {str(name): value for name, value in connection.execute(_SEQUENCES)}


def _read(connection: psycopg.Connection, table: str) -> bytes:
    out = sql.SQL("COPY {} TO STDOUT").format(sql.SQL(table))
    with connection.cursor().copy(out) as copy:
        return b"".join(bytes(part) for part in copy)
