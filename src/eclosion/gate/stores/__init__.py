"""Where spent ids and counts are kept: memory, SQLite, PostgreSQL, Redis. All fill ``eclosion.gate.ports.Store``.

What always holds: of all calls that spend a name, in any thread and process that shares the store, one is told that it
was first. Nothing here imports a driver: connections come in from the caller, or the standard library makes them.
"""

from eclosion.gate.stores.memory import MemoryStore
from eclosion.gate.stores.redis import RedisStore
from eclosion.gate.stores.sql import PostgresStore, SqliteStore

__all__ = ["MemoryStore", "PostgresStore", "RedisStore", "SqliteStore"]
