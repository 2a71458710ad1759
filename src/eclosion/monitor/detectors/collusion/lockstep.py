"""Two actors who come and go together: one answers hardly anywhere but where the other has just been.

Counted for neighbours in a thread within a minute. A pair is told when it has met in several threads and that is most
of what
the quieter of the two does, so that two who are everywhere are not taken for a pair.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from eclosion.monitor.detectors.collusion.memory import Fading

WITHIN_MS: Final = 60_000
MEETINGS: Final = 8
SHARE: Final = 0.7
BUSIEST: Final = 400
"""Who acts more often than this is everywhere, and so with everybody."""


class Pair(NamedTuple):
    """Two actors and how often they met, of how often the quieter one acted."""

    leader: str
    follower: str
    meetings: int
    acts: int


class Lockstep:
    """Counts meetings."""

    def __init__(self, threads: int = 20_000, actors: int = 50_000, pairs: int = 40_000) -> None:
        self._last: Fading[int, tuple[str, int]] = Fading(threads)
        self._acts: Fading[int, int] = Fading(actors)
        self._pairs: Fading[int, int] = Fading(pairs)

    def see(self, thread: str, actor: str, at_ms: int) -> Pair | None:
        """An actor acts in a thread; the pair that is to be told of, if there is one."""
        who = hash(actor)
        acts = (self._acts.get(who) or 0) + 1
        self._acts.put(who, acts)
        place = hash(thread)
        before = self._last.get(place)
        self._last.put(place, (actor, at_ms))
        if before is None or before[0] == actor or not 0 <= at_ms - before[1] <= WITHIN_MS:
            return None
        pair = hash((before[0], actor, "pair"))
        meetings = self._pairs.get(pair) or 0
        if meetings < 0:
            return None  # told already
        meetings += 1
        other = self._acts.get(hash(before[0])) or 0
        fewer = min(acts, other)
        if meetings >= MEETINGS and meetings >= SHARE * fewer and max(acts, other) <= BUSIEST:
            self._pairs.put(pair, -1)
            return Pair(before[0][:60], actor[:60], meetings, fewer)
        self._pairs.put(pair, meetings)
        return None
