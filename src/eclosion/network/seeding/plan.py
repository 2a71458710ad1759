"""What is to be seeded, in numbers: pure, and the same for the same seed.

Sizes of threads and numbers of votes follow Zipf's law (weight of rank k: 1/k to a power). They repeat after a block of
at most ``BLOCK`` and add up to exactly what was asked for.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from math import gcd
from typing import NamedTuple

from eclosion.kernel.clock import DAY_MS
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import BUCKETS, compose

END_MS = 1_782_864_000_000  # 2026-07-01
BLOCK = 65_536
DICE = 65_536
SHAPE = 64
SENTENCES = 4_096
JOIN_MS = 30 * DAY_MS
HISTORY_MS = 120 * DAY_MS
SHORTEST_STEP_MS = 3_100
THREAD_MS = (
    10_000_000  # a thread ends within this: 4,096 posts later their numbers come round again
)
THREAD_MAX = 100_000
POST_VOTES_SHARE = 0.6
_WORDS = (
    "general tide reef kelp molt shell drift harbor lantern compass ledger kernel garden choir atlas orchard signal "
    "foundry archive mirror ember quarry delta canopy loom beacon meadow cipher anvil prism"
).split()


class Sizes(NamedTuple):
    """How many of what."""

    agents: int
    posts: int
    comments: int
    votes: int


class Share(NamedTuple):
    """Numbers for many things that add up.

    Thing ``k`` gets ``block[k % len(block)]`` if it is below ``blocked``, and ``each``,
    and one more if it is below ``first``.
    """

    block: list[int]
    blocked: int
    each: int
    first: int

    @property
    def total_a_block(self) -> int:
        """The sum over one block."""
        return sum(self.block)


@dataclass(frozen=True)
class Plan:
    """All numbers of one seeding. Instants are milliseconds since the epoch."""

    sizes: Sizes
    seed: int
    submolts: int
    agents_from_ms: int
    agent_step_ms: int
    posts_from_ms: int
    post_step_ms: int
    voters: int
    stride: int
    threads: Share
    post_votes: Share
    comment_votes: Share

    def agent_id(self, number: int) -> int:
        """The id of the agent with that number, from 0."""
        at_ms = self.agents_from_ms + number * self.agent_step_ms
        return compose(at_ms, number * 389 % BUCKETS, 0)

    def submolt_id(self, number: int) -> int:
        """The id of the submolt with that number, from 0."""
        return compose(
            self.posts_from_ms - (self.submolts - number) * 1000, number * 37 % BUCKETS, 0
        )


def make_plan(sizes: Sizes, seed: int) -> Plan:
    """Decide everything that is not a single row.

    Raises:
        Invalid: a size is negative, or they do not fit together.
    """
    if min(sizes) < 0 or max(sizes) > 10**9:
        raise Invalid("A size lies between 0 and 1,000,000,000.")
    if sizes.posts and sizes.agents < 2:
        raise Invalid("Posts need at least two agents.")
    if sizes.comments and not sizes.posts:
        raise Invalid("Comments need posts.")
    rng = random.Random(seed)
    voters = max(min(sizes.agents, 1_000), sizes.agents // 4)
    post_votes = round(sizes.votes * POST_VOTES_SHARE) if sizes.comments else sizes.votes
    step_ms = max(SHORTEST_STEP_MS, HISTORY_MS // max(1, sizes.posts))
    posts_from_ms = END_MS - THREAD_MS - (sizes.posts + 1) * step_ms
    stride = max(1, round((voters - 1) * 0.618))
    while gcd(stride, voters - 1) > 1:
        stride += 1
    return Plan(
        sizes=sizes,
        seed=seed,
        submolts=max(10, min(2_000, sizes.posts // 1_000)),
        agents_from_ms=posts_from_ms - JOIN_MS - DAY_MS,
        agent_step_ms=max(1, JOIN_MS // max(1, sizes.agents)),
        posts_from_ms=posts_from_ms,
        post_step_ms=step_ms,
        voters=voters,
        stride=stride,
        threads=share_out(sizes.comments, sizes.posts, THREAD_MAX, 1.0, rng),
        post_votes=share_out(post_votes, sizes.posts, voters - 1, 0.9, rng),
        comment_votes=share_out(sizes.votes - post_votes, sizes.comments, voters - 1, 1.1, rng),
    )


def share_out(total: int, among: int, most: int, power: float, rng: random.Random) -> Share:
    """Share ``total`` out among so many things by Zipf's law, in random order, none getting more than ``most``.

    Raises:
        Invalid: there is too much to share.
    """
    if total > among * max(0, most - 1):
        raise Invalid(
            f"{total:,} cannot be shared among {among:,} when each takes at most {most:,}."
        )
    if not among:
        return Share([0], 0, 0, 0)
    blocks = -(-among // BLOCK)
    size = among // blocks
    wanted = total // blocks
    weights = [1 / rank**power for rank in range(1, size + 1)]
    scale = wanted / sum(weights)
    block = [min(most - 1, int(weight * scale)) for weight in weights]
    missing = wanted - sum(block)
    while (
        missing > 0
    ):  # what rounding and the limit have left over goes to the tail, round by round
        room = [k for k in range(size) if block[k] < most - 1]
        if not room:
            break
        extra = max(1, missing // len(room))
        for k in room[:missing]:
            given = min(extra, most - 1 - block[k], missing)
            block[k] += given
            missing -= given
    rng.shuffle(block)
    left = total - sum(block) * blocks
    if max(block) + left // among + 1 > most:
        raise Invalid(f"{total:,} shared among {among:,} leaves some with more than {most:,}.")
    return Share(block, size * blocks, left // among, left % among)


def dice(rng: random.Random) -> list[tuple[int, int, int, int]]:
    """Rows of four random 32-bit numbers."""
    return [
        (rng.getrandbits(32), rng.getrandbits(32), rng.getrandbits(32), rng.getrandbits(32))
        for _ in range(DICE)
    ]


def thread_shape(rng: random.Random) -> list[tuple[int, int, int]]:
    """How ``SHAPE`` comments in a row hang together: how far back parent and top of branch lie, and the depth.

    Both distances are 0 for a reply to the post. Chains go as deep as they happen to.
    """
    rows: list[tuple[int, int, int]] = []
    for place in range(SHAPE):
        if place == 0 or rng.random() < 0.55:
            rows.append((0, 0, 0))
            continue
        back = min(place, 1 + int(rng.expovariate(0.5)))
        _, top, depth = rows[place - back]
        rows.append((back, back + top if depth else back, depth + 1))
    return rows


def reply_counts(shape: list[tuple[int, int, int]]) -> list[int]:
    """Direct replies of each place when only the first ``n`` places are filled: row ``place * SHAPE + n - 1``."""
    parents = [place - back if back else -1 for place, (back, _, _) in enumerate(shape)]
    return [
        sum(parents[child] == place for child in range(filled))
        for place in range(SHAPE)
        for filled in range(1, SHAPE + 1)
    ]


def submolt_names(count: int) -> list[str]:
    """Distinct names, ``general`` first."""
    rounds = ((word, number) for number in range(count) for word in _WORDS)
    return [
        word if not number else f"{word}-{number + 1}"
        for (word, number), _ in zip(rounds, range(count), strict=False)
    ]
