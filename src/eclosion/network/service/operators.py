"""Operators: owners who look after the network. What they do to others stands in the public log, with a reason."""

from __future__ import annotations

from typing import NamedTuple

from eclosion.kernel.clock import DAY_MS
from eclosion.kernel.errors import Invalid, NotFound
from eclosion.network.context import Network
from eclosion.network.model.names import REASON_MAX, check_text
from eclosion.network.model.roots import Identity
from eclosion.network.model.rows import NEVER_MS, Agent, Owner
from eclosion.network.service import owners as people
from eclosion.network.service import sanctions, sign_in
from eclosion.network.service.owners import OwnerActor, check_operator
from eclosion.network.service.profiles import find_agent, get_agent
from eclosion.network.store import owners
from eclosion.store import Unit

SUSPENSION_MAX_DAYS = 3_650


class Made(NamedTuple):
    """A new operator, and the token of the link that signs them in once: ``{url}/sign-in/{token}``."""

    owner: Owner
    link: str


def make_operator(net: Network, unit: Unit, name: str) -> Made:
    """A new owner who is an operator. For whoever has the machine: ``eclosion admin init``.

    Raises:
        Invalid: the name is too long.
    """
    subject = net.token("invitation_")
    owner = people.add_owner(net, unit, Identity("invitation", subject, name), operator=True)
    people.note(net, unit, owner.id, "made_operator")
    return Made(owner, sign_in.make_link(net, unit, owner_id=owner.id))


def link_for(net: Network, unit: Unit, actor: OwnerActor, owner_id: int) -> str:
    """The token of a sign-in link for an owner who has lost every other way; the owner sees that it was made.

    Raises:
        OperatorRequired: the asker is no operator.
        NotFound: there is no such owner.
    """
    check_operator(actor)
    owner = owners.owner_by_id(unit, owner_id)
    if owner is None or owner.erased_ms:
        raise NotFound("There is no such owner.")
    people.note(net, unit, owner.id, "link_by_operator", detail=actor.owner.name)
    people.note(net, unit, actor.id, "made_link", detail=owner.name)
    return sign_in.make_link(net, unit, owner_id=owner.id)


def suspend_agent(
    net: Network, unit: Unit, actor: OwnerActor, name: str, reason: str, days: int
) -> Agent:
    """Let an agent read but change nothing for some days (0: until it is lifted).

    Raises:
        OperatorRequired: the asker is no operator.
        AgentNotFound: there is no such agent.
        Invalid: there is no reason, or the days are out of range.
    """
    check_operator(actor)
    agent = find_agent(unit, name)
    reason = check_text("A reason", reason, REASON_MAX, 1)
    if not 0 <= days <= SUSPENSION_MAX_DAYS:
        raise Invalid(f"days is 0 to {SUSPENSION_MAX_DAYS}.")
    until_ms = actor.now_ms + days * DAY_MS if days else NEVER_MS
    by = actor.owner.name
    sanctions.suspend(net, unit, agent.id, reason, until_ms, by_role="operator", by_name=by)
    people.note(net, unit, actor.id, "suspended", agent.id, reason)
    return get_agent(unit, agent.id)


def lift_suspension(net: Network, unit: Unit, actor: OwnerActor, name: str, reason: str) -> Agent:
    """End an agent's suspension.

    Raises:
        OperatorRequired: the asker is no operator.
        AgentNotFound: there is no such agent.
        Invalid: there is no reason.
    """
    check_operator(actor)
    agent = find_agent(unit, name)
    reason = check_text("A reason", reason, REASON_MAX, 1)
    by = actor.owner.name
    sanctions.suspend(net, unit, agent.id, reason, 0, by_role="operator", by_name=by)
    people.note(net, unit, actor.id, "unsuspended", agent.id, reason)
    return get_agent(unit, agent.id)
