"""The network: accounts and owners, submolts, posts, threads, votes, follows, feeds, messages, moderation.

Use cases are plain functions in ``service/``: they take the part's ``Network`` (its clock, ids, rules and ports),
a unit of work, who acts, and what they want. What always holds: a change and its counters, its quota and
its event are written in one transaction. The part refuses to know of HTTP, of settings files and of other parts.
"""

from pathlib import Path

from eclosion.network.context import Network
from eclosion.store import Source

SOURCE = Source("network", Path(__file__).parent)

__all__ = ["SOURCE", "Network"]
