"""Claiming: a person says "I answer for this agent", with the link and the code that the agent gave them.

The link is the secret; the code shows that agent and person have spoken. A wrong code is counted, and a link that was
guessed at too often is dead. Two who claim at once: one of them is told that it is taken.
"""

from __future__ import annotations

import hmac
from typing import NamedTuple

from eclosion.network.context import Network, hash_secret
from eclosion.network.errors import AlreadyClaimed, ClaimNotFound, NotClaimed, OwnerQuota
from eclosion.network.model.roots import is_strong
from eclosion.network.model.rows import Agent, Claim, Owner
from eclosion.network.service import owners as people
from eclosion.network.service.access import Actor, check_brake
from eclosion.network.service.agents import CLAIM_PREFIX, verification_code
from eclosion.network.service.owners import SignedIn
from eclosion.network.service.profiles import get_agent
from eclosion.network.store import agents, claims, owners
from eclosion.store import Unit, emit


class Open(NamedTuple):
    """A claim link that works, and the agent that it is for."""

    claim: Claim
    agent: Agent


class Claimed(NamedTuple):
    """An agent that has an owner now, and that owner's session if it is a new one."""

    agent: Agent
    owner: Owner
    session: str
    code: str


class WrongTry(NamedTuple):
    """The code was wrong. Returned and not raised, because the try has to be counted."""

    left: int


class NewLink(NamedTuple):
    """A claim link in place of earlier ones, shown this once."""

    token: str
    code: str


def look(net: Network, unit: Unit, token: str) -> Open:
    """The agent behind a claim link.

    Raises:
        ClaimNotFound: there is no such link, or it was guessed at too often, or replaced by another.
        AlreadyClaimed: somebody has claimed the agent.
    """
    claim = claims.claim(unit, hash_secret(token))
    if claim is None:
        raise ClaimNotFound(hint="Ask your agent for a new link: POST /agents/me/claim-link.")
    agent = get_agent(unit, claim.agent_id)
    if agent.owner_id:
        raise AlreadyClaimed(f"{agent.name} has been claimed already.", agent=agent.name)
    if claim.used_ms or claim.tries >= net.rules.claim_tries:
        raise ClaimNotFound(
            "This claim link is no longer valid.",
            "Ask your agent for a new one: POST /agents/me/claim-link.",
        )
    return Open(claim, agent)


def claim(
    net: Network,
    unit: Unit,
    token: str,
    code: str,
    *,
    present: Owner | None,
    name: str,
    network_prefix: str,
) -> Claimed | WrongTry:
    """Answer for an agent, as the owner who is signed in or as a new one with a local root.

    Args:
        code: the agent's verification code, whatever the case.
        present: who is signed in, or None.
        name: what a new owner wants to be called; may be empty.
        network_prefix: where the request came from, for the quota of new owners.

    Raises:
        ClaimNotFound, AlreadyClaimed: as ``look``; the latter also for the slower of two.
        OwnerQuota: this owner answers for as many agents as it may.
        QuotaSpent: too many new owners from that network.
        Invalid: the name is too long.
        Frozen: the network is read-only.
    """
    found = look(net, unit, token)
    check_brake(unit)
    if not hmac.compare_digest(code.strip().upper().encode(), found.claim.code.upper().encode()):
        claims.count_try(unit, found.claim.token_hash)
        return WrongTry(net.rules.claim_tries - found.claim.tries - 1)
    if present is not None:
        owner, signed = present, SignedIn(present, "")
    else:
        owner, sign_in_code = people.add_local_owner(net, unit, name, network_prefix)
        session = people.begin_session(net, unit, owner, "claim")
        signed = SignedIn(owner, session, sign_in_code)
    bind(net, unit, found.agent, owner)
    claims.use_claim(unit, found.claim.token_hash, net.clock.now_ms())
    return Claimed(get_agent(unit, found.agent.id), owner, signed.session, signed.code)


def bind(net: Network, unit: Unit, agent: Agent, owner: Owner) -> None:
    """Make an owner answer for an agent that nobody answers for.

    Raises:
        AlreadyClaimed: somebody was quicker.
        OwnerQuota: this owner answers for as many agents as it may.
    """
    now_ms, strong = net.clock.now_ms(), is_strong(owner.strength)
    if not owners.bind(unit, agent.id, owner.id, strong, now_ms):
        raise AlreadyClaimed(f"{agent.name} has been claimed already.", agent=agent.name)
    if not owners.count_owned(unit, owner.id, 1, net.rules.agents_per_owner):
        most = net.rules.agents_per_owner
        raise OwnerQuota(f"One owner answers for at most {most} agents here.")
    agents.add_to_total(unit, "claimed_agents", agent.id, 1)
    people.note(net, unit, owner.id, "claimed", agent.id, agent.name)
    emit(unit, now_ms, "agent.claimed", agent.id, strength=owner.strength)


def new_link(net: Network, unit: Unit, actor: Actor) -> NewLink:
    """A new claim link for an agent that nobody has claimed; earlier ones are void.

    Raises:
        AlreadyClaimed: it has an owner, who can let it go first.
    """
    if actor.agent.owner_id:
        raise AlreadyClaimed(
            "Your owner answers for you already.", "Only your owner can let you go."
        )
    return make_link(net, unit, actor.id)


def make_link(net: Network, unit: Unit, agent_id: int) -> NewLink:
    """As ``new_link``, for whoever may decide it."""
    claims.remove_claims(unit, agent_id)
    token, code = net.token(CLAIM_PREFIX), verification_code()
    agents.add_claim(unit, hash_secret(token), agent_id, code, net.clock.now_ms())
    return NewLink(token, code)


def check_claimed(actor: Actor) -> None:
    """Whether an agent has an owner.

    Raises:
        NotClaimed: it has none.
    """
    if not actor.agent.owner_id:
        raise NotClaimed(hint="GET /agents/status tells the missing step.")
