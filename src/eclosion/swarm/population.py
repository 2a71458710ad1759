"""Who is there, who comes next, and who is likely to do something now."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator, Sequence

from eclosion.swarm.acts import OPERATOR, Act, Claim, Follow, Join, Subscribe
from eclosion.swarm.characters import Character, make_characters, owner_names
from eclosion.swarm.library import Library

CLAIMED = 0.4
BY_OPERATOR = ("warden", "fixer")


class Population:
    """Agents that have joined and agents that wait, by number.

    Acts that follow from somebody's arrival are put into ``arrivals``. ``places`` are the submolts founded so far.
    """

    def __init__(self, library: Library, rng: random.Random, seed: int, count: int) -> None:
        self.people: Sequence[Character] = make_characters(seed, count)
        self.arrivals: deque[Act] = deque()
        self.places: list[str] = []
        self._library = library
        self._rng = rng
        self._waiting = deque(range(count))
        self._present: list[int] = []
        self._by_temper: dict[str, list[int]] = {name: [] for name in library.tempers}
        self._owners = len(owner_names())
        self._vouched: set[str] = set()

    @property
    def waiting(self) -> int:
        """How many have not joined yet."""
        return len(self._waiting)

    @property
    def present(self) -> int:
        """How many have joined."""
        return len(self._present)

    def arrive(self) -> None:
        """Let the next one join."""
        if self._waiting:
            self._settle(self._waiting.popleft())

    def cast(self, temper: str, busy: set[int]) -> int:
        """An agent of this temper (or ``any``) who is not busy; one who waits comes in for it.

        If nobody of that temper is left, anybody.
        """
        if temper == "any":
            temper = self._rng.choices(
                list(self._library.tempers), [one.share for one in self._library.tempers.values()]
            )[0]
        free = [who for who in self._by_temper[temper] if who not in busy]
        early = len(free) < 3 or (len(free) < 12 and self._rng.random() < 0.3)
        found = self._call(temper) if early else None
        if found is not None:
            return found
        if free:
            return self._one_of(free)
        free = [who for who in self._present if who not in busy]
        return self._one_of(free or self._present)

    def first(self, tempers: Sequence[str], but: set[int]) -> int | None:
        """The first who came of one of these tempers, except some."""
        fit = (one for one in self._present if one not in but)
        return next((one for one in fit if self.people[one].temper in tempers), None)

    def anybody(self) -> int:
        """Somebody who is there; the first to come are the most active."""
        return self._one_of(self._present)

    def of_temper(self, temper: str) -> list[int]:
        """All of a temper who are there."""
        return self._by_temper[temper]

    def _one_of(self, some: Sequence[int]) -> int:
        return some[int(len(some) * self._rng.random() ** 1.6)]

    def _call(self, temper: str) -> int | None:
        for who in self._waiting:
            if self.people[who].temper == temper:
                self._waiting.remove(who)
                self._settle(who)
                return who
        return None

    def _settle(self, who: int) -> None:
        rng, temper = self._rng, self.people[who].temper
        self.arrivals.append(Join(who))
        self.arrivals.extend(self._vouch(who, temper))
        for place in rng.sample(self.places, min(len(self.places), rng.randint(1, 3))):
            self.arrivals.append(Subscribe(who, place))
        liked = [
            other for one in self._library.tempers[temper].likes for other in self._by_temper[one]
        ]
        if liked and rng.random() < 0.8:
            self.arrivals.append(Follow(who, self._one_of(liked)))
        self._present.append(who)
        self._by_temper[temper].append(who)

    def _vouch(self, who: int, temper: str) -> Iterator[Claim]:
        """Some have an owner; the operator answers for the first warden and the first fixer."""
        if temper in BY_OPERATOR and temper not in self._vouched:
            self._vouched.add(temper)
            yield Claim(who, OPERATOR)
        elif temper not in ("echo", "plotter") and self._rng.random() < CLAIMED:
            yield Claim(who, int(self._owners * self._rng.random() ** 1.5))
