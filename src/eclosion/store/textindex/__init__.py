"""Full-text search with one contract on both engines.

On SQLite the index is a file of its own beside the database; on PostgreSQL it is tables in the same one. Either way
it is a store whose catalogue has ``SOURCE``, and whoever fills it saves how far it has come in the same
transaction.
"""

from eclosion.store.textindex.index import KINDS, PERFECT, SOURCE, Hit, Text, drop, find, put

__all__ = ["KINDS", "PERFECT", "SOURCE", "Hit", "Text", "drop", "find", "put"]
