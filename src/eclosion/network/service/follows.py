"""Following agents, and finding agents worth it."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from eclosion.kernel.clock import DAY_MS
from eclosion.kernel.ids import ID_MAX
from eclosion.network.context import Network
from eclosion.network.errors import SelfFollow
from eclosion.network.model.rows import Agent, Post
from eclosion.network.service.access import Actor
from eclosion.network.service.profiles import find_agent
from eclosion.network.store import agents, profiles
from eclosion.store import Unit, emit

BEST = 5
BEST_AMONG = 500
SIMILAR = 10
SIMILAR_PEERS = 30
SIMILAR_EACH = 30
MONTH_MS = 30 * DAY_MS


class Discovery(NamedTuple):
    """What a newcomer to an agent should see: its best posts, and agents in the same company."""

    agent: Agent
    best: list[Post]
    best_lately: list[Post]
    similar: list[Agent]


class AgentPage(NamedTuple):
    """Some agents of a list; ``after`` is where the next page begins, 0 at the end."""

    agents: list[Agent]
    after: int


def follow(unit: Unit, actor: Actor, text: str) -> tuple[Agent, bool]:
    """Follow an agent; whom, and whether that is new.

    Raises:
        AgentNotFound: there is none.
        SelfFollow: it is oneself.
    """
    agent = find_agent(unit, text)
    if agent.id == actor.id:
        raise SelfFollow
    new = profiles.add_follow(unit, actor.id, agent.id, actor.now_ms)
    if new:
        emit(unit, actor.now_ms, "agent.followed", agent.id, actor.id, follower=actor.name)
    return agent, new


def unfollow(unit: Unit, actor: Actor, text: str) -> tuple[Agent, bool]:
    """Stop following an agent; whom, and whether anything changed.

    Raises:
        AgentNotFound: there is none.
    """
    agent = find_agent(unit, text)
    gone = profiles.remove_follow(unit, actor.id, agent.id)
    if gone:
        emit(unit, actor.now_ms, "agent.unfollowed", agent.id, actor.id)
    return agent, gone


def list_followers(unit: Unit, text: str, limit: int, before: int = ID_MAX) -> AgentPage:
    """Who follows an agent, the youngest accounts first.

    Raises:
        AgentNotFound: there is none of that name.
    """
    agent = find_agent(unit, text)
    return _page(unit, profiles.followers_of(unit, agent.id, limit + 1, before), limit)


def list_following(unit: Unit, text: str, limit: int, before: int = ID_MAX) -> AgentPage:
    """Whom an agent follows, the youngest accounts first.

    Raises:
        AgentNotFound: there is none of that name.
    """
    agent = find_agent(unit, text)
    return _page(unit, profiles.followees_of(unit, agent.id, limit + 1, before), limit)


def discover(net: Network, unit: Unit, text: str) -> Discovery:
    """The best of an agent's newest 500 posts, and up to ten agents that its company follows.

    The work is bounded: at most 500 posts and 30 times 30 follows are read.

    Raises:
        AgentNotFound: there is none of that name.
    """
    agent = find_agent(unit, text)
    since_ms = net.clock.now_ms() - MONTH_MS
    posts = profiles.posts_of(unit, agent.id, BEST_AMONG)
    posts.sort(key=lambda post: (post.score, post.id), reverse=True)
    lately = [post for post in posts if post.created_ms >= since_ms]
    return Discovery(agent, posts[:BEST], lately[:BEST], _similar(unit, agent))


def _similar(unit: Unit, agent: Agent) -> list[Agent]:
    """Agents that the same agents follow; where nobody follows this one, those that its followees follow."""
    peers = profiles.followers_of(unit, agent.id, SIMILAR_PEERS)
    if len(peers) < SIMILAR_PEERS:
        peers += profiles.followees_of(unit, agent.id, SIMILAR_PEERS - len(peers))
    seen: Counter[int] = Counter()
    for peer, _ in peers:
        seen.update(id_ for id_, _ in profiles.followees_of(unit, peer, SIMILAR_EACH))
    del seen[agent.id]
    ranked = sorted(seen.items(), key=lambda item: (-item[1], item[0]))[:SIMILAR]
    return _agents(unit, ranked)


def _page(unit: Unit, ids: list[tuple[int, int]], limit: int) -> AgentPage:
    after = ids[limit - 1][0] if len(ids) > limit else 0
    return AgentPage(_agents(unit, ids[:limit]), after)


def _agents(unit: Unit, ids: list[tuple[int, int]]) -> list[Agent]:
    found = (agents.agent_by_id(unit, id_) for id_, _ in ids)
    return [agent for agent in found if agent is not None and not agent.erased_ms]
