"""A session from its first ping to its end: who passes, and what each kind of misbehaviour comes to."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from eclosion.gate import Policy
from eclosion.gate.errors import BurstFailed, FrameRefused, FrameTooLarge, ReadingFailed
from eclosion.gate.policy import Rounds
from eclosion.kernel.errors import Unavailable
from tests.gate.world import (
    CHEAP,
    MS,
    HandClock,
    Line,
    QuizRoom,
    answers_after,
    begin,
    key,
    make_gate,
)


def line(policy: Policy = CHEAP, **more: object) -> Line:
    clock = HandClock()
    room = more.pop("room", None)
    gate = make_gate(clock=clock, policy=policy, room=room)
    return Line(begin(gate, key()), clock, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("rtt_ms", [1, 20, 100, 300, 590])
def test_passes_at_any_usual_distance(rtt_ms: int) -> None:
    one = line(delay=lambda: rtt_ms / 2)
    assert one.run()["frame"] == "D"
    assert one.session.evidence is not None
    figures = one.session.evidence.burst
    assert figures.answers >= 20_480
    assert figures.per_s >= 10_000
    assert abs(figures.rtt_ms - rtt_ms) <= 1
    assert one.session.evidence.stages == ("price", "burst")


def test_holds_ten_thousand_a_second_for_two_seconds() -> None:
    one = line()
    began = one.clock.mono_ns
    one.run()
    assert one.clock.mono_ns - began >= 2_000 * MS


def test_jitter_passes() -> None:
    dice = random.Random(5)
    for rtt_ms in (20, 100, 300):
        one = line(delay=lambda rtt_ms=rtt_ms: rtt_ms / 2 + dice.expovariate(1 / 10))
        assert one.run()["frame"] == "D"


def test_nobody_is_believed_beyond_the_cap() -> None:
    """Whoever holds pongs back for a second still has only 600 + 250 ms for an answer."""
    one = line(delay=lambda: 500)
    assert one.run()["frame"] == "X"
    assert isinstance(one.session.failure, BurstFailed)


def test_silence_after_the_greeting_ends_it() -> None:
    one = line(bend=lambda frame: [])
    assert one.run(30)["code"] == "burst_failed"


class _Hiccup:
    """A line that stands still for some time, once or more often, in the middle of bursts."""

    def __init__(self, *stalls: tuple[int, float]) -> None:
        self._stalls = dict(stalls)
        self._carried = 0

    def __call__(self) -> float:
        self._carried += 1
        return 5 + self._stalls.get(self._carried, 0.0)


def test_one_stall_of_less_than_a_second_is_forgiven() -> None:
    one = line(delay=_Hiccup((60, 900.0)))
    assert one.run()["frame"] == "D"
    assert one.session.evidence is not None
    assert 500 < one.session.evidence.burst.stall_ms < 1_000
    assert not any(frame[:2] == b"S\x01" and frame[2] == 2 for frame in one.seen), "no retry"


def test_a_second_stall_costs_the_free_retry() -> None:
    one = line(delay=_Hiccup((50, 500.0), (85, 500.0)))
    assert one.run()["frame"] == "D"
    assert any(frame[:3] == b"S\x01\x02" for frame in one.seen)


def test_there_is_one_retry() -> None:
    one = line(delay=_Hiccup((60, 3_000.0), (140, 3_000.0)))
    assert one.run()["code"] == "burst_failed"


def test_somebody_who_is_half_as_fast_fails() -> None:
    """Answers come, in order and right, at half the pace."""
    free = [0]

    def slow(frame: bytes) -> list[bytes]:
        return [frame]

    one = line(bend=slow)

    def delay() -> float:
        if one.seen and one.seen[-1][:1] == b"N":
            free[0] = max(free[0], one.clock.mono_ns) + 46 * MS  # 4 blocks at 5,600 a second
            return (free[0] - one.clock.mono_ns) / MS
        return 0.5

    one.delay = delay
    assert one.run()["code"] == "burst_failed"


def _after(kind: bytes, number: int, change: object) -> object:
    """Bends the client's ``number``-th frame of a kind."""
    met = [0]

    def bend(frame: bytes) -> list[bytes]:
        met[0] += frame[:1] == kind
        return change(frame) if frame[:1] == kind and met[0] == number else [frame]  # type: ignore[operator]

    return bend


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda frame: [frame[:-1]], FrameRefused),
        (lambda frame: [frame[:5]], FrameRefused),
        (lambda frame: [b""], FrameRefused),
        (lambda frame: [frame + b"\0"], FrameRefused),
        (lambda frame: [frame + bytes(9_000)], FrameTooLarge),
        (lambda frame: [frame, frame], FrameRefused),
        (lambda frame: [frame[:1] + b"\0\0\1\0" + frame[5:]], FrameRefused),
        (lambda frame: [frame[:261], b"a" + (40).to_bytes(4, "big") + frame[261:]], FrameRefused),
        (lambda frame: [b"p" + bytes(8)], FrameRefused),
        (lambda frame: [b"t" + bytes(8)], FrameRefused),
        (lambda frame: [b"z" + frame[1:]], FrameRefused),
        (lambda frame: [frame[:-1] + bytes([frame[-1] ^ 1])], BurstFailed),
    ],
    ids=[
        "truncated", "no answers", "empty", "a byte too many", "oversized", "repeated", "elsewhere", "split",
        "stray pong", "stray tick", "unknown", "wrong",
    ],
)  # fmt: skip
def test_a_bent_answer_ends_the_session(change: object, error: type[Exception]) -> None:
    one = line(bend=_after(b"a", 10, change))
    outcome = one.run()
    assert outcome["frame"] == "X"
    assert type(one.session.failure) is error
    assert sum(frame[:1] == b"S" for frame in one.seen) == 1, "this earns no retry"


