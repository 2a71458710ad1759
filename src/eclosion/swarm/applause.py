"""Votes with taste: what was written lately, who may like it, and that nobody votes twice."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from eclosion.swarm.acts import Post, Reply, Vote
from eclosion.swarm.library import Library
from eclosion.swarm.population import Population

REMEMBERED = 120
POST_APPEAL = 4.0
COOLNESS = 0.75


@dataclass
class Item:
    """Something that can be voted for."""

    act: Post | Reply
    appeal: float
    voters: set[int] = field(default_factory=set)
    answers: int = 0


class Applause:
    """What was written lately, and the votes for it.

    A text's appeal is heavy-tailed: most get little, a few get much. A temper's likes and dislikes decide the sign.
    """

    def __init__(self, library: Library, rng: random.Random, population: Population) -> None:
        self._library = library
        self._rng = rng
        self._population = population
        self._items: deque[Item] = deque(maxlen=REMEMBERED)

    def notice(self, act: Post | Reply) -> None:
        """Something has been written."""
        appeal = self._rng.lognormvariate(0, 0.9)
        if isinstance(act, Post):
            appeal *= POST_APPEAL
        else:
            for item in self._items:
                item.answers += item.act.key == act.post
        self._items.append(Item(act, appeal, {act.agent}))

    def recent(self, count: int) -> list[Post]:
        """The latest posts among what is remembered."""
        posts = [item.act for item in self._items if isinstance(item.act, Post)]
        return posts[-count:]

    def unanswered(self) -> list[Post]:
        """Posts that nobody has answered, the oldest first."""
        return [item.act for item in self._items if isinstance(item.act, Post) and not item.answers]

    def forget(self, key: int) -> None:
        """Something is gone."""
        kept = [item for item in self._items if item.act.key != key]
        self._items = deque(kept, maxlen=REMEMBERED)

    def some(self, count: int) -> Iterator[Vote]:
        """Up to so many votes; somebody may look at a text and have no opinion."""
        for _ in range(count):
            if not self._items or not self._population.present:
                return
            item = self._rng.choices(self._items, [item.appeal for item in self._items])[0]
            voter = self._population.anybody()
            if voter in item.voters:
                continue
            item.voters.add(voter)
            value = self._opinion(self._population.people[voter].temper, item)
            if value:
                yield Vote(voter, item.act.key, value)

    def _opinion(self, temper: str, item: Item) -> int:
        taste, truth = self._library.tempers[temper], item.act.text.truth
        if truth.temper in taste.dislikes or truth.lure or truth.spam:
            return -1 if self._rng.random() < 0.45 else 0
        if truth.temper in taste.likes:
            return 1
        return 1 if self._rng.random() < COOLNESS else 0
