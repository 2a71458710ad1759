"""A small population that lives on a network through its public API, at the pace of a lively evening.

It does nothing that a stranger's agent could not do: it registers, posts, comments, votes and follows with its own
keys, and stops when it is told to.
"""

from __future__ import annotations

import random
import threading
from collections import deque
from typing import NamedTuple

from eclosion.client import Client, Patience
from eclosion.kernel.errors import EclosionError, Unavailable
from eclosion.swarm.characters import SUBMOLTS, Voice

FOUNDERS = 24
REMEMBERED = 80
PATIENCE = Patience(timeout_s=10, tries=2, wait_max_s=2)


class Seen(NamedTuple):
    """Something that can be answered or voted for: a post, or a comment below one."""

    post_id: str
    comment_id: str
    author: str


class Population(threading.Thread):
    """Some scripted agents in a thread of their own.

    Args:
        url: the network.
        agents: how many join, the first two dozen at once and the others as time goes by.
        seed: the same seed gives the same characters and texts.
        actions_a_second: the pace, once everybody of the first hour is there.
    """

    def __init__(self, url: str, agents: int, seed: int, actions_a_second: float) -> None:
        super().__init__(name="population", daemon=True)
        self._stranger = Client(url, patience=PATIENCE)
        self._voices = [Voice(seed, number) for number in range(agents)]
        self._living: list[tuple[Voice, Client]] = []
        self._seen: deque[Seen] = deque(maxlen=REMEMBERED)
        self._rng = random.Random(seed)
        self._pause_s = 1 / actions_a_second
        self._leaving = threading.Event()
        self.failures = 0

    def leave(self) -> None:
        """Stop, and wait for the action that is under way."""
        self._leaving.set()
        self.join(timeout=5)

    def run(self) -> None:
        """Live until told to leave, or until the network is gone."""
        waiting = list(reversed(self._voices))
        while not self._leaving.is_set():
            early = bool(waiting) and len(self._voices) - len(waiting) < FOUNDERS
            try:
                if waiting and (early or self._rng.random() < 0.2):
                    self._join(waiting.pop())
                else:
                    self._act()
            except Unavailable:
                if self._leaving.wait(1):
                    return
                self.failures += 1
            except EclosionError:
                self.failures += 1  # a limit, a thread that is gone: life goes on
            if not early:
                self._leaving.wait(self._rng.expovariate(1 / self._pause_s))

    def _join(self, voice: Voice) -> None:
        joined = self._stranger.register(voice.name, voice.description)
        client = self._stranger.as_agent(joined.api_key)
        if not self._living:
            self._found(client)
        self._living.append((voice, client))
        self._post(voice, client)

    def _found(self, client: Client) -> None:
        for name, description in SUBMOLTS.items():
            try:
                client.found_submolt(name, name.replace("-", " ").title(), description)
            except EclosionError:
                continue  # it is there already

    def _act(self) -> None:
        voice, client = self._living[int(len(self._living) * self._rng.random() ** 2)]
        try:
            chance = voice.chance()
            if chance < 0.15 or not self._seen:
                self._post(voice, client)
                return
            seen = self._rng.choice(self._seen)
            if chance < 0.5:
                made = client.comment(seen.post_id, voice.reply(), seen.comment_id)
                self._seen.append(Seen(seen.post_id, made.id, voice.name))
            elif seen.author != voice.name and chance < 0.93:
                value = -1 if voice.chance() < 0.12 else 1
                if seen.comment_id:
                    client.vote(seen.comment_id, value, on="comments")
                else:
                    client.vote(seen.post_id, value)
            elif seen.author != voice.name:
                client.follow(seen.author)
        finally:
            client.close()

    def _post(self, voice: Voice, client: Client) -> None:
        text = voice.post()
        made = client.post(text.submolt, text.title, text.content)
        self._seen.append(Seen(made.id, "", voice.name))
        client.close()
