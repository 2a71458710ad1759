"""``eclosion gate attack`` in small: all its kinds but the browser, which tests/gate/attack has."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eclosion.cli.gate import gate
from eclosion.cli.gate_spending import own_redis, spend_twice

SMALL = ["--people", "20", "--relays", "5", "--lives", "2", "--forgeries", "10"]


def test_the_table_tells_who_got_in() -> None:
    """Goals are for the usual form; what whole rounds let in is told beside it."""
    done = CliRunner().invoke(gate, ["attack", "people", "relays", "forgeries", *SMALL])
    assert done.exit_code == 0, done.output
    lines = {line.partition("  ")[0]: line for line in done.stdout.splitlines()}
    assert "0/10 [0.000000, 0.277533]" in lines["people who click once for each answer"]
    assert "goal 0: reached" in lines["replayed proofs"]
    assert "5/5" in lines["average person, quick chat, 3 rounds of 8, 8 at once in 30 s"]
    assert "reached" in lines["average person, quick chat, 3 rounds of 8, one by one in 6 s"]
    assert "CONTROL FAILED" not in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgres", "redis"])
def test_nothing_is_spent_twice_while_processes_die(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Slow: some ten processes start and two are killed; Redis is killed as well."""
    if kind == "redis":
        if shutil.which("redis-server") is None:
            pytest.skip("Redis is not installed (package redis-server)")
        with own_redis() as found:
            assert found is not None
            spends = spend_twice(found[0], 6_400, 1, crash=found[1], legs=1)
    elif kind == "sqlite":
        spends = spend_twice(str(tmp_path / "spent.db"), 6_400, 1, legs=1)
    else:
        url = request.getfixturevalue("postgres_url")
        spends = spend_twice(url, 1_280, 1, legs=1, threads=3)
    assert spends.doubles == 0
    assert spends.names >= 20
    assert spends.kills <= 2
    assert spends.lost <= 2 * 8 + spends.refused


@pytest.mark.slow
def test_a_store_that_forgets_is_found_out(tmp_path: Path) -> None:
    """What was spent before it lost its memory is spent again. Slow: ten processes start."""
    place = tmp_path / "spent.db"

    def lose() -> None:
        with closing(sqlite3.connect(place, timeout=30, isolation_level=None)) as connection:
            connection.execute("DELETE FROM gate_spent")

    assert spend_twice(str(place), 12_800, 1, crash=lose, legs=1).doubles > 0
