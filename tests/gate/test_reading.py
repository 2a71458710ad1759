"""Language rounds from a real supply, in a session and over the wire."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import chain, repeat
from typing import Any

import pytest

from eclosion.gate.errors import ReadingFailed
from eclosion.gate.language.demo import DemoSupply
from eclosion.gate.language.errors import SupplyEmpty, SupplyUnfit
from eclosion.gate.language.model import Item
from eclosion.gate.language.room import Room
from eclosion.gate.policy import SINGLE, WHOLE, Rounds
from eclosion.gate.solver import Agent
from eclosion.gate.tokens import describe
from tests.gate.serving import guarded
from tests.gate.world import CHEAP, HandClock, Line, begin, enter, key, make_gate


class Remembering:
    """A supply whose truths a test can look up, as a reader would find them by reading."""

    name, insecure = "remembered", True

    def __init__(self, items: int = 1_000) -> None:
        self._supply, self._left = DemoSupply(3, accept_insecure=True), items
        self.truths: dict[str, int] = {}

    def take(self, count: int) -> list[Item]:
        if count > self._left:
            raise SupplyEmpty
        self._left -= count
        items = self._supply.take(count)
        self.truths |= {item.choices[item.truth]: item.truth for item in items}
        return items

    def check(self) -> None:
        self._supply.check()

    def read(self, shown: dict[str, Any]) -> list[int]:
        """The right answers."""
        return [
            next(at for at, choice in enumerate(item["choices"]) if self.truths.get(choice) == at)
            for item in shown["items"]
        ]


def line(supply: Remembering, think: Any, rounds: Rounds = SINGLE) -> Line:
    clock, policy = HandClock(), replace(CHEAP, rounds=rounds)
    gate = make_gate(clock=clock, policy=policy, room=Room(supply), language="required")
    return Line(begin(gate, key()), clock, think=think)


def test_whoever_reads_passes_and_the_token_says_on_what() -> None:
    supply = Remembering()
    one = line(supply, lambda shown: (5, supply.read(shown)))
    assert one.run()["frame"] == "D"
    assert one.session.evidence is not None
    assert one.session.evidence.reading is not None
    right, of, passed, remarks = one.session.evidence.reading
    assert (right, of, passed) == (24, 24, True)
    assert remarks == {"supply": "remembered", "insecure": True}
    assert one.session.evidence.stages == ("price", "burst", "language-insecure")
    assert sum(frame[:1] == b"R" for frame in one.seen) == 24


@pytest.mark.parametrize(
    ("rounds", "stage", "form"),
    [
        (SINGLE, "language", "single"),
        (WHOLE, "language-whole", "whole"),
        (SINGLE._replace(each_ms=6_001), "language-whole", "whole"),
    ],
    ids=["single", "whole", "slower"],
)
def test_a_token_says_in_which_form_it_was_read(rounds: Rounds, stage: str, form: str) -> None:
    """Whoever asks for ``language`` is not given what people who relay by hand pass too."""
    supply = Remembering()
    supply.insecure = False
    one = line(supply, lambda shown: (5, supply.read(shown)), rounds)
    assert one.run()["frame"] == "D"
    evidence = one.session.evidence
    assert evidence is not None
    told = describe(evidence)
    assert told["stages"] == ["price", "burst", stage]
    assert told["language"]["rounds"] == {"form": form, **rounds._asdict()}


def test_whole_rounds_come_eight_at_a_time_with_thirty_seconds() -> None:
    supply = Remembering()
    one = line(supply, lambda shown: (25, supply.read(shown)), WHOLE)
    assert one.run()["frame"] == "D"
    shown = [json.loads(frame[2:]) for frame in one.seen if frame[:1] == b"R"]
    assert [len(round_["items"]) for round_ in shown] == [8, 8, 8]


def test_whoever_is_wrong_fails_as_soon_as_it_is_certain() -> None:
    supply = Remembering()
    one = line(supply, lambda shown: (1, [(supply.read(shown)[0] + 1) % 4]))
    assert one.run()["code"] == "reading_failed"
    assert isinstance(one.session.failure, ReadingFailed)
    assert sum(frame[:1] == b"R" for frame in one.seen) == 4, "no text is spent on what is lost"


def test_one_late_item_is_replaced() -> None:
    supply = Remembering()
    thoughts = chain([7.0], repeat(1.0))
    one = line(supply, lambda shown: (next(thoughts), supply.read(shown)))
    assert one.run()["frame"] == "D"
    assert one.session.evidence is not None
    assert one.session.evidence.reading is not None
    assert one.session.evidence.reading.remarks["replaced"] == 1


def test_a_supply_that_runs_dry_in_a_session_says_so() -> None:
    supply = Remembering(items=16)
    assert line(supply, lambda shown: (1, supply.read(shown))).run()["code"] == "supply_empty"


def test_where_language_is_only_offered_a_dry_supply_claims_nothing() -> None:
    clock, supply = HandClock(), Remembering(items=8)
    gate = make_gate(clock=clock, room=Room(supply))
    one = Line(begin(gate, key()), clock, think=lambda shown: (1, supply.read(shown)))
    assert one.run()["frame"] == "D"
    assert one.session.evidence is not None
    assert one.session.evidence.stages == ("price", "burst")


def test_a_public_supply_keeps_the_gate_shut_or_is_not_offered() -> None:
    with pytest.raises(SupplyUnfit):
        make_gate(room=Room(DemoSupply(1)), language="required")
    gate = make_gate(room=Room(DemoSupply(1)))
    assert gate.stages == ("price", "burst")
    assert "public" in gate.language_reason
    assert enter(gate, key(), HandClock())["stages"] == ["price", "burst"]


def test_a_probe_asks_one_round_and_seven_of_eight() -> None:
    supply = Remembering()
    opened, verdict, asked = Room(supply).open(CHEAP.for_probe().rounds, None), None, 0
    while verdict is None:
        right = supply.read(json.loads(opened.ask(0)))[0]
        asked += 1
        opened.answer([right if asked < 8 else (right + 1) % 4], 1_000)
        verdict = opened.verdict()
    assert verdict is not None
    assert (verdict.right, verdict.of, verdict.passed) == (7, 8, True)


def test_the_solver_reads_rounds_over_the_wire() -> None:
    supply = Remembering()
    with guarded(room=Room(supply), language="required") as (origin, _):
        agent = Agent(origin, read=lambda shown: f"I think {supply.read(json.loads(shown))}.")
        assert agent.enter()["stages"] == ["price", "burst", "language-insecure"]
        assert agent.request("GET", f"{origin}/secret")[0] == 200
