"""Filling a fresh network with heavy-tailed, varied activity, for benchmarks: the same for the same seed.

Rows are made by SQLite itself from small tables of chances, because a Python loop over 75 million rows takes
an hour. It refuses to touch a database that exists.
"""
