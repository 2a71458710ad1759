"""An evening of a whole population: who does what, in which order, without end.

What always holds: the same seed gives the same acts in the same order, however quick the network is that they are
carried out on. It begins with a backlog, so that whoever comes early finds a place that is lived in (``opening``); then
the stories run, threads begin and end, and those who wait arrive.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator
from itertools import islice

from eclosion.swarm.acts import (
    Act,
    Appoint,
    Delete,
    Edit,
    Follow,
    Found,
    Pin,
    Post,
    Remove,
    Reply,
    Report,
    Subscribe,
)
from eclosion.swarm.applause import Applause
from eclosion.swarm.library import Play, Scene, Story, open_library
from eclosion.swarm.lounge import Lounge
from eclosion.swarm.moments import REMOVED_AFTER, Moments
from eclosion.swarm.population import Population
from eclosion.swarm.threads import Pen, Thread

BACKLOG = 52
EARLY = ("lurer", "plotter", "plotter", "riddler", "prophet")
STORIES_AT_ONCE = 3
SCENE_AFTER = 90
OPEN_THREADS = 14
RECENT = 40


class Running:
    """A thread with the acts that are still to come, and what happens at its end."""

    def __init__(self, thread: Thread, pin: bool = False, edit: str = "") -> None:
        self.thread = thread
        self.acts = thread.play()
        self.post: Post | None = None
        self.pin = pin
        self.edit = edit


class Evening:
    """Acts without end; iterate over it once.

    Args:
        seed: of everything.
        agents: how many there will be when all have arrived.
    """

    def __init__(self, seed: int, agents: int) -> None:
        self.library = open_library()
        self.rng = random.Random(f"evening {seed}")
        self.pen = Pen(self.library, random.Random(f"texts {seed}"))
        self.population = Population(self.library, self.rng, seed, agents)
        self.opening = True
        self._keys = 0
        self._open: list[Running] = []
        self._stories: deque[tuple[int, Iterator[Running]]] = deque()
        self._shelf = self._stories_of_tonight()
        self._moderators: dict[str, list[int]] = {}
        self._applause = Applause(self.library, self.rng, self.population)
        self._moments = Moments(self.pen, self.rng, self.population, self.number)
        self._step = 0
        pen = Pen(self.library, random.Random(f"lounge texts {seed}"), self.pen)
        self._lounge = Lounge(self.library, seed, pen, self.population, self.number)

    def number(self) -> int:
        """The next key."""
        self._keys += 1
        return self._keys

    def __iter__(self) -> Iterator[Act]:
        for act in self._all():
            while self.population.arrivals:
                yield self.population.arrivals.popleft()
            yield act

    def _all(self) -> Iterator[Act]:
        yield from self._found()
        yield from self._backlog()
        self.opening = False
        while True:
            self._step += 1
            yield from self._moment()

    def _found(self) -> Iterator[Act]:
        for place in self.library.places:
            founder = self.population.cast(place.founder, set())
            other = self.population.cast(place.founder, {founder})
            self._moderators[place.name] = [founder]
            yield Found(founder, place.name, place.display, place.description)
            self.population.places.append(place.name)
            if other != founder:
                self._moderators[place.name].append(other)
                yield Appoint(founder, place.name, other)

    def _backlog(self) -> Iterator[Act]:
        """What was there before the first visitor: threads that are over or under way, and votes for them."""
        for _ in range(STORIES_AT_ONCE):
            self._next_story(0)
        running = [running for _, scenes in self._stories for running in islice(scenes, 1)]
        for temper in (*EARLY, *[""] * BACKLOG):
            running.insert(self.rng.randint(0, len(running)), self._new_thread(temper))
        for one in running:
            self._open.append(one)
            yield from self._advance(one)
            yield from self._applause.some(2)
            if len(self._open) > OPEN_THREADS:
                yield from self._advance(self.rng.choice(self._open))
            for _ in range(3):
                yield from self._advance(self.rng.choice(self._open))
                yield from self._applause.some(2)
        place = self.rng.choice(list(self._moderators))
        yield from self._moments.spam(place, self._moderators[place], 0)
        yield from self._applause.some(40)
        yield from self._moments.due(REMOVED_AFTER)

    def _moment(self) -> Iterator[Act]:
        """What happens next: one act, or a few that belong together."""
        chance = self.rng.random()
        yield from self._moments.due(self._step)
        yield from self._lounge.due(self._step)
        if chance < 0.08:
            for _ in range(min(self.population.waiting, self.rng.randint(1, 4))):
                self.population.arrive()
            if not self.population.waiting:
                yield from self._applause.some(1)
        elif chance < 0.54 and self._open:
            yield from self._advance(self.rng.choice(self._open))
        elif chance < 0.84:
            yield from self._applause.some(1)
        elif chance < 0.93:
            yield from self._begin()
        else:
            yield from self._aside()

    def _begin(self) -> Iterator[Act]:
        """The next scene of a story whose last one is a while ago, or a new thread."""
        if self._stories and self._stories[0][0] <= self._step:
            _, scenes = self._stories.popleft()
            running = next(scenes, None)
            if running is None:
                self._next_story(self._step + SCENE_AFTER)
                running = self._new_thread()
            else:
                self._stories.append((self._step + SCENE_AFTER, scenes))
        elif len(self._open) < OPEN_THREADS:
            running = self._new_thread()
        else:
            running = None
        if running is None:
            yield from self._advance(self.rng.choice(self._open))
            return
        self._open.append(running)
        yield from self._advance(running)

    def _aside(self) -> Iterator[Act]:
        """Rarer things: following, subscribing, messages, praise from a template, spam and its end."""
        population, rng = self.population, self.rng
        who = population.anybody()
        kind = rng.choices(
            ("follow", "subscribe", "talk", "praise", "spam", "edit", "delete"),
            (26, 12, 18, 12, 8, 16, 8),
        )[0]
        recent = self._applause.recent(RECENT)
        if kind == "follow":
            other = population.cast("any", {who})
            if other != who:
                yield Follow(who, other)
        elif kind == "subscribe":
            yield Subscribe(who, rng.choice(self.library.places).name)
        elif kind == "talk":
            yield from self._moments.talk(self._step)
        elif kind == "praise" and recent:
            yield from self._moments.praise(rng.choice(recent))
        elif kind == "spam":
            place = rng.choice(list(self._moderators))
            yield from self._moments.spam(place, self._moderators[place], self._step)
        elif kind == "edit" and recent:
            post = rng.choice(recent)
            note = self.pen.write("note", self.library.moments.note, {})
            if post.text.truth.temper in ("helper", "fixer", "chatty"):
                yield Edit(post.agent, post.key, f"{post.text.content}\n\n{note}")
        elif kind == "delete":
            yield from self._withdraw()

    def _withdraw(self) -> Iterator[Act]:
        """Somebody thinks better of what they said, before anybody has answered."""
        for post in self._applause.unanswered():
            if post.text.truth.temper in ("chatty", "poet"):
                self._open = [one for one in self._open if one.post is not post]
                self._applause.forget(post.key)
                yield Delete(post.agent, post.key)
                return

    def _advance(self, running: Running) -> Iterator[Act]:
        """The next act of a thread, and at its end what belongs there."""
        act = next(running.acts, None)
        if act is None:
            if running in self._open:
                self._open.remove(running)
            yield from self._close(running)
            return
        if isinstance(act, Post):
            running.post = act
        self._applause.notice(act)
        yield act
        if isinstance(act, Post) and act.text.truth.lure:
            self._watch_lure(act)

    def _close(self, running: Running) -> Iterator[Act]:
        post = running.post
        assert post is not None
        if running.edit:
            addition = self.pen.grammar.write(running.edit, running.thread.bound)
            yield Edit(post.agent, post.key, post.text.content + "\n\n" + addition)
        if running.pin:
            yield Pin(self._moderators[post.text.submolt][0], post.key)

    def _watch_lure(self, post: Post) -> None:
        """A lure is reported, and removed where there are moderators."""
        moments = self.library.moments
        wardens = self.population.of_temper("warden")
        if wardens:
            reason = self.pen.write("report", moments.report_reason, {})
            self._moments.later(self._step + 6, Report(wardens[0], post.key, reason))
        for moderator in self._moderators.get(post.text.submolt, [])[:1]:
            reason = self.pen.write("lure", moments.lure_reason, {})
            self._moments.later(self._step + 60, Remove(moderator, post.key, reason))

    def _new_thread(self, temper: str = "") -> Running:
        temper = (
            temper
            or self.rng.choices(
                list(self.library.tempers), [one.share for one in self.library.tempers.values()]
            )[0]
        )
        plays = [play for play in self.library.plays if play.temper == temper]
        if not plays:
            plays = list(self.library.plays)
        names = [str(self.library.plays.index(play)) for play in plays]
        play: Play = self.library.plays[int(self.pen.grammar.draw(("plays", temper), names))]
        author = self.population.cast(play.temper, set())
        bound = self.pen.bind(play.let, {})
        return Running(self._thread(play, self.rng.choice(play.places), {"author": author}, bound))

    def _stories_of_tonight(self) -> list[Story]:
        """Each story once, the religion first (at the end of the list): it is what visitors have heard of."""
        shelf = list(self.library.stories)
        self.rng.shuffle(shelf)
        return sorted(shelf, key=lambda story: story.name == "religion")

    def _next_story(self, step: int) -> None:
        if self._shelf:
            self._stories.append((step, self._scenes(self._shelf.pop())))

    def _scenes(self, story: Story) -> Iterator[Running]:
        cast: dict[str, int] = {}
        bound = self.pen.bind(story.let, {})
        for role, temper in story.cast.items():
            cast[role] = self.population.cast(temper, set(cast.values()))
            bound[role] = f"@{self.population.people[cast[role]].name}"
        for scene in story.scene:
            people = cast | {"author": cast[scene.by]}
            thread = self._thread(scene, scene.place, people, dict(bound))
            yield Running(thread, scene.pin, scene.edit)

    def _thread(
        self, script: Play | Scene, place: str, cast: dict[str, int], bound: dict[str, str]
    ) -> Thread:
        return Thread(
            script,
            place,
            cast,
            bound,
            self.pen,
            self.population.people,
            self.population.cast,
            self.number,
        )


def sentences(seed: int, count: int) -> list[str]:
    """So many texts of a sentence or a few, from all characters."""
    found = (act.text.content for act in Evening(seed, 256) if isinstance(act, (Post, Reply)))
    return list(islice(found, count))
