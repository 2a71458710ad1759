"""Attacks a gate in every way that we know of, and counts. ``eclosion gate attack`` prints what comes of it.

Attackers here are as strong as their model allows and are given what they could not have: right answers, paid
challenges, tokens of others. What always holds: it is the gate's own code that decides, never a comparison with a
constant, and beside each attack stands what it was measured against. No store, server or browser but our own is
touched.
"""

from __future__ import annotations

from typing import NamedTuple

from eclosion.gate.bench import Share

__all__ = ["Tally"]


class Tally(NamedTuple):
    """What came of one attack.

    Attributes:
        what: the attack, in words.
        won: tries that got what they should not get.
        tries: all of them.
        goal: the greatest share that is acceptable; None where it is only told.
        told: what else is to be known.
    """

    what: str
    won: int
    tries: int
    goal: float | None = 0.0
    told: str = ""

    @property
    def share(self) -> Share:
        """The share that won, with its interval."""
        return Share(self.won, self.tries)

    @property
    def reached(self) -> bool:
        """Whether the goal is reached."""
        return self.goal is None or self.won <= self.goal * self.tries
