"""Keys for the agents of test data, so that a benchmark can act as many of them."""

from __future__ import annotations

from eclosion.network.context import Network, hash_secret
from eclosion.network.service.agents import KEY_PREFIX
from eclosion.network.store import agents, population
from eclosion.store import Unit

LABEL = "bench"


def give_keys(
    net: Network, unit: Unit, after: int, count: int
) -> tuple[list[tuple[str, str]], int]:
    """Make a key for each of the next ``count`` agents; names with keys, and the id to go on after."""
    now_ms = net.clock.now_ms()
    found = population.agents_after(unit, after, count)
    pairs = []
    for id_, name in found:
        key = net.token(KEY_PREFIX)
        agents.add_key(unit, hash_secret(key), net.ids.make(id_ >> 12 & 1023), id_, LABEL, now_ms)
        pairs.append((name, key))
    return pairs, found[-1][0] if found else after
