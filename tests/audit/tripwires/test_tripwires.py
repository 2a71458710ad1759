"""Tripwires: whoever opens a bait is told of, at once or at the next start; what is allowed is not."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from eclosion.audit.tripwires import KINDS, Alarm, Tripwires, Wire, catch_up, watch
from eclosion.audit.tripwires.keeping import is_armed, read_token, remembers_reading
from eclosion.audit.tripwires.kernel_events import open_source
from eclosion.kernel.errors import Conflict, Invalid, NotFound
from eclosion.kernel.finding import Observation
from eclosion.monitor import Monitor
from eclosion.monitor.detectors.leaks.printing import add_prints
from tests.soon import soon

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of opened files")
READ = [sys.executable, "-c", "import sys; open(sys.argv[1]).read()"]


@pytest.fixture
def wires(tmp_path: Path) -> Tripwires:
    return Tripwires(str(tmp_path / "state" / "wires.json"))


@pytest.fixture
def planted(tmp_path: Path, wires: Tripwires) -> list[Wire]:
    return wires.plant(str(tmp_path / "home"), list(KINDS))


def armed(path: str) -> bool:
    return is_armed(Path(path).stat())


def read_by_another(path: str) -> None:
    subprocess.run([*READ, path], check=True)


def test_each_bait_holds_a_token_of_its_own(planted: list[Wire], wires: Tripwires) -> None:
    tokens = {read_token(one) for one in planted}
    assert len(tokens) == len(KINDS)
    assert all(
        one in Path(wire.path).read_text("utf-8") for wire in planted for one in [read_token(wire)]
    )
    assert wires.all() == planted
    kept = Path(wires.place)
    assert kept.stat().st_mode & 0o077 == 0
    assert not any(one in kept.read_text("utf-8") for one in tokens), "the list gives no token away"
    assert all(Path(one.path).stat().st_mode & 0o077 == 0 for one in planted)


def test_planting_again_changes_nothing_and_never_writes_over(
    tmp_path: Path, planted: list[Wire], wires: Tripwires
) -> None:
    assert wires.plant(str(tmp_path / "home"), list(KINDS)) == []
    assert wires.all() == planted
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / ".netrc.bak").write_text("mine")
    with pytest.raises(Conflict, match="Something else"):
        wires.plant(str(tmp_path / "other"), ["netrc"])
    assert (tmp_path / "other" / ".netrc.bak").read_text() == "mine"
    with pytest.raises(Invalid, match="no bait"):
        wires.plant(str(tmp_path), ["gold"])


def test_what_happened_while_nobody_watched_is_told_once(planted: list[Wire]) -> None:
    if not remembers_reading(planted[0].path):
        pytest.skip("this file system notes no reading")
    assert list(catch_up(planted)) == []
    for one in planted[:3]:
        read_by_another(one.path)
    Path(planted[3].path).unlink()
    told = [(one.wire.path, one.what, one.is_late) for one in catch_up(planted)]
    assert told == [
        *((one.path, "read", True) for one in planted[:3]),
        (planted[3].path, "gone", True),
    ]
    assert [one.what for one in catch_up(planted)] == ["gone"]


@pytest.fixture
def watching(planted: list[Wire]) -> Iterator[Callable[..., list[Alarm]]]:
    over = threading.Event()
    threads: list[threading.Thread] = []

    def start(allowed: tuple[str, ...] = ()) -> list[Alarm]:
        alarms: list[Alarm] = []
        ready = threading.Event()

        def is_over() -> bool:
            ready.set()
            return over.is_set()

        thread = threading.Thread(
            target=watch, args=(planted, alarms.append, is_over, allowed), kwargs={"wait_s": 0.02}
        )
        thread.start()
        threads.append(thread)
        assert ready.wait(60)
        return alarms

    yield start
    over.set()
    for thread in threads:
        thread.join(60)


@linux
def test_a_reading_is_told_at_once_and_not_again_at_the_next_start(
    planted: list[Wire], watching: Callable[..., list[Alarm]]
) -> None:
    alarms = watching()
    read_by_another(planted[0].path)
    assert soon(lambda: len(alarms) >= 1)
    assert (alarms[0].wire, alarms[0].what, alarms[0].is_late) == (planted[0], "opened", False)
    assert soon(lambda: armed(planted[0].path))


@linux
@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="fanotify is root's")
def test_root_learns_which_program_it_was_and_may_allow_one(
    planted: list[Wire], watching: Callable[..., list[Alarm]]
) -> None:
    cat = os.path.realpath("/bin/cat")
    alarms = watching((cat,))
    subprocess.run([cat, planted[0].path], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(
        ["/bin/sh", "-c", f"{cat} '{planted[1].path}'; :"], check=True, stdout=subprocess.DEVNULL
    )
    read_by_another(planted[2].path)
    assert soon(lambda: len(alarms) >= 1)
    assert {one.wire for one in alarms} == {planted[2]}, (
        "the allowed program's readings are no alarms"
    )
    assert alarms[0].pid > 0
    assert planted[2].path in alarms[0].program
    for one in planted[:2]:
        assert soon(partial(armed, one.path))


@linux
def test_a_bait_that_is_taken_away_is_told_of(
    planted: list[Wire], watching: Callable[..., list[Alarm]]
) -> None:
    alarms = watching()
    Path(planted[4].path).unlink()
    assert soon(lambda: any(one.what == "gone" for one in alarms))


@linux
def test_without_root_inotify_tells_of_it_too(
    planted: list[Wire], monkeypatch: pytest.MonkeyPatch
) -> None:
    from eclosion.audit.tripwires import kernel_events

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(kernel_events, "_Fanotify", refuse)
    source = open_source([planted[0].path])
    try:
        read_by_another(planted[0].path)
        found: list[str] = []

        def opened() -> bool:
            found.extend(one.what for one in source.read())
            return "opened" in found

        assert soon(opened)
    finally:
        source.close()


def test_a_posted_token_names_the_bait(tmp_path: Path, planted: list[Wire]) -> None:
    prints = tmp_path / "known.prints"
    add_prints(prints, [(f"laptop {one.kind}", read_token(one)) for one in planted], is_canary=True)
    assert prints.stat().st_mode & 0o077 == 0
    monitor = Monitor(only=["leaks"], prints=prints)
    token = read_token(planted[0])
    assert token not in prints.read_text("utf-8")
    for words in (f"look what I found: {token}", f"backup {token[::-1]} done"):
        found = monitor.look(Observation(0, "thief", "post.created", text=words))
        assert any("laptop aws" in one.message for one in found), words


def test_a_file_that_is_none_of_ours_is_refused(tmp_path: Path, wires: Tripwires) -> None:
    Path(wires.place).parent.mkdir()
    Path(wires.place).write_text("{")
    with pytest.raises(Invalid, match="list of tripwires"):
        wires.all()
    with pytest.raises(NotFound):
        Tripwires(str(tmp_path / "none")).remove("/nothing")
    (tmp_path / "p").write_text("hello")
    with pytest.raises(Invalid, match="no file of prints"):
        add_prints(tmp_path / "p", [("x", "long-enough-secret")])
