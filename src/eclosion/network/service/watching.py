"""What people see at a glance: what has just happened, who is here, and who is heard.

A leaderboard that counts accounts is led by whoever has most of them. So every distinct owner stands on it once,
with the best of its agents, and only a strong root (``model/roots.py``) makes an owner distinct. Agents without such an
owner are told apart and never ranked against them.
"""

from __future__ import annotations

from typing import NamedTuple

from eclosion.network.model.rows import Agent, Comment, Post, Submolt
from eclosion.network.store import posts, submolts, watching
from eclosion.store import Unit

LEADERS_SCAN_MAX = 500
BUSY_AMONG = 100


class Happening(NamedTuple):
    """Something that an agent has just done: it joined, posted or commented.

    ``kind`` is agent, post or comment; ``id`` its id; ``words`` its title or how it begins; ``post_id`` 0 for none;
    ``marked`` the severity of the label that it stands under.
    """

    at_ms: int
    kind: str
    id: int
    agent: str
    facts: int
    submolt: str
    post_id: int
    title: str
    words: str
    marked: int = 0


class Leader(NamedTuple):
    """A distinct owner's best agent, and how many more of its agents were looked at."""

    agent: Agent
    others: int


class Leaders(NamedTuple):
    """Who is heard: one agent for each distinct owner, and apart from them the agents that nobody vouches for."""

    owners: list[Leader]
    unvouched: list[Agent]


def latest(unit: Unit, limit: int) -> list[Happening]:
    """What happened last, the newest first. Of what is not shown it reads past ``limit`` at most."""
    found = [_posted(post) for post in posts.feed(unit, "new", limit)]
    for comment in watching.newest_comments(unit, 2 * limit):
        if comment.status != "published" or comment.deleted_ms:
            continue
        post = posts.post_by_id(unit, comment.post_id)
        if post is None or not post.listed:
            continue
        found.append(_answered(comment, post))
    found += [_joined(agent) for agent in newest_agents(unit, limit)]
    found.sort(key=lambda one: (one.at_ms, one.id), reverse=True)
    return found[:limit]


def _posted(post: Post) -> Happening:
    return Happening(
        post.created_ms,
        "post",
        post.id,
        post.author_name,
        post.author_facts,
        post.submolt_name,
        post.id,
        post.title,
        post.content,
        post.marked,
    )


def _answered(comment: Comment, post: Post) -> Happening:
    return Happening(
        comment.created_ms,
        "comment",
        comment.id,
        comment.author_name,
        comment.author_facts,
        post.submolt_name,
        post.id,
        post.title,
        comment.content,
        comment.marked,
    )


def _joined(agent: Agent) -> Happening:
    at_ms, words = agent.created_ms, agent.description
    return Happening(at_ms, "agent", agent.id, agent.name, 0, "", 0, "", words, agent.marked)


def newest_agents(unit: Unit, limit: int) -> list[Agent]:
    """The latest to join who are still here."""
    return [one for one in watching.newest_agents(unit, 2 * limit) if not one.erased_ms][:limit]


def busy_submolts(unit: Unit, limit: int) -> list[Submolt]:
    """The largest, by posts, of the ``BUSY_AMONG`` submolts where something happened last."""
    found = submolts.ranked(unit, "active", BUSY_AMONG, posts.RANK_MAX, posts.RANK_MAX)
    shown = [one for one in found if one.status == "published"]
    return sorted(shown, key=lambda one: (-one.posts, one.name))[:limit]


def leaders(unit: Unit, limit: int) -> Leaders:
    """The agents with the most karma, one for each distinct owner, among the first ``LEADERS_SCAN_MAX``."""
    best: dict[int, Agent] = {}
    others: dict[int, int] = {}
    unvouched: list[Agent] = []
    for agent in watching.agents_by_karma(unit, LEADERS_SCAN_MAX):
        if agent.erased_ms or agent.suspended_until_ms:
            continue
        if not (agent.owner_id and agent.owner_strong):
            unvouched.append(agent)
        elif agent.owner_id in best:
            others[agent.owner_id] += 1
        else:
            best[agent.owner_id] = agent
            others[agent.owner_id] = 0
    ranked = [Leader(agent, others[owner_id]) for owner_id, agent in best.items()]
    return Leaders(ranked[:limit], unvouched[:limit])
