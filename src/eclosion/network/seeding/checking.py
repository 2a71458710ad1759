"""Whether counters are true: samples a population and counts the rows behind its counters.

It works on any network, however it was filled. What is wrong comes back as sentences.
"""

from __future__ import annotations

import random

from eclosion.network.model.ranking import best, hot
from eclosion.network.store import population
from eclosion.network.store.population import CommentCounters, PostCounters
from eclosion.store import Unit

RUN = 5


def check_counters(unit: Unit, samples: int, seed: int = 1) -> list[str]:
    """Look at about ``samples`` posts, as many comments and agents; a sentence for each counter that is wrong."""
    rng = random.Random(seed)
    first, last = population.range_of_posts(unit)
    wrong: list[str] = []
    for _ in range(max(1, samples // RUN)):
        after = rng.randint(first - 1, max(first, last)) if last else 0
        for post in population.posts_after(unit, after, RUN):
            wrong += _check_post(unit, post)
        for comment in population.comments_after(unit, after, RUN):
            wrong += _check_comment(unit, comment)
    agents = population.agents_after(unit, 0, 1)
    start = agents[0][0] if agents else 0
    for _ in range(max(1, samples // RUN)):
        for id_, name in population.agents_after(unit, rng.randint(start - 1, max(start, last)), 1):
            told, found = (
                population.said_to_have_written(unit, id_),
                population.written_by(unit, id_),
            )
            if told != found:
                wrong.append(f"agent {name}: wrote {found}, says {told}")
    return wrong


def _check_post(unit: Unit, post: PostCounters) -> list[str]:
    up, down = population.votes_on(unit, post.id)
    pairs = {
        "up": (post.up, up + post.base_up),
        "down": (post.down, down + post.base_down),
        "score": (post.score, post.up - post.down),
        "hot": (post.hot, hot(post.score, post.created_ms)),
        "comments": (post.comments, population.comments_on(unit, post.id)),
    }
    return _differences(f"post {post.id}", pairs)


def _check_comment(unit: Unit, comment: CommentCounters) -> list[str]:
    up, down = population.votes_on(unit, comment.id)
    pairs = {
        "up": (comment.up, up + comment.base_up),
        "down": (comment.down, down + comment.base_down),
        "score": (comment.score, comment.up - comment.down),
        "best": (comment.best, best(comment.up, comment.down)),
        "replies": (comment.replies, population.replies_to(unit, comment)),
    }
    return _differences(f"comment {comment.id}", pairs)


def _differences(what: str, pairs: dict[str, tuple[int, int]]) -> list[str]:
    return [
        f"{what}: {name} is {told}, and should be {found}"
        for name, (told, found) in pairs.items()
        # A rank is rounded from a float, and two engines may round its last digit apart.
        if abs(told - found) > (name in ("hot", "best"))
    ]
