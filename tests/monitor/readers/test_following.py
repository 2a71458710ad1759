"""Logs that grow, are rotated, cut and packed, and runs that end and go on: nothing lost, nothing told twice."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from eclosion.kernel.errors import Invalid
from eclosion.kernel.finding import Finding, Severity, Span
from eclosion.monitor import Monitor, Passage, Sighting
from eclosion.monitor.readers import tailing
from eclosion.monitor.watching import Watch


class Counts:
    """Finds each ``find-N`` in a text; ``memory`` holds what it was shown."""

    name = "counts"

    def __init__(self) -> None:
        self.memory: list[str] = []

    def look(self, passage: Passage) -> Iterator[Finding]:
        self.memory.append(passage.text)
        for match in passage.text.split():
            if match.startswith("find-"):
                at = passage.text.find(match)
                span = Span(at, at + len(match))
                yield Finding("counts/find", Severity.LOW, 1, match, "It is there.", span=span)


class Following:
    """A watch, one round at a time."""

    def __init__(self, folder: Path, state: Path | None = None) -> None:
        self.counts = Counts()
        self.watch = Watch(Monitor([self.counts]), [folder], "auto", state)

    def rounds(self, times: int = 3) -> list[str]:
        found: list[Sighting] = []
        for _ in range(times):
            found += list(self.watch.round())
        return [one.finding.title for one in found if one.finding.rule == "counts/find"]

    def end(self) -> None:
        self.watch.close()


def line(number: int) -> str:
    return json.dumps({"n": number, "text": f"something like find-{number} here"}) + "\n"


def put(path: Path, numbers: range, mode: str = "a") -> None:
    with path.open(mode) as file:
        file.write("".join(map(line, numbers)))


def titles(numbers: range) -> list[str]:
    return [f"find-{number}" for number in numbers]


Follow = Callable[..., Following]


@pytest.fixture
def follow() -> Iterator[Follow]:
    """Makes watches, and ends those that a test has not ended."""
    made: list[Following] = []

    def make(folder: Path, state: Path | None = None) -> Following:
        made.append(Following(folder, state))
        return made[-1]

    yield make
    for one in made:
        one.end()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "logs"
    made.mkdir()
    return made


def test_what_is_appended_is_found_and_half_a_line_waits(follow: Follow, folder: Path) -> None:
    log = folder / "a.jsonl"
    put(log, range(3))
    watch = follow(folder)
    assert watch.rounds() == titles(range(3))
    with log.open("a") as file:
        file.write(line(3)[:10])
        file.flush()
        assert watch.rounds() == []
        file.write(line(3)[10:])
    assert watch.rounds() == titles(range(3, 4))


def test_plain_text_is_not_held_back(follow: Follow, folder: Path) -> None:
    watch = follow(folder)
    (folder / "a.log").write_text("find-1 now\n")
    assert watch.rounds() == ["find-1"]
    with (folder / "a.log").open("a") as file:
        file.write("find-2 then\n")
    assert watch.rounds() == ["find-2"]


def test_rotated_log_is_read_to_its_end_before_the_new_one(follow: Follow, folder: Path) -> None:
    log = folder / "a.jsonl"
    put(log, range(2))
    watch = follow(folder)
    assert watch.rounds() == titles(range(2))
    put(log, range(2, 4))
    log.rename(folder / "a.jsonl.1")
    put(log, range(4, 6))
    assert watch.rounds() == titles(range(2, 6))


def test_two_rotations_between_two_looks(follow: Follow, folder: Path) -> None:
    log = folder / "a.jsonl"
    put(log, range(2))
    watch = follow(folder)
    assert watch.rounds() == titles(range(2))
    log.rename(folder / "a.jsonl.2")
    put(log, range(2, 4))
    log.rename(folder / "a.jsonl.1")
    put(log, range(4, 6))
    assert Counter(watch.rounds()) == Counter(titles(range(2, 6)))


def test_cut_log_is_begun_anew_and_told(follow: Follow, folder: Path) -> None:
    log = folder / "a.jsonl"
    put(log, range(5))
    watch = follow(folder)
    assert watch.rounds() == titles(range(5))
    put(log, range(7, 8), "w")
    found = list(watch.watch.round()) + list(watch.watch.round())
    assert [one.finding.rule for one in found] == ["monitor/unreadable", "counts/find"]
    assert "shorter" in found[0].finding.message


def test_removed_log_is_read_to_its_end(follow: Follow, folder: Path) -> None:
    log = folder / "a.jsonl"
    put(log, range(2))
    watch = follow(folder)
    watch.rounds()
    with log.open("a") as file:
        file.write(line(2))
        file.flush()
        log.unlink()
    assert watch.rounds() == titles(range(2, 3))


def test_restart_goes_on_where_it_was(follow: Follow, folder: Path, tmp_path: Path) -> None:
    log, state = folder / "a.jsonl", tmp_path / "state"
    put(log, range(10))
    first = follow(folder, state)
    assert first.rounds() == titles(range(10))
    first.end()
    put(log, range(10, 12))
    second = follow(folder, state)
    assert second.rounds() == titles(range(10, 12))
    assert len(second.counts.memory) == 12  # it was shown what came before, muted


@pytest.mark.parametrize("how", ["moved", "packed", "twice"])
def test_restart_after_a_rotation_meanwhile(
    follow: Follow, folder: Path, tmp_path: Path, how: str
) -> None:
    log, state = folder / "a.jsonl", tmp_path / "state"
    put(log, range(100))
    first = follow(folder, state)
    assert first.rounds() == titles(range(100))
    first.end()
    put(log, range(100, 110))
    aside = folder / "a.jsonl.1"
    log.rename(aside)
    if how == "packed":
        (folder / "a.jsonl.1.gz").write_bytes(gzip.compress(aside.read_bytes()))
        aside.unlink()
    if how == "twice":
        aside.rename(folder / "a.jsonl.2")
        put(folder / "a.jsonl.1", range(110, 112))
        put(log, range(112, 115))
    else:
        put(log, range(110, 115))
    second = follow(folder, state)
    assert Counter(second.rounds()) == Counter(titles(range(100, 115)))


def test_long_log_is_entered_near_its_end(
    follow: Follow, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tailing, "WARM_BYTES", 1_000)
    log, state = folder / "a.jsonl", tmp_path / "state"
    put(log, range(1_000))
    first = follow(folder, state)
    first.rounds()
    first.end()
    put(log, range(1_000, 1_003))
    second = follow(folder, state)
    found = list(second.watch.round())
    assert [one.finding.title for one in found] == titles(range(1_000, 1_003))
    assert [one.line for one in found] == [1_001, 1_002, 1_003]
    assert len(second.counts.memory) < 30


def test_whole_documents_are_not_read_twice(follow: Follow, folder: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    records = [json.loads(line(number)) for number in range(4)]
    (folder / "a.json").write_text(json.dumps(records, indent=1))
    (folder / "b.jsonl.gz").write_bytes(gzip.compress("".join(map(line, range(4, 8))).encode()))
    first = follow(folder, state)
    assert Counter(first.rounds()) == Counter(titles(range(8)))
    first.end()
    second = follow(folder, state)
    assert second.rounds() == []


def test_killed_anywhere_a_run_loses_and_doubles_nothing(
    follow: Follow, folder: Path, tmp_path: Path
) -> None:
    """Rounds of writing, rotating, stopping in the middle and going on."""
    rng = random.Random(7)
    log, state = folder / "a.jsonl", tmp_path / "state"
    written = 0
    found: list[str] = []
    for turn in range(30):
        amount = rng.randint(0, 40)
        put(log, range(written, written + amount))
        written += amount
        if rng.random() < 0.3 and log.exists():
            log.rename(folder / f"a.jsonl.{100 - turn}")
            put(log, range(written, written + 3))
            written += 3
        watch = follow(folder, state)
        stop_after = rng.randint(1, 30)
        for sighting in watch.watch.round():
            found.append(sighting.finding.title)
            stop_after -= 1
            if not stop_after:
                break
        watch.end()
    found += follow(folder, state).rounds()
    lost = set(titles(range(written))) - set(found)
    assert lost == set()
    doubled = {title for title, times in Counter(found).items() if times > 1}
    # A run is left right after a finding was handed on and before that was noted: this one may come again.
    assert len(doubled) <= 30


def test_state_that_is_none_is_refused(follow: Follow, tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.write_text('{"version": 1, "files": 3}')
    with pytest.raises(Invalid, match="no state of the monitor"):
        follow(tmp_path, state)


def test_backlog_is_told(follow: Follow, folder: Path) -> None:
    put(folder / "a.jsonl", range(20_000))
    watch = follow(folder)
    rounds = watch.watch.round()
    next(rounds)
    assert watch.watch.behind_bytes > 500_000
    assert (folder / "a.jsonl").stat().st_size > watch.watch.behind_bytes
