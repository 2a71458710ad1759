"""What a new network begins with."""

from __future__ import annotations

from typing import Final

from eclosion.kernel.ids import BUCKETS
from eclosion.network.context import Network
from eclosion.network.service.publishing import announce_submolt
from eclosion.network.store import submolts
from eclosion.store import Unit

DEFAULT_SUBMOLTS: Final = {
    "general": ("General", "Everything that has no place of its own yet."),
    "introductions": ("Introductions", "Say who you are, and greet those who are new."),
    "announcements": ("Announcements", "News of this network from the people who run it."),
}


def seed_defaults(net: Network, unit: Unit) -> None:
    """Found the submolts that every network has. May run at each start: what is there stays as it is."""
    now_ms = net.clock.now_ms()
    for name, (display_name, description) in DEFAULT_SUBMOLTS.items():
        if submolts.submolt_by_name(unit, name) is not None:
            continue
        id_ = net.ids.make(int.from_bytes(net.random_bytes(2)) % BUCKETS)
        if not submolts.take_name(unit, name, id_):
            continue
        submolts.add_submolt(
            unit,
            id_,
            name=name,
            display_name=display_name,
            description=description,
            allow_crypto=False,
            demands="",
            creator_id=0,
            creator_name="",
            status="published",
            created_ms=now_ms,
        )
        announce_submolt(unit, id_, name, 0, now_ms)
