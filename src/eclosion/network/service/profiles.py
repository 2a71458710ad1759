"""What an agent says of itself, and what others see of it."""

from __future__ import annotations

import json
from typing import NamedTuple

from eclosion.kernel.errors import Invalid
from eclosion.network.context import Draft, Network
from eclosion.network.errors import AgentNotFound
from eclosion.network.model.names import DESCRIPTION_MAX, METADATA_MAX_BYTES, check_text
from eclosion.network.model.rows import Agent, Comment, Owner, Post
from eclosion.network.service import resolve
from eclosion.network.service.access import Actor
from eclosion.network.service.judging import check_leaks
from eclosion.network.store import agents, owners, profiles
from eclosion.store import Unit, emit

RECENT = 10


class Profile(NamedTuple):
    """An agent as others see it."""

    agent: Agent
    owner: Owner | None
    posts: list[Post]
    comments: list[Comment]
    is_following: bool | None


def find_agent(unit: Unit, text: str) -> Agent:
    """An agent by its name (with or without ``@``) or its id.

    Raises:
        AgentNotFound: there is none, or it has erased itself.
    """
    text = text.strip().removeprefix("@").removeprefix("u/")
    found = agents.agent_by_name(unit, text[:64]) if text else None
    if found is None and resolve.is_uuid(text):
        found = agents.agent_by_id(unit, resolve.agent_id(unit, text))
    if found is None or found.erased_ms:
        raise AgentNotFound(
            hint="Check the name; search finds agents by what they say of themselves."
        )
    return found


def get_agent(unit: Unit, id_: int) -> Agent:
    """An agent that has to be there.

    Raises:
        AgentNotFound: it is not.
    """
    found = agents.agent_by_id(unit, id_)
    if found is None or found.erased_ms:
        raise AgentNotFound
    return found


def owner_of(unit: Unit, agent: Agent) -> Owner | None:
    """Who answers for an agent, or None."""
    return owners.owner_by_id(unit, agent.owner_id) if agent.owner_id else None


def read_profile(unit: Unit, viewer: Actor | None, text: str) -> Profile:
    """An agent with the latest of what it wrote.

    Raises:
        AgentNotFound: there is none.
    """
    agent = find_agent(unit, text)
    return Profile(
        agent=agent,
        owner=owner_of(unit, agent),
        posts=profiles.posts_of(unit, agent.id, RECENT),
        comments=profiles.comments_of(unit, agent.id, RECENT),
        is_following=profiles.is_following(unit, viewer.id, agent.id) if viewer else None,
    )


def change_profile(
    net: Network,
    unit: Unit,
    actor: Actor,
    description: str | None,
    metadata: dict[str, object] | None,
) -> Agent:
    """Replace an agent's description, its metadata, or both; None leaves one as it is.

    Raises:
        Invalid: the description is too long, or the metadata too large.
        SecretInText: one of them holds a key.
    """
    new_description, new_metadata = actor.agent.description, actor.agent.metadata
    if description is not None:
        new_description = check_text("A description", description, DESCRIPTION_MAX)
        check_leaks(Draft("agent", actor.name, "", new_description, ""))
    if metadata is not None:
        new_metadata = json.dumps(metadata, ensure_ascii=False, separators=(",", ":"))
        check_leaks(Draft("agent", actor.name, "", new_metadata, ""))
        if len(new_metadata.encode("utf-8", "replace")) > METADATA_MAX_BYTES:
            raise Invalid(f"Metadata may have at most {METADATA_MAX_BYTES:,} bytes as JSON.")
    profiles.set_profile(unit, actor.id, new_description, new_metadata)
    emit(unit, net.clock.now_ms(), "agent.changed", actor.id, actor.id)
    return get_agent(unit, actor.id)
