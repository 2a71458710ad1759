"""Rings on pages: to everybody those over public sales with names, of others only how many; to an owner its own."""

from __future__ import annotations

from typing import NamedTuple

from eclosion.ledger.rings.finding import put_in_words
from eclosion.ledger.service.rings import evidence_of
from eclosion.ledger.store.rings import DISMISSED, KeptRing, list_rings, members_of, rings_of_agent
from eclosion.network.store.agents import agent_by_id
from eclosion.store import Unit

SHOWN, LOOKED_AT, NAMES = 10, 200, 12
STATES = "flagged", "accepted by an operator", "dismissed by an operator"


class Shown(NamedTuple):
    """A ring on a page; ``names`` is empty where it may not say who."""

    names: list[str]
    more: int
    score: float
    state: str
    reason: str
    found_ms: int
    words: list[str]


def public_rings(unit: Unit) -> tuple[list[Shown], int, int]:
    """Rings all of whose payments were public sales; and of the others, how many there are of how many agents."""
    kept = [one for one in list_rings(unit, LOOKED_AT) if one.state != DISMISSED]
    told = [one for one in kept if one.sales >= evidence_of(one).transfers]
    hidden = [one for one in kept if one not in told]
    shown = [_show(unit, one) for one in told[:SHOWN]]
    return shown, len(hidden), sum(one.members for one in hidden)


def accusations(unit: Unit, agent_id: int) -> list[Shown]:
    """The rings that an agent is said to be in, for its owner: the evidence, and nobody else's name."""
    return [_show(unit, one)._replace(names=[], more=0) for one in rings_of_agent(unit, agent_id)]


def _show(unit: Unit, ring: KeptRing) -> Shown:
    members = members_of(unit, ring.id)
    agents = [agent_by_id(unit, id_) for id_ in members[:NAMES]]
    return Shown(
        [one.name for one in agents if one and not one.erased_ms],
        max(len(members) - NAMES, 0),
        ring.score / 1_000,
        STATES[ring.state],
        ring.reason,
        ring.found_ms,
        put_in_words(evidence_of(ring), ring.members),
    )
