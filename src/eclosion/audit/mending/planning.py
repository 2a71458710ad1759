"""What would be changed to close what an audit found: settings that say too much, walls that do not stand, open modes.

What always holds: nothing is written here. A change is planned only where it is known to close its finding, and what
is left open is told with the reason. Secrets are never part of a change: what must be rotated, its owner rotates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eclosion.audit.inventory import Machine
from eclosion.audit.mending.closing import Closing, Left, Plan
from eclosion.audit.mending.drafting import Drafts
from eclosion.audit.mending.modes import mode_changes
from eclosion.audit.model import Agent
from eclosion.audit.reach import Identity
from eclosion.audit.reaching import Route

__all__ = ["Left", "Plan", "plan_fixes"]


def plan_fixes(
    machine: Machine,
    agents: Sequence[Agent],
    routes: Iterable[Route],
    identity: Identity,
    programs: str | None = None,
) -> Plan:
    """What to change.

    Args:
        machine: whose home, and where.
        agents: as they were found.
        routes: how each stands to each sensitive file.
        identity: as whom they run.
        programs: where programs are looked for, as in PATH; by default this process's own.
    """
    plan = Plan(machine.home)
    drafts = Drafts()
    known = list(routes)
    for agent in agents:
        closing = Closing(plan, drafts, agent, machine, programs)
        paths = [
            one.path
            for one in known
            if one.hold.is_open and one.agent.kind.id == agent.kind.id and not one.agent.project
        ]
        closing.close_checks()
        if not agent.project:
            closing.close_starts()
        if paths and not agent.project:
            closing.raise_wall(paths, identity)
        closing.tell_left()
    plan.drafts = drafts.changed()
    plan.modes = mode_changes(machine.home, agents, [one.path for one in known])
    return plan
