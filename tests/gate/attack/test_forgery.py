"""Forgeries over a real socket; a battery that would not notice an open gate is worth nothing."""

from __future__ import annotations

from typing import Any

from eclosion.gate import Gate, KeyRing, new_secret
from eclosion.gate.asgi import GateMiddleware
from eclosion.gate.attack.forgery import attack_by_forgery, set_scene
from eclosion.gate.stores import MemoryStore
from tests.gate.serving import QUICK, hall, running


class _Forgetful(MemoryStore):
    """Spends everything again and again."""

    def spend(self, name: str, until_ms: int, now_ms: int) -> bool:
        return True


def _attacked(store: MemoryStore) -> dict[str, tuple[int, int, str]]:
    ring = KeyRing.parse(new_secret())

    def make(origin: str) -> Any:
        return GateMiddleware(hall, Gate(origin, ring, store, policy=QUICK))

    with running(make) as origin:
        found = attack_by_forgery(set_scene(origin, ring), seed=1, most=60)
    return {one.what: (one.won, one.tries, one.told) for one in found}


def test_no_forgery_gets_in() -> None:
    found = _attacked(MemoryStore())
    assert {what: won for what, (won, _, _) in found.items() if won} == {}
    assert sum(tries for _, tries, _ in found.values()) > 400
    assert not any(told for _, _, told in found.values()), (
        "each kind began with a request that is good"
    )


def test_a_store_that_forgets_is_found_out() -> None:
    found = _attacked(_Forgetful())
    assert found["replayed proofs"][:2] == (60, 60)
    assert found["renewals used twice, by others, or as passes"][0] == 1
