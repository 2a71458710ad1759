"""Tripwires: files that nobody needs and every thief wants; whoever opens one is told of.

Each holds a token that stands nowhere else, so that a token seen elsewhere names the file that it was read from.
"""

from eclosion.audit.tripwires.baits import KINDS, Bait
from eclosion.audit.tripwires.keeping import Tripwires, Wire, default_place
from eclosion.audit.tripwires.watching import Alarm, catch_up, watch

__all__ = [
    "KINDS",
    "Alarm",
    "Bait",
    "Tripwires",
    "Wire",
    "catch_up",
    "default_place",
    "watch",
]
