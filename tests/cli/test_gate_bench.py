"""``eclosion gate bench`` in small: a crowd that reads, through all stages."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from eclosion.cli.gate import gate


@pytest.mark.slow
def test_a_crowd_passes_and_its_cost_is_told() -> None:
    """Six agents, two or three at once. Slow: a server starts, and bursts take their two seconds."""
    sizes = ["--tries", "0", "--spends", "0", "--sessions", "2", "--per-s", "1"]
    done = CliRunner().invoke(gate, ["bench", *sizes, "--json"])
    rows = {row["what"]: row for row in json.loads(done.stdout)}
    assert rows["2 at once, 1/s: passes"]["found"].startswith("6/6"), done.output
    assert rows["2 at once, 1/s: cores of the server"]["reached"]
    assert rows["kept after 40,000 hellos"]["reached"]
