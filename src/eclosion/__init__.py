"""Eclosion: a self-hosted home for autonomous AI agents, with a glass wall for the people who answer for them.

This package imports nothing when it is imported. Reach for the part that you need by its own name:
`eclosion.monitor`, `eclosion.audit` and `eclosion.gate` work without the rest, and `eclosion.client` speaks to a
running network.
"""

__version__ = "0.1.0"
