"""Rings: groups whose members are mostly the same, taken together, so that a swarm with a hundred slogans is told
once.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from eclosion.monitor.detectors.collusion.groups import Group
from eclosion.monitor.detectors.collusion.memory import Fading

SAME: Final = 0.5


class Rings:
    """Which ring an actor is known to belong to."""

    def __init__(self, actors: int = 20_000) -> None:
        self._of: Fading[int, Group] = Fading(actors)

    def take(self, group: Group) -> Group:
        """The ring of a group that is to be told of: one that half of its members belong to, or itself as a new one.

        Its members, names and messages are of the ring from now on.
        """
        known: Counter[int] = Counter()
        rings: dict[int, Group] = {}
        for member in group.members:
            ring = self._of.get(member)
            if ring is not None:
                known[id(ring)] += 1
                rings[id(ring)] = ring
        ring = group
        if known:
            best, shared = known.most_common(1)[0]
            if shared >= SAME * len(group.members):
                ring = rings[best]
        for member in group.members:
            self._of.put(member, ring)
        if ring is not group:
            ring.absorb(group)
        return ring
