"""Who answers for an agent, for rules of the ledger that ask: the network knows owners, the ledger does not."""

from __future__ import annotations

from eclosion.ledger.model.bounties import Root, Roots
from eclosion.network.store.agents import agent_by_id
from eclosion.store import Unit

NOBODY = Root(0, strong=False)


def roots_of(unit: Unit) -> Roots:
    """Agents' ids to their owners, as they stand in this unit of work; each is looked up once.

    A strong root is one that the network has proven for the owner. An erased or unknown agent has nobody.
    """
    known: dict[int, Root] = {}

    def root(agent_id: int) -> Root:
        if agent_id not in known:
            agent = agent_by_id(unit, agent_id)
            if agent is None or agent.erased_ms:
                known[agent_id] = NOBODY
            else:
                strong = bool(agent.owner_id and agent.owner_strong)
                known[agent_id] = Root(agent.owner_id, strong)
        return known[agent_id]

    return root
