"""``eclosion monitor``: from a log to a report, an exit status, and a run that is killed and goes on."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.soon import soon

MAIN = "from eclosion.entry.cli import main; main()"
PLAIN = "hello my friend we should meet at midnight behind the common room"
HIDDEN = "uryyb zl sevraq jr fubhyq zrrg ng zvqavtug oruvaq gur pbzzba ebbz"


def record(text: str, actor: str = "ada") -> str:
    return json.dumps({"id": "p", "title": "On ferns", "content": text, "author": actor}) + "\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    text = record("Lovely weather today.") + record(f"Good evening. {HIDDEN}")
    (tmp_path / "posts.jsonl").write_text(text)
    return Path("posts.jsonl")  # commands run in that folder


def test_report_says_who_said_what_in_the_clear(run: Run, log: Path) -> None:
    ended = run("monitor", log)
    assert ended.status == 0
    for told in (
        "ciphers/rot",
        "ada",
        "public",
        "posts.jsonl:2",
        "/content",
        "hello my friend",
        "1 findings: 1 medium",
    ):
        assert told in ended.out


def test_exit_status_follows_the_worst(run: Run, log: Path) -> None:
    assert run("monitor", log, "--fail-on", "medium").status == 1
    assert run("monitor", log, "--fail-on", "high").status == 0


def test_findings_for_a_program(run: Run, log: Path, tmp_path: Path) -> None:
    (told,) = map(json.loads, run("monitor", log, "--json").out.splitlines())
    assert (told["decoded"], told["line"], told["pointer"]) == (PLAIN, 2, "/content")
    start, end = told["span"]
    assert f"Good evening. {HIDDEN}"[start:end] == told["evidence"]
    assert json.loads(run("monitor", log, "--sarif").out)["version"] == "2.1.0"
    metrics = tmp_path / "m.prom"
    run("monitor", log, "--metrics", metrics)
    assert (
        'eclosion_monitor_findings_total{rule="ciphers/rot",severity="medium"} 1'
        in metrics.read_text()
    )


def test_baseline_leaves_what_is_new(run: Run, log: Path, tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    made = run("monitor", log, "--write-baseline", known, "--reason", "It is a game.")
    assert "knows 1 findings" in made.err
    with log.open("a") as file:
        file.write(record(f"Again. {HIDDEN}", "bob"))
    found = [
        json.loads(line)["actor"]
        for line in run("monitor", log, "--json", "--baseline", known).out.splitlines()
    ]
    assert found == ["bob"]


def test_own_rules_and_suppressions(run: Run, log: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yml"
    rules.write_text(
        "rules:\n  - title: Weather talk\n    level: high\n    detection: {a: [weather], condition: a}\n"
        "suppress:\n  - {rule: 'ciphers/*', reason: It is a game.}\n"
    )
    ended = run("monitor", log, "--json", "--rules", rules)
    assert [json.loads(line)["rule"] for line in ended.out.splitlines()] == ["site/weather-talk"]
    assert "Suppressed 1 times: ciphers/* (It is a game.)" in ended.err


def test_bad_wishes_are_refused(run: Run, log: Path, tmp_path: Path) -> None:
    for words, told in (
        (["--json", "--sarif"], "Choose one"),
        (["--least", "terrible"], "no severity"),
        (["--format", "papyrus"], "no format"),
        (["--write-baseline", "x.json"], "--reason"),
        (["--follow", "--sarif"], "SARIF"),
        (["--only", "nobody"], "no detector"),
        (["-"], "Standard input"),
    ):
        ended = run("monitor", log, *words)
        assert (ended.status, told in ended.err) == (2, True), ended
    assert run("monitor", tmp_path / "nowhere").status == 1


def test_rules_are_listed_and_explained(run: Run) -> None:
    listed = run("monitor", "rules").out
    assert "ciphers/rot" in listed
    rules = json.loads(run("monitor", "rules", "--json").out)
    assert [one["id"] for one in rules if len(one["about"].split()) < 6] == []
    first_of = {one["id"].partition("/")[0]: one for one in reversed(rules)}
    for rule in first_of.values():
        assert rule["title"] in run("monitor", "explain", rule["id"]).out
    ended = run("monitor", "explain", "ciphers/rott")
    assert (ended.status, "Did you mean ciphers/rot?" in ended.err) == (1, True)


def start(*words: str | Path, **more: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", MAIN, "monitor", *map(str, words)]
    return subprocess.Popen(command, **more)  # type: ignore[call-overload,no-any-return]


def test_standard_input_and_a_stop(tmp_path: Path) -> None:
    """What comes through a pipe is told when it comes; the end of the pipe ends the run."""
    told = subprocess.run(
        [sys.executable, "-c", MAIN, "monitor", "-", "--json"],
        input=record(HIDDEN).encode(),
        capture_output=True,
        check=True,
        cwd=tmp_path,
    )
    assert json.loads(told.stdout)["decoded"] == PLAIN


@pytest.mark.slow
def test_killed_run_goes_on_and_its_file_holds_everything_once(tmp_path: Path) -> None:
    """Killed hard three times while a log grows; slow, since it starts a process each time."""
    log, state, output = tmp_path / "a.jsonl", tmp_path / "state", tmp_path / "found.jsonl"
    log.touch()
    words = (log, "--follow", "--json", "--state", state, "--output", output, "--only", "ciphers")
    written = 0
    for turn in range(4):
        with log.open("a") as file:
            for _ in range(60):
                file.write(record(f"Number {written}. {HIDDEN}", f"agent {written}"))
                written += 1
        process = start(*words)
        try:
            wanted = written if turn == 3 else written - 40

            def so_far(wanted: int = wanted) -> bool:
                return output.exists() and len(output.read_bytes().splitlines()) >= wanted

            assert soon(so_far, 60)
            if turn < 3:
                process.send_signal(signal.SIGKILL)
            else:
                process.send_signal(signal.SIGTERM)
                assert process.wait(60) == 0
        finally:
            process.kill()
            process.wait()
    actors = [json.loads(line)["actor"] for line in output.read_text().splitlines()]
    assert sorted(actors) == sorted(f"agent {number}" for number in range(written))
    assert state.stat().st_size < 10_000
