"""Looking for rings while the network runs.

Who stands behind the accounts comes from the network, the rest is the ledger's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from eclosion.app.house import House
from eclosion.ledger import Ledger
from eclosion.ledger.service.rings import Behind, Window, keep_rings
from eclosion.network.store.agents import agent_by_id
from eclosion.store import Store, Unit

AT_ONCE = 2_000


class RingWatch:
    """The window of one process. What it finds is the same in each; they match each other's rings."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._window = Window()

    async def look(self) -> int:
        """Read what is new, look for rings, and keep what was found; how many rings are new.

        Raises:
            Unavailable: the store cannot be written now.
        """
        store, now_ms = self._house.store, self._house.clock.now_ms()
        while await store.read(lambda unit: self._window.read(unit, now_ms), slow=True):
            pass
        agents = self._window.agents()
        behind: dict[int, Behind] = {}
        for at in range(0, len(agents), AT_ONCE):
            some = agents[at : at + AT_ONCE]
            behind |= await store.read(lambda unit, some=some: stand_behind(unit, some), slow=True)  # type: ignore[misc]
        found = await asyncio.to_thread(self._window.look, behind)
        make = self._house.network.ids.make
        new = await store.write(
            lambda unit: keep_rings(self._house.ledger, unit, found, lambda: make(0))
        )
        return len(new)


def look_now(store: Store, ledger: Ledger, make_id: Callable[[], int]) -> int:
    """One look at the whole window, without an event loop; how many rings are new."""
    window, now_ms = Window(), ledger.clock.now_ms()
    while store.read_now(lambda unit: window.read(unit, now_ms)):
        pass
    behind = store.read_now(lambda unit: stand_behind(unit, window.agents()))
    found = window.look(behind)
    return len(store.write_now(lambda unit: keep_rings(ledger, unit, found, make_id)))


def stand_behind(unit: Unit, agents: list[int]) -> dict[int, Behind]:
    """Who answers for these agents."""
    found = {}
    for id_ in agents:
        agent = agent_by_id(unit, id_)
        if agent is not None:
            strong = bool(agent.owner_id and agent.owner_strong)
            found[id_] = Behind(agent.owner_id, strong, agent.created_ms)
    return found
