"""From the outbox's events to what is told of them."""

from __future__ import annotations

from collections.abc import Iterable

from eclosion.app.telling import findings, ledger, network
from eclosion.app.telling.told import Scene, Teller, Told
from eclosion.network import Network
from eclosion.store import Event, Unit

_TELLERS: dict[str, tuple[Teller, str]] = {**network.TELLERS, **findings.TELLERS}

TYPES: dict[str, str] = {kind: meaning for kind, (_, meaning) in _TELLERS.items()}
"""What is told, and what it means."""

PRIVATE: frozenset[str] = network.PRIVATE | findings.PRIVATE | ledger.PRIVATE
"""What is emitted and never told. A kind that stands in neither is not told, and a test complains."""


def tell(net: Network, unit: Unit, events: Iterable[Event]) -> list[Told]:
    """What the outside may be told of some events, in their order; the others are left out.

    Things are told as they are now, not as they were: of a text that is gone nothing is told but that it went.
    """
    scene = Scene(net, unit)
    found = []
    for event in events:
        teller = _TELLERS.get(event.kind)
        one = teller[0](scene, event) if teller else None
        if one is not None:
            found.append(one)
    return found
