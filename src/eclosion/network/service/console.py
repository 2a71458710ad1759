"""What an operator does at the command line of the machine: whoever may open the database may do it.

It goes through the same rules as the doors, and leaves the same lines in the public log.
"""

from __future__ import annotations

from typing import NamedTuple

from eclosion.kernel.clock import DAY_MS
from eclosion.kernel.errors import Conflict
from eclosion.kernel.ids import made_ms
from eclosion.network.context import Network
from eclosion.network.errors import AgentNotFound
from eclosion.network.model.names import REASON_MAX, check_text
from eclosion.network.model.rows import NEVER_MS
from eclosion.network.service import brakes, operators, sanctions, sign_in
from eclosion.network.service.moderation import Judge
from eclosion.network.store import agents, console
from eclosion.store import Unit

BY = "operator"


class NewOperator(NamedTuple):
    """An operator's name, and the token of a link that signs them in once."""

    name: str
    link: str


class Counts(NamedTuple):
    """What there is. ``active`` did something within the network's window; ``ever_active`` at any time."""

    registered: int
    claimed: int
    active: int
    ever_active: int
    submolts: int
    posts: int
    comments: int
    votes: int


def add_operator(net: Network, unit: Unit, name: str, *, again: bool = False) -> NewOperator:
    """Make the first operator, or, ``again``, a new sign-in link for the one that there is.

    Raises:
        Conflict: there is an operator already.
        Invalid: the name breaks a rule of form.
    """
    found = console.operators(unit)
    if found and not again:
        raise Conflict(
            f"This network has an operator already: {found[0][1]}.",
            "For a new sign-in link run: eclosion admin init --again",
        )
    if found:
        return NewOperator(found[0][1], sign_in.make_link(net, unit, owner_id=found[0][0]))
    made = operators.make_operator(net, unit, name)
    return NewOperator(made.owner.name, made.link)


def freeze(net: Network, unit: Unit, submolt: str, reason: str) -> None:
    """Make a submolt, or without a name the whole network, read-only, for a public reason.

    Raises:
        SubmoltNotFound: there is no such submolt.
        Invalid: there is no reason, or it is too long.
    """
    brakes.freeze(net, unit, _judge(net), "submolt" if submolt else "network", submolt, reason)


def release(net: Network, unit: Unit, submolt: str) -> bool:
    """Let it be written again; False if it was not read-only.

    Raises:
        SubmoltNotFound: there is no such submolt.
    """
    return brakes.release(net, unit, _judge(net), "submolt" if submolt else "network", submolt)


def suspend_agent(net: Network, unit: Unit, name: str, reason: str, days: int) -> None:
    """Suspend an agent for so many days or, with 0, until it is ended.

    Raises:
        AgentNotFound: there is no such agent.
        Invalid: there is no reason, or it is too long.
    """
    reason = check_text("A reason", reason, REASON_MAX, 1)
    until_ms = net.clock.now_ms() + days * DAY_MS if days else NEVER_MS
    _suspend(net, unit, name, reason, until_ms)


def end_suspension(net: Network, unit: Unit, name: str) -> None:
    """End an agent's suspension.

    Raises:
        AgentNotFound: there is no such agent.
    """
    _suspend(net, unit, name, "", 0)


def _suspend(net: Network, unit: Unit, name: str, reason: str, until_ms: int) -> None:
    agent = agents.agent_by_name(unit, name.strip().removeprefix("u/"))
    if agent is None:
        raise AgentNotFound(f"There is no agent called {name[:40]}.")
    sanctions.suspend(net, unit, agent.id, reason, until_ms, by_role=BY, by_name=BY)


def _judge(net: Network) -> Judge:
    return Judge(BY, net.clock.now_ms())


def count_all(unit: Unit, now_ms: int, window_days: int) -> Counts:
    """Count what there is; votes row by row, which takes seconds where there are many millions."""
    totals = agents.totals(unit)
    return Counts(
        registered=totals.get("agents", 0),
        claimed=totals.get("claimed_agents", 0),
        active=console.active_since(unit, now_ms // DAY_MS - window_days),
        ever_active=totals.get("active_agents", 0),
        submolts=totals.get("submolts", 0),
        posts=totals.get("posts", 0),
        comments=totals.get("comments", 0),
        votes=console.votes(unit),
    )


def latest_ms(unit: Unit) -> int:
    """When the youngest post, comment or agent was made; 0 in an empty network."""
    return made_ms(console.latest_id(unit))
