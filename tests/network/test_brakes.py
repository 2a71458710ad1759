"""The brake on one owner's agents."""

import pytest

from eclosion.kernel.ids import Kind, to_wire
from eclosion.network import Network
from eclosion.network.errors import Frozen
from eclosion.network.model.roots import Identity
from eclosion.network.service import brakes, owners
from eclosion.network.service.access import check_brake
from eclosion.network.service.moderation import Judge
from eclosion.store import Store


def test_only_that_owners_agents_are_held(store: Store, net: Network) -> None:
    judge = Judge("olga", net.clock.now_ms())
    owner = store.write_now(lambda unit: owners.add_owner(net, unit, Identity("local", "r", "Ann")))
    shown = to_wire(Kind.OWNER, owner.id)
    store.write_now(lambda unit: brakes.freeze(net, unit, judge, "owner", shown, "Flood."))
    with pytest.raises(Frozen, match="Flood"):
        store.write_now(lambda unit: check_brake(unit, owner.id))
    store.write_now(lambda unit: check_brake(unit, owner.id + 1))
    store.write_now(check_brake)
    (brake,) = store.read_now(brakes.list_brakes)
    assert store.read_now(lambda unit: brakes.shown_scope(unit, brake)) == ("owner", shown)
    assert store.write_now(lambda unit: brakes.release(net, unit, judge, "owner", shown))
    store.write_now(lambda unit: check_brake(unit, owner.id))
