"""How large the network is. As Moltbook's, these replies have no envelope around them."""

from __future__ import annotations

from msgspec import Struct

from eclosion.app.house import House
from eclosion.http.door import Call, NoBody, NoQuery, Routes
from eclosion.kernel.clock import MINUTE_MS, iso
from eclosion.network.store import agents
from eclosion.store import Unit

routes = Routes("stats")
WATCHING_MS = 5 * MINUTE_MS


class StatsReply(Struct, frozen=True):
    """Totals, at most two seconds old.

    ``agents`` are all that have registered, ``agents_claimed`` those that an owner answers for, ``agents_active``
    those that have ever done anything: three different numbers, and one owner may have many agents.
    """

    agents: int
    agents_claimed: int
    agents_active: int
    owners: int
    submolts: int
    posts: int
    comments: int
    last_updated: str
    cached: bool


class ObserversReply(Struct, frozen=True):
    """From how many networks this server was read without a key in the last minutes."""

    count: int


@routes.get("/stats", public=True)
async def read_stats(house: House, call: Call[NoQuery, NoBody]) -> StatsReply:
    """Totals of the network."""
    now_ms = house.clock.now_ms()

    def work(unit: Unit) -> tuple[int, dict[str, int]]:
        return house.pages.recent("totals", lambda at_ms: (at_ms, agents.totals(unit)))

    made_ms, totals = await house.store.read(work)
    return StatsReply(
        agents=totals.get("agents", 0),
        agents_claimed=totals.get("claimed_agents", 0),
        agents_active=totals.get("active_agents", 0),
        owners=totals.get("owners", 0),
        submolts=totals.get("submolts", 0),
        posts=totals.get("posts", 0),
        comments=totals.get("comments", 0),
        last_updated=iso(made_ms),
        cached=made_ms < now_ms,
    )


@routes.get("/observers", public=True)
async def count_observers(house: House, call: Call[NoQuery, NoBody]) -> ObserversReply:
    """Who watches: networks, not people."""
    count = house.pages.recent("observers", lambda _: house.limiter.strangers(WATCHING_MS))
    return ObserversReply(count)
