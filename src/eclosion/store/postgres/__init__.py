"""The engine for more than one machine: PostgreSQL through psycopg."""

from eclosion.store.postgres.engine import PostgresStore

__all__ = ["PostgresStore"]
