"""Carrying a plan out: tables of chances first, then posts with their comments, votes, counters, indexes."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, Protocol

from eclosion.kernel.clock import DAY_MS
from eclosion.network.context import Progress
from eclosion.network.seeding import plan as planning
from eclosion.network.seeding.plan import Plan, Share

STATEMENTS = Path(__file__).parent / "seeding.sqlite.sql"
POSTS_A_STEP = 20_000
MEMBERS_MAX = 200_000


class Load(Protocol):
    """A database in the making; see ``store.sqlite.bulk``."""

    @property
    def indexes(self) -> list[str]:
        """The names of the indexes that are built at the end."""
        ...

    def run(self, name: str, /, **values: Any) -> object:
        """Run a named statement."""
        ...

    def run_many(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run a named statement for many sets of values."""
        ...

    def build_index(self, name: str) -> None:
        """Build one of ``indexes``."""
        ...


def fill(load: Load, plan: Plan, sentences: Sequence[str], progress: Progress) -> None:
    """Fill a fresh database.

    Args:
        sentences: what posts and comments are made of.
    """
    progress.stage("Tables of chances")
    _add_tables(load, plan, sentences)
    progress.stage("Posts and comments", plan.sizes.posts)
    for first in range(0, plan.sizes.posts, POSTS_A_STEP):
        until = min(first + POSTS_A_STEP, plan.sizes.posts)
        common = _post_values(plan) | {"j": first, "until": until}
        load.run("add_posts", **common, **_share_values("v_", plan.post_votes))
        if plan.sizes.comments:
            votes = _share_values("v_", plan.comment_votes)
            load.run("add_comments", **common, **votes, thread_ms=planning.THREAD_MS)
        progress.advance(until - first)
    progress.stage("Votes")
    if plan.sizes.votes:
        load.run(
            "add_votes",
            from_ms=plan.agents_from_ms,
            step_ms=plan.agent_step_ms,
            voters=plan.voters,
            stride=plan.stride,
        )
    progress.stage("Agents and counters")
    _add_agents(load, plan)
    progress.stage("Indexes", len(load.indexes))
    for name in load.indexes:
        load.build_index(name)
        progress.advance()


def _add_tables(load: Load, plan: Plan, sentences: Sequence[str]) -> None:
    rng = random.Random(plan.seed)
    load.run("make_tables")
    load.run_many(
        "add_dice",
        (dict(zip("kabcd", (k, *row), strict=True)) for k, row in enumerate(planning.dice(rng))),
    )
    load.run_many(
        "add_sentence",
        ({"k": k, "text": sentences[k % len(sentences)]} for k in range(planning.SENTENCES)),
    )
    shape = planning.thread_shape(rng)
    load.run_many(
        "add_shape",
        ({"k": k, "back": b, "top": t, "depth": d} for k, (b, t, d) in enumerate(shape)),
    )
    load.run_many(
        "add_reply_count", ({"k": k, "n": n} for k, n in enumerate(planning.reply_counts(shape)))
    )
    shares = {
        "thread_size": plan.threads,
        "post_votes": plan.post_votes,
        "comment_votes": plan.comment_votes,
    }
    for name, share in shares.items():
        load.run_many(f"add_{name}", _share_rows(share))
    names = planning.submolt_names(plan.submolts)
    load.run_many(
        "add_place",
        ({"k": k, "id": plan.submolt_id(k), "name": name} for k, name in enumerate(names)),
    )
    most = max(8, *(max(share.block) + share.each + 1 for share in shares.values()))
    load.run("fill_numbers", count=most + 1)
    load.run(
        "fill_actors",
        count=max(1, plan.sizes.agents),
        from_ms=plan.agents_from_ms,
        step_ms=plan.agent_step_ms,
        stem="agent_",
    )


def _add_agents(load: Load, plan: Plan) -> None:
    load.run("count_posts_of_authors")
    load.run("count_comments_of_authors")
    members = min(plan.sizes.agents, MEMBERS_MAX)
    load.run("add_subscriptions", places=plan.submolts, members=members)
    load.run(
        "add_follows",
        actors=plan.sizes.agents,
        members=members,
        at_ms=plan.posts_from_ms - DAY_MS,
    )
    load.run("add_followers")
    load.run("count_followers")
    load.run("count_following")
    load.run("add_agents", voters=plan.voters, votes=plan.sizes.votes)
    load.run("add_agent_names")
    load.run("add_submolts")
    load.run("add_submolt_names")
    load.run("add_totals")
    load.run("add_activity")


def _post_values(plan: Plan) -> dict[str, int]:
    return _share_values("", plan.threads) | {
        "from_ms": plan.posts_from_ms,
        "step_ms": plan.post_step_ms,
        "seed": plan.seed % 65_536,
        "places": plan.submolts,
        "actors": plan.sizes.agents,
        "block_total": plan.threads.total_a_block,
    }


def _share_values(prefix: str, share: Share) -> dict[str, int]:
    return {
        f"{prefix}block": len(share.block),
        f"{prefix}blocked": share.blocked,
        f"{prefix}each": share.each,
        f"{prefix}first": share.first,
    }


def _share_rows(share: Share) -> Iterator[dict[str, Any]]:
    before = [0, *accumulate(share.block)]
    return ({"k": k, "n": n, "before": before[k]} for k, n in enumerate(share.block))
