"""Unmodified third-party Moltbook clients against a real `eclosion serve` process.

Each client is installed from its registry at a pinned version, into an environment of its own, and
driven by a script in `drivers/` that its own interpreter runs. The tests compare what came back with
what was sent. No client's code is kept here.
"""
