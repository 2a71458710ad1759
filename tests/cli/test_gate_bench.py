"""``eclosion gate bench`` and ``attack`` in small: a crowd that reads, what it costs, and how both end when told to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eclosion.cli.gate import gate
from eclosion.cli.gate_crowding import Costs, Spell, costs_of, spell_of
from eclosion.gate.crowd import Pass
from tests.soon import soon

SRC = Path(__file__).parents[2] / "src"


@pytest.mark.slow
def test_a_crowd_passes_and_its_cost_is_told() -> None:
    """Some thirty agents, two or three at once. Slow: a server starts, and bursts take their two seconds."""
    sizes = ["--tries", "0", "--spends", "0", "--sessions", "2", "--per-s", "1"]
    done = CliRunner().invoke(gate, ["bench", *sizes, "--json"])
    rows = {row["what"]: row for row in json.loads(done.stdout)}
    passed, tried = map(int, rows["2 at once, 1/s: passes"]["found"].split()[0].split("/"))
    assert tried == 32, done.output
    assert passed >= 24, "bursts are held to the clock, and a busy machine may be late for some"
    assert rows["2 at once, 1/s: cores of the server"]["reached"]
    assert rows["kept after 40,000 hellos"]["reached"]


def _pass(opened_s: float, ended_s: float) -> Pass:
    return Pass(True, "", 0.0, 0.0, opened_s - 1, opened_s, ended_s)


def test_a_spell_counts_who_was_there_and_what_was_used() -> None:
    passes = [_pass(0, 10), _pass(4, 14), _pass(30, 40), _pass(5, 5)]
    used = [(float(at), at / 10) for at in range(60)]
    spell = spell_of(passes, used, 2, 12)
    assert (spell.seconds, spell.came, spell.ended) == (10, 1, 1)
    assert spell.cpu_s == pytest.approx(1.0)
    assert spell.open_s == 8 + 8


def test_passing_and_staying_are_told_apart() -> None:
    """A server that uses 50 ms a pass and 2 ms a second of a session is found to do so."""
    coming = Spell(30, 300 * 0.05 + 30_000 * 0.002, 300, 300, 30_000)
    staying = Spell(50, 25_000 * 0.002, 0, 1_000, 25_000)
    costs = costs_of(coming, staying)
    assert costs == pytest.approx(Costs(0.05, 0.002))
    assert costs.cores(1_000, 10) == pytest.approx(0.5 + 2.0)


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ["bench", "--tries", "100", "--rtt", "1", "--spends", "0", "--sessions", "0"],
        ["bench", "--tries", "0", "--spends", "0", "--sessions", "100", "--per-s", "1"],
        ["attack", "forgeries", "--forgeries", "100000"],
        ["attack", "spends", "--spends", "100000000"],
    ],
    ids=["passes", "crowd", "forgeries", "spends"],
)
def test_what_was_started_ends_with_the_command(words: list[str]) -> None:
    """Slow: servers and workers start. They know each other by an environment that nothing else has."""
    mark = f"ECLOSION_TEST_MARK={os.getpid()}-{'-'.join(words[:2])}-{words[-1]}"
    name, _, value = mark.partition("=")
    command = [sys.executable, "-c", "from eclosion.entry.cli import main; main()", "gate", *words]
    environment = {**os.environ, "PYTHONPATH": str(SRC), name: value}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as running:
        try:
            assert soon(lambda: len(_marked(mark)) > 1, 60), "it has children"
            running.send_signal(signal.SIGTERM)
            assert running.wait(120) == 128 + signal.SIGTERM
            assert soon(lambda: not _marked(mark), 60), "none is left"
        finally:
            for pid in _marked(mark):
                os.kill(pid, signal.SIGKILL)


def _marked(mark: str) -> list[int]:
    """The processes that were started with this in their environment and have not ended."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark.encode() in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found