def test_reordered_answers_are_refused() -> None:
    held: list[bytes] = []

    def swap(frame: bytes) -> list[bytes]:
        if frame[:1] == b"a" and not held:
            held.append(frame)
            return []
        return [frame, held.pop()] if held and held[0] != b"" else [frame]

    one = line(bend=swap)
    one.run()
    assert isinstance(one.session.failure, FrameRefused)


@pytest.mark.parametrize("number", [1, 8])
def test_a_pong_to_nothing_is_refused(number: int) -> None:
    one = line(bend=_after(b"p", number, lambda frame: [b"p" + bytes(8)]))
    assert one.run()["code"] == "frame_refused"


def test_a_pong_twice_is_refused() -> None:
    one = line(bend=_after(b"p", 3, lambda frame: [frame, frame]))
    assert one.run()["code"] == "frame_refused"


def test_the_gates_clock_running_backwards_lets_nobody_in() -> None:
    one = line()
    for frame in one.session.due(one.clock.mono_ns):
        one.session.receive(one.player.on(frame) or b"", one.clock.mono_ns - 1)
    assert isinstance(one.session.failure, BurstFailed)
    assert one.session.due(one.clock.mono_ns)[0][:1] == b"X"


def test_what_is_over_stays_over() -> None:
    one = line(bend=lambda frame: [b"?"])
    one.run()
    failure = one.session.failure
    one.session.receive(b"p" + bytes(8), one.clock.mono_ns)
    assert one.session.failure is failure
    assert one.session.due(one.clock.mono_ns) == []


def test_language_rounds_follow_the_burst() -> None:
    room = QuizRoom()
    one = line(room=room, think=answers_after(5))
    assert one.run()["frame"] == "D"
    assert one.session.evidence is not None
    assert one.session.evidence.stages == ("price", "burst", "language")
    assert one.session.evidence.reading == (12, 12, True, {"supply": "quiz"})
    assert room.opened == [(3, None)]
    ticks = sum(frame[:1] == b"T" for frame in one.seen)
    assert 28 <= ticks <= 33, "two a second for 15 seconds"


def test_wrong_answers_fail() -> None:
    one = line(room=QuizRoom(), think=answers_after(2, (1, 2, 0, 0)))
    assert one.run()["code"] == "reading_failed"
    assert isinstance(one.session.failure, ReadingFailed)


def test_a_round_that_takes_too_long_counts_as_wrong() -> None:
    """Its answers still come, later, and are for nothing."""
    slow = iter([7.0, 1.0, 1.0])
    one = line(room=QuizRoom(), think=lambda _: (next(slow), (1, 2, 3, 4)))
    assert one.run()["code"] == "reading_failed"
    rounds = [frame for frame in one.seen if frame[:1] == b"R"]
    assert [frame[1] for frame in rounds] == [1, 2, 3]


def test_ticks_must_go_on_while_a_round_is_read() -> None:
    one = line(room=QuizRoom(), think=answers_after(5), bend=_after(b"t", 7, lambda frame: []))
    assert one.run()["code"] in ("burst_failed", "frame_refused")


def test_answers_by_another_chain_are_refused() -> None:
    """What somebody else's connection read cannot be handed in here."""
    one = line(
        room=QuizRoom(),
        think=answers_after(1),
        bend=_after(b"r", 1, lambda frame: [frame[:6] + bytes(16) + frame[22:]]),
    )
    assert one.run()["code"] == "frame_refused"


def test_answers_bound_to_an_old_tick_are_refused() -> None:
    """The chain as it was before the round was shown proves nothing about who read it."""
    one = line(
        room=QuizRoom(),
        think=answers_after(1),
        bend=_after(b"r", 2, lambda frame: [frame[:2] + (1).to_bytes(4, "big") + frame[6:]]),
    )
    assert one.run()["code"] == "frame_refused"


def test_a_supply_that_runs_dry_ends_the_session() -> None:
    class Dry(QuizRoom):
        def open(self, rounds: Rounds, owner: str | None) -> object:  # type: ignore[override]
            raise Unavailable("No text is left.")

    assert line(room=Dry(), think=answers_after(1)).run()["title"] == "No text is left."


def test_a_probe_is_a_tenth_of_a_burst() -> None:
    policy = CHEAP.for_probe()
    assert policy.burst_blocks == 36
    for rtt_ms in (1, 100, 300):
        one = line(policy=replace(policy), delay=lambda rtt_ms=rtt_ms: rtt_ms / 2)
        assert one.run()["frame"] == "D"
