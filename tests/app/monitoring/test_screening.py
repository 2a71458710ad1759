"""Drafts, looked at before they are published."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from eclosion.app.house import House, open_house
from eclosion.app.monitoring import MonitorRules, MonitorScreen
from eclosion.app.settings import Settings
from eclosion.kernel.clock import ManualClock
from eclosion.kernel.finding import Finding, Severity
from eclosion.monitor import Monitor, Passage
from eclosion.network.context import Draft, Verdict
from tests.app.monitoring.test_network_monitor import Whisperer

DRAFT = Draft("post", "ada", "psst", "a text", "")
HOLDING = MonitorRules(screen="hold", screen_from="high", screen_confidence=0.8)


def screen(detector: object, rules: MonitorRules = HOLDING) -> MonitorScreen:
    return MonitorScreen(rules, Monitor([detector]))  # type: ignore[list-item]


def test_what_is_surely_dangerous_is_held_or_refused() -> None:
    assert screen(Whisperer()).judge(DRAFT).verdict is Verdict.HOLD
    refusing = replace(HOLDING, screen="refuse")
    judged = screen(Whisperer(), refusing).judge(DRAFT)
    assert (judged.verdict, judged.reason) == (Verdict.REFUSE, "It looks dangerous: a whisper.")


@pytest.mark.parametrize(
    "mild", [{"severity": Severity.MEDIUM}, {"confidence": 0.7}], ids=["severity", "confidence"]
)
def test_what_is_mild_or_unsure_passes(mild: dict[str, object]) -> None:
    assert screen(Whisperer(**mild)).judge(DRAFT).verdict is Verdict.PASS


def test_broken_detector_keeps_nobody_from_publishing() -> None:
    class Broken:
        name = "broken"

        def look(self, passage: Passage) -> Iterator[Finding]:
            raise RuntimeError

    assert screen(Broken()).judge(DRAFT).verdict is Verdict.PASS


def test_whoever_would_wait_passes() -> None:
    inside, go_on = threading.Event(), threading.Event()

    class Slow(Whisperer):
        def look(self, passage: Passage) -> Iterator[Finding]:
            inside.set()
            go_on.wait(60)
            yield from super().look(passage)

    slow = screen(Slow())
    thread = threading.Thread(target=lambda: slow.judge(DRAFT))
    thread.start()
    assert inside.wait(60)
    assert slow.judge(DRAFT).verdict is Verdict.PASS
    go_on.set()
    thread.join()
    assert slow.judge(DRAFT).verdict is Verdict.HOLD


def test_setting_decides_whether_there_is_a_screen(settings: Settings, house: House) -> None:
    assert not isinstance(house.network.screen, MonitorScreen)
    house.close()
    made = open_house(replace(settings, monitor=HOLDING), ManualClock())
    try:
        assert isinstance(made.network.screen, MonitorScreen)
    finally:
        made.close()
