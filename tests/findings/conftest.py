"""Every test here may live in a house of its own, on both engines."""

from tests.house import client, clock, database_url, house, net, rules, settings, store

__all__ = ["client", "clock", "database_url", "house", "net", "rules", "settings", "store"]
