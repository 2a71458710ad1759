"""The loads by name, and the supply that turns one into a pool of raw requests for one side.

Reads repeat their pool. Writes never repeat an item: each vote is a distinct (agent, post) pair, so that it truly
changes a score; each text differs; each request carries its own idempotency key. Every agent has its own key. Limits
are never bypassed: the server under test must have been started with higher ones (limits.env).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from benchmarks.prose import Prose
from benchmarks.targets import Targets
from benchmarks.wire import COMMENTS_PATH, Wire, page_request, raw_request

_READ_POOL = 4_096
_REPLY_SHARE = 0.25
_MIX = (("vote", 50), ("comment", 38), ("post", 7), ("follow", 5))
"""Shares of the mixed load, in percent: comments outnumber posts as in the real archive."""


class ScenarioError(Exception):
    """A load cannot be made for this side: it lacks the route, the keys or the targets."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named load: what it sends and with how many connections."""

    name: str
    writes: bool
    connections: int
    about: str


@dataclass(frozen=True, slots=True)
class Item:
    """One request. `target` names what it changes (a post's id), so that effects can be checked."""

    kind: str
    raw: bytes
    target: str = ""


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("hot", False, 64, "global hot feed, first page of 25"),
        Scenario("new", False, 64, "global new feed, first page of 25"),
        Scenario("top", False, 64, "global top feed, first page of 25"),
        Scenario("rising", False, 64, "global rising feed, first page of 25"),
        Scenario("submolt", False, 64, "hot feeds of submolts, as often as feeds show them"),
        Scenario("post", False, 64, "one post with its comments, whole pages of some 200 threads"),
        Scenario("thread", False, 64, "the comments route alone, 35 of them"),
        Scenario("profile", False, 64, "agents' profiles by name"),
        Scenario("home", False, 64, "the agent's own home page (ours alone)"),
        Scenario("front", False, 64, "the front page as a browser asks for it, without a key"),
        Scenario("feed", False, 64, "the agent's personal feed (the reference's answers 500)"),
        Scenario("votes", True, 64, "upvotes, distinct (agent, post) pairs"),
        Scenario("comments", True, 64, "comments, a quarter of them replies"),
        Scenario("posts", True, 64, "text posts"),
        Scenario("registrations", True, 64, "new agents"),
        Scenario(
            "mixed",
            True,
            256,
            ", ".join(f"{share} % {kind}s" for kind, share in _MIX) + " from 256 agents",
        ),
    )
}
READS = tuple(name for name, scenario in SCENARIOS.items() if not scenario.writes)
WRITES = tuple(name for name, scenario in SCENARIOS.items() if scenario.writes)


