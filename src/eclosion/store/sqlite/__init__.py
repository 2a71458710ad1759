"""The embedded engine: SQLite through apsw, one writer thread, readers in the event loop."""

from eclosion.store.sqlite.engine import SqliteStore
from eclosion.store.sqlite.guest import GuestStore

__all__ = ["GuestStore", "SqliteStore"]
