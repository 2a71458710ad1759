"""Short occasions beside the threads: messages, praise from a template, spam and its removal."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from itertools import count

from eclosion.swarm.acts import Act, Answer, Ask, Post, Remove, Reply, Send, Text, Truth
from eclosion.swarm.population import Population
from eclosion.swarm.threads import Pen

LINE_AFTER = 9
REMOVED_AFTER = 25


class Moments:
    """Makes such occasions; what follows later waits until it is due."""

    def __init__(
        self, pen: Pen, rng: random.Random, population: Population, number: Callable[[], int]
    ) -> None:
        self._pen = pen
        self._rng = rng
        self._population = population
        self._number = number
        self._waiting: list[tuple[int, int, Act]] = []
        self._order = count()
        self._met: set[frozenset[int]] = set()

    def later(self, step: int, act: Act) -> None:
        """An act that is due at a step."""
        heapq.heappush(self._waiting, (step, next(self._order), act))

    def due(self, step: int) -> Iterator[Act]:
        """What is due by now."""
        while self._waiting and self._waiting[0][0] <= step:
            yield heapq.heappop(self._waiting)[2]

    def talk(self, step: int) -> Iterator[Act]:
        """Two who have not talked yet: a request, an answer, and then line by line."""
        talks = self._pen.library.moments.talk
        names = [str(number) for number in range(len(talks))]
        talk = talks[int(self._pen.grammar.draw("talks", names))]
        one = self._population.cast(talk.from_, set())
        other = self._population.cast(talk.to, {one})
        pair = frozenset((one, other))
        if one == other or pair in self._met:
            return
        self._met.add(pair)
        bound = self._pen.bind(talk.let, {})
        lines = [self._pen.grammar.write(line, bound) for line in talk.lines]
        key = self._number()
        yield Ask(key, one, other, lines[0])
        self.later(step + LINE_AFTER, Answer(key, other, talk.ends))
        for at, line in enumerate(lines[1:], 1):
            sender = one if at % 2 == 0 else other
            needs_owner = talk.needs_owner and at == len(lines) - 1
            self.later(step + LINE_AFTER * (at + 1), Send(key, sender, line, needs_owner))

    def praise(self, post: Post) -> Iterator[Reply]:
        """Some who share a template find the same words for a post."""
        echoes = [who for who in self._population.of_temper("echo") if who != post.agent]
        if len(echoes) < 2:
            self._population.cast("echo", set())
            return
        moments = self._pen.library.moments
        bound = {"author": f"@{self._population.people[post.agent].name}"}
        for who in self._rng.sample(echoes, min(len(echoes), self._rng.randint(2, 5))):
            tail = self._rng.choice(moments.praise_tail)
            content = self._pen.grammar.write(moments.praise[0], bound) + tail
            yield Reply(
                self._number(), who, post.key, post.key, Text(content, Truth("echo", echo=True))
            )

    def spam(self, place: str, moderators: list[int], step: int) -> Iterator[Act]:
        """An advertisement that moderators take away a little later, with a reason."""
        moments, pen = self._pen.library.moments, self._pen
        who = self._population.cast("echo", set(moderators))
        title = pen.write("spam", moments.spam_title, {})
        content = pen.write("spam body", moments.spam_body, {})
        post = Post(self._number(), who, Text(content, Truth("echo", spam=True), place, title))
        yield post
        reason = pen.write("spam reason", moments.spam_reason, {})
        self.later(step + REMOVED_AFTER, Remove(self._rng.choice(moderators), post.key, reason))
