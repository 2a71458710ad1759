"""What a busy machine does to a session: our own lateness is nobody's fault, up to a second."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from eclosion.gate import Policy
from eclosion.gate.driving import FORGIVEN_NS, Drive, Wakefulness
from eclosion.gate.ports import MachineClock
from eclosion.gate.session import Session
from eclosion.gate.solver import Player
from tests.gate.world import MS, Dice


async def _drive(slept_s: list[float]) -> tuple[bool, int]:
    """A player on the same event loop, which sleeps so long in the middle of bursts; passed, and attempts."""
    clock, heard, player, starts = MachineClock(), asyncio.Queue[Any](), Player(), 0
    session = Session(Policy(), Dice(), None, lambda _: {}, clock.monotonic_ns())
    loop = asyncio.get_running_loop()

    async def send(message: Any) -> None:
        nonlocal starts
        frame = message.get("bytes", b"")
        if frame[:1] == b"S":
            starts += 1
            for at, seconds in enumerate(slept_s):
                loop.call_later(0.4 + 0.7 * at, time.sleep, seconds)
        answer = player.on(frame) if frame else None
        if answer:
            said = {"type": "websocket.receive", "bytes": answer}
            loop.call_later(0.04, heard.put_nowait, said)  # so that some are always on their way

    await Drive(session, clock, heard.get, send).run()
    return session.evidence is not None, starts


@pytest.mark.parametrize(("slept_s", "starts"), [([0.4, 0.4], 1), ([], 1)], ids=["busy", "calm"])
def test_what_we_slept_counts_for_nobody(slept_s: list[float], starts: int) -> None:
    assert asyncio.run(_drive(slept_s)) == (True, starts)


def test_nobody_gains_more_than_a_second_by_keeping_us_busy() -> None:
    now = [0]

    async def measure() -> list[int]:
        wakefulness = Wakefulness(lambda: now[0])
        session = Session(Policy(), Dice(), None, lambda _: {}, 0)
        drive = Drive(session, MachineClock(), None, None, wakefulness)  # type: ignore[arg-type]
        found = []
        with wakefulness:
            for late_ms in (0, 15, 600, 600, 600):
                before = drive._now_ns()
                now[0] += (10 + late_ms) * MS
                found.append(drive._now_ns() - before)
                await asyncio.sleep(0.03)  # for a beat
        return [each // MS for each in found]

    assert FORGIVEN_NS == 1_000 * MS
    assert asyncio.run(measure()) == [10, 25, 30, 610 - 420, 610]


def test_time_never_runs_backwards() -> None:
    now, dice = [0], iter([3, 40, 5, 900, 1, 30, 2_000, 7])

    async def measure() -> list[int]:
        wakefulness = Wakefulness(lambda: now[0])
        session = Session(Policy(), Dice(), None, lambda _: {}, 0)
        drive = Drive(session, MachineClock(), None, None, wakefulness)  # type: ignore[arg-type]
        with wakefulness:
            found = [drive._now_ns()]
            for step_ms in dice:
                now[0] += step_ms * MS
                found.append(drive._now_ns())
            return found

    found = asyncio.run(measure())
    assert found == sorted(found)
