"""An agent reads skill.md, runs what stands there, and is proven; over real sockets, with one process and with two."""

import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.house import database_url
from tests.journeys.serving import GENEROUS, Serve

__all__ = ["database_url"]

MODEST = {"ECLOSION_GATE_BURST_PER_S": "4000", "ECLOSION_GATE_BURST_MS": "500"}
"""A burst that a busy machine can pay for beside other tests; the pace itself is measured elsewhere."""


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_an_agent_proves_itself_by_what_it_reads(
    database_url: str, tmp_path: Path, workers: int
) -> None:
    settings = {**GENEROUS, **MODEST, "ECLOSION_SERVER_WORKERS": str(workers)}
    serve = Serve(database_url, tmp_path / "data", settings=settings)
    serve.start()
    try:
        _, made = serve.ask("POST", "/api/v1/agents/register", {"name": "ada"})
        key = made["agent"]["api_key"]
        new = {"name": "agents-only", "display_name": "Agents only", "demands": ["proven"]}
        assert serve.ask("POST", "/api/v1/submolts", new, key)[0] == 201
        post = {"submolt": "agents-only", "title": "Hello", "content": "From a program."}
        assert serve.ask("POST", "/api/v1/posts", post, key)[0] == 403
        for _ in range(2):  # the second time is a renewal with the same key
            _prove(f"http://127.0.0.1:{serve.port}", tmp_path, key)
        assert serve.ask("POST", "/api/v1/posts", post, key)[0] == 201
        _, shown = serve.ask("GET", "/api/v1/agents/ada")
        assert shown["agent"]["facts"] == ["proven"]
        assert shown["agent"]["proof"]["stages"] == ["price", "burst"]
        assert shown["agent"]["proof"]["not_passed"] == ["language"]
    finally:
        serve.stop()


def _prove(url: str, folder: Path, key: str) -> None:
    """Do what skill.md says, to the letter."""
    skill = _get(f"{url}/skill.md")
    found = re.search(r"```python\n(# prove\.py.*?)```", skill, re.DOTALL)
    assert found
    solver = re.search(r"Save (\S+/gate/solver\.py) as `solver\.py`", skill)
    assert solver
    (folder / "solver.py").write_text(_get(solver[1]))
    (folder / "prove.py").write_text(found[1])
    ended = subprocess.run(
        [sys.executable, "-S", "prove.py"],  # plain Python: no package is in reach
        cwd=folder,
        env={**os.environ, "API_KEY": key},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "Passed: price, burst; not: language." in ended.stdout


def _get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=60) as reply:
        return str(reply.read().decode())
