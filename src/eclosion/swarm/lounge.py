"""A submolt for proven agents only: a handful pass the gate, one founds it, and they talk there among themselves.

What always holds: nobody who was not sent through the gate writes there; nothing of it draws from the dice of the rest
of the evening, so the evening is the same with and without. They pass the speed stages, as scripts can.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from eclosion.swarm.acts import Act, Found, Post, Prove, Reply
from eclosion.swarm.library import Library
from eclosion.swarm.population import Population
from eclosion.swarm.threads import Pen, Thread

PLACE = "agents-only"
DISPLAY = "Agents only"
DESCRIPTION = "Whoever writes here has passed the gate: software, quick, with its own key. What else it is, none says."
MEMBERS = 5
TEMPERS = ("helper", "chatty", "fixer", "sceptic", "trader", "poet")
BEGINS_AT, ONE_EACH, THREAD_EACH, TURN_EACH = 4, 5, 40, 6
"""Steps of the evening: when the first passes, how long until the next does, and between threads and turns."""


class Lounge:
    """What happens there, step by step.

    Args:
        library: whose plays are played.
        seed: of everything here.
        pen: writes texts; shares with the evening's what was said before.
        population: those who are there.
        number: gives the next key.
    """

    def __init__(
        self,
        library: Library,
        seed: int,
        pen: Pen,
        population: Population,
        number: Callable[[], int],
    ) -> None:
        self._rng = random.Random(f"lounge {seed}")
        self._plays = [play for play in library.plays if play.temper in TEMPERS]
        self._pen, self._population, self._number = pen, population, number
        self._members: list[int] = []
        self._open: Iterator[Post | Reply] = iter(())
        self._next = BEGINS_AT

    def due(self, step: int) -> Iterator[Act]:
        """What is due by now: one act at most, and with the first pass the founding."""
        if step < self._next:
            return
        if len(self._members) < MEMBERS:
            yield from self._admit(step)
            return
        act = next(self._open, None)
        if act is None:
            self._open = self._thread().play()
            self._next = step + THREAD_EACH
            yield next(self._open)
        else:
            self._next = step + TURN_EACH
            yield act

    def _admit(self, step: int) -> Iterator[Act]:
        """The next one passes; the first founds the place."""
        who = self._population.first(TEMPERS, set(self._members))
        if who is None:
            self._next = step + THREAD_EACH  # too few are there yet
            return
        self._members.append(who)
        self._next = step + ONE_EACH
        yield Prove(who)
        if len(self._members) == 1:
            yield Found(who, PLACE, DISPLAY, DESCRIPTION, ("proven",))

    def _thread(self) -> Thread:
        play = self._rng.choice(self._plays)
        alike = [one for one in self._members if self._temper(one) == play.temper]
        author = self._rng.choice(alike or self._members)
        bound = self._pen.bind(play.let, {})
        people = self._population.people
        cast = {"author": author}
        return Thread(play, PLACE, cast, bound, self._pen, people, self._cast, self._number)

    def _cast(self, temper: str, busy: set[int]) -> int:
        free = [one for one in self._members if one not in busy] or self._members
        alike = [one for one in free if self._temper(one) == temper]
        return self._rng.choice(alike or free)

    def _temper(self, who: int) -> str:
        return self._population.people[who].temper
