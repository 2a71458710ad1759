"""A house of one's own for each test, on both engines."""

from tests.house import client, clock, database_url, house, net, rules, settings, store

__all__ = ["client", "clock", "database_url", "house", "net", "rules", "settings", "store"]
