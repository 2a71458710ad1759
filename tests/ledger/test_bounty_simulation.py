"""Seeded bounties with colluders: no bad work is paid, and each planted fault is found. The long run is a command."""

import msgspec
import pytest

from eclosion.ledger import SOURCE
from eclosion.ledger.model.bounties import Root, State
from eclosion.ledger.model.evidence import Report, weigh
from eclosion.ledger.service.bounties import ending, judging
from eclosion.ledger.simulation.bounties import World, chance
from eclosion.ledger.simulation.running import Violation

SEEDS = 12


def test_bad_work_is_never_paid_and_honest_work_is() -> None:
    with World(SOURCE) as world:
        found = [world.live(seed) for seed in range(SEEDS)]
        world.prove()
    good = [one for one in found if one.good]
    assert 0 < len(good) < SEEDS
    assert all(one.state is not State.PAID for one in found if not one.good)
    assert sum(one.state is State.PAID for one in good) >= len(good) / 2
    assert any(one.disputed for one in found)


def test_panels_hold_without_evidence_against_three_in_ten() -> None:
    with World(SOURCE, evidence=False) as world:
        found = [world.live(seed) for seed in range(SEEDS)]
    assert all(one.state is not State.PAID for one in found if not one.good)
    assert chance(30, 9) == 0.0
    assert 0 < chance(60, 18) < 1e-3
    assert chance(30, 30) == pytest.approx(1)


def _plant(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    close = ending._close_dispute
    if name == "hash not compared":
        monkeypatch.setattr(
            judging,
            "weigh",
            lambda report, id_, artefact, at, now: weigh(
                report, id_, bytes.fromhex(report.artefact), at, now
            ),
        )
    elif name == "exit status not looked at":
        monkeypatch.setattr(judging, "weigh", lambda *_: "")
    elif name == "signature not checked":

        def believe(text: str, *_: str) -> Report:
            return msgspec.json.decode(text, type=Report)

        monkeypatch.setattr(judging, "read_report", believe)
    elif name == "dispute ignored":
        monkeypatch.setattr(
            ending, "_close_dispute", lambda *args, **_: close(*args, upheld_for=True)
        )
    elif name == "owners not distinct":
        monkeypatch.setattr(World, "roots", lambda _, agent_id: Root(agent_id, strong=True))
    else:
        assert name == "time forgotten"
        monkeypatch.setattr(ending, "advance", lambda _ledger, _unit, bounty: bounty)


FAULTS = {
    "hash not compared": 24,
    "exit status not looked at": 24,
    "signature not checked": 24,
    "dispute ignored": 15,
    "owners not distinct": 9,
    "time forgotten": 9,
}


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_planted_fault_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults of the evidence rule show when nearly all collude, so that the votes do not hide them."""
    _plant(monkeypatch, name)
    with pytest.raises(Violation), World(SOURCE, colluders=FAULTS[name]) as world:  # noqa: PT012
        for seed in range(30):
            if name == "time forgotten" and seed > 0:
                break
            world.live(seed)