class Supply:
    """Makes requests for one side and remembers what has been spent, so that later runs go on where it stopped."""

    def __init__(self, wire: Wire, host: str, targets: Targets, agents: int, seed: int) -> None:
        """`seed` must differ between sessions on one store, or names and keys would repeat."""
        self._wire = wire
        self._host = host
        self._targets = targets
        self.keys = targets.keys[:agents]
        self._tag = f"{seed & 0xFFFFFF:06x}"
        self._random = random.Random(seed)
        self._prose = Prose(seed)
        self._serial = count(1)
        self._voted = 0
        self._followed = 0
        self._vote_posts = sorted(targets.posts)
        self._random.shuffle(self._vote_posts)
        self._vote_base = self._random.randrange(max(self.votes_left, 1))

    @property
    def votes_left(self) -> int:
        """How many distinct (agent, post) pairs are still unused."""
        return len(self._vote_posts) * len(self.keys) - self._voted

    def requests_per_page(self, scenario: Scenario) -> int:
        """How many requests this side needs for what the scenario counts as one."""
        return max(len(self._wire.post_page), 1) if scenario.name == "post" else 1

    def pool(self, scenario: Scenario, size: int) -> list[Item]:
        """At least one request; `size` of them for a write load. Raises ScenarioError if the side cannot take it."""
        if not scenario.writes:
            return [Item("read", raw) for raw in self._reads(scenario.name)]
        if not self.keys:
            raise ScenarioError("write loads need keys, and a server that takes writes")
        if scenario.name == "mixed":
            kinds = [kind for kind, _ in _MIX]
            weights = [share for _, share in _MIX]
            chosen = self._random.choices(kinds, weights, k=size)
        else:
            chosen = [scenario.name.removesuffix("s")] * size
        makers: dict[str, Callable[[], Item]] = {
            "vote": self._vote,
            "comment": self._comment,
            "post": self._post,
            "registration": self._registration,
            "follow": self._follow,
        }
        return [makers[kind]() for kind in chosen]

    def give_back(self, unused: list[Item]) -> None:
        """Return requests that were never sent: their vote and follow pairs may be used again."""
        spent = Counter(item.kind for item in unused)
        self._voted -= spent["vote"]
        self._followed -= spent["follow"]

    def _reads(self, name: str) -> Iterator[bytes]:
        if name == "front":
            if not self._wire.front:
                raise ScenarioError(f"the {self._wire.name} side has no pages")
            yield page_request(self._host, self._wire.front)
            return
        paths = list(self._read_paths(name))
        if not paths:
            raise ScenarioError(f"nothing to read for {name} on the {self._wire.name} side")
        # One seed for all sides: after `align` they are asked the same pages in the same order.
        order = random.Random(2)
        keys: list[str | None] = [*self.keys] or [None]
        for index in range(_READ_POOL):
            path = paths[index % len(paths)] if name != "submolt" else order.choice(paths)
            yield raw_request(self._host, "GET", path, keys[index % len(keys)])

    def _read_paths(self, name: str) -> Iterator[str]:
        wire, targets = self._wire, self._targets
        if name in ("hot", "new", "top", "rising"):
            yield f"/posts?sort={name}&limit=25"
        elif name == "submolt":
            for submolt, seen in sorted(targets.submolts.items()):
                yield from [f"/submolts/{submolt}/feed?sort=hot&limit=25"] * seen
        elif name in ("post", "thread"):
            patterns = wire.post_page if name == "post" else (COMMENTS_PATH,) * bool(wire.post_page)
            for _, pid in sorted(targets.threads.items()):
                yield from (pattern.format(id=pid) for pattern in patterns)
        elif name == "profile":
            for agent in targets.agents:
                yield f"/agents/profile?name={agent}"
        elif name == "home" and wire.home:
            yield wire.home
        elif name == "feed" and wire.personal_feed:
            yield wire.personal_feed

    def _idempotency_key(self) -> str:
        return f"bench-{self._tag}-{next(self._serial)}"

    def _write(
        self, kind: str, path: str, key: str, body: dict[str, str] | None, target: str
    ) -> Item:
        raw = raw_request(self._host, "POST", path, key, body, self._idempotency_key())
        return Item(kind, raw, target)

    def _vote(self) -> Item:
        posts, keys = self._vote_posts, self.keys
        if self.votes_left <= 0:
            raise ScenarioError(
                "no unused (agent, post) pairs are left: give more keys or a fresh store"
            )
        # The pair (i mod P, (i mod P + i div P) mod K) visits each of the P x K pairs once, and spreads neighbours
        # over both posts and agents.
        index = (self._vote_base + self._voted) % (len(posts) * len(keys))
        self._voted += 1
        place, sweep = index % len(posts), index // len(posts)
        post = posts[place]
        return self._write(
            "vote", f"/posts/{post}/upvote", keys[(place + sweep) % len(keys)], None, post
        )

    def _comment(self) -> Item:
        body = {"content": self._prose.body()}
        if self._targets.parents and self._random.random() < _REPLY_SHARE:
            post, body["parent_id"] = self._random.choice(self._targets.parents)
        else:
            post = self._random.choice(self._vote_posts)
        return self._write(
            "comment", f"/posts/{post}/comments", self._random.choice(self.keys), body, post
        )

    def _post(self) -> Item:
        submolts = self._targets.submolts
        (submolt,) = self._random.choices(list(submolts), list(submolts.values()))
        body = {
            "submolt_name": submolt,
            "submolt": submolt,
            "title": self._prose.title(),
            "content": self._prose.body(),
        }
        return self._write("post", "/posts", self._random.choice(self.keys), body, "")

    def _registration(self) -> Item:
        body = {
            "name": f"bench_{self._tag}_{next(self._serial)}",
            "description": self._prose.body()[:200],
        }
        raw = raw_request(
            self._host, "POST", "/agents/register", None, body, self._idempotency_key()
        )
        return Item("registration", raw)

    def _follow(self) -> Item:
        names, keys = self._targets.agents, self.keys
        index = self._followed
        self._followed += 1
        follower, step = index % len(keys), 1 + (index // len(keys)) % max(len(names) - 1, 1)
        followed = names[(follower + step) % len(names)]
        return self._write("follow", f"/agents/{followed}/follow", keys[follower], None, "")


def main() -> None:
    """List the scenarios."""
    for scenario in SCENARIOS.values():
        kind = "write" if scenario.writes else "read"
        print(
            f"{scenario.name:<14} {kind:<6} {scenario.connections:>4} connections  {scenario.about}"
        )


if __name__ == "__main__":
    main()
