"""In front of FastAPI: the example of the docs as it stands, and the dependency."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fastapi import Depends, FastAPI

from eclosion.gate import Entrant, new_secret
from eclosion.gate.asgi import GateMiddleware
from eclosion.gate.fastapi import proven
from eclosion.gate.solver import Agent
from tests.gate.serving import gate_for, running
from tests.ports import free_port

ROOT = Path(__file__).parents[2]


def test_the_example_of_the_docs_runs_as_it_stands(tmp_path: Path) -> None:
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    paths = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    environment = {
        **os.environ,
        "GATE_SECRET": new_secret(),
        "GATE_ORIGIN": origin,
        "PYTHONPATH": paths,
    }
    command = [sys.executable, "-m", "uvicorn", "examples.guarded_api:app", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL
    ) as server:
        try:
            agent = Agent(origin)
            for _ in range(2_000):
                try:
                    agent.enter()
                    break
                except ConnectionRefusedError:
                    time.sleep(0.05)
            status, _, body = agent.request("GET", f"{origin}/secret")
            assert status == 200
            assert json.loads(body) == {"said": "Hands would never have read this."}
            head, claims, signature = agent.token["access_token"].split(".")
            forged = signature[::-1]  # never the same: the last character carries fewer bits
            assert forged != signature
            agent.token["access_token"] = f"{head}.{claims}.{forged}"
            assert agent.request("GET", f"{origin}/secret")[0] == 401
        finally:
            server.terminate()


def test_the_page_shows_the_example_as_it_is() -> None:
    code = (ROOT / "examples" / "guarded_api.py").read_text().partition('"""\n\n')[2]
    assert f"```python\n{code}```" in (ROOT / "docs" / "gate.md").read_text()


def test_five_lines_guard_an_application() -> None:
    """The issue's promise, counted in the example: all lines that name the gate."""
    text = (ROOT / "examples" / "guarded_api.py").read_text().partition('"""\n\n')[2]
    lines = [
        line for line in text.splitlines() if "gate" in line.lower() and "ORIGIN =" not in line
    ]
    assert len(lines) <= 5


@pytest.mark.parametrize("stages", [(), ("language",)])
def test_a_dependency_guards_single_routes(stages: tuple[str, ...]) -> None:
    def make(origin: str) -> FastAPI:
        gate = gate_for(origin)
        app = FastAPI()
        app.add_middleware(GateMiddleware, gate=gate, guard=())

        passed = Depends(proven(gate, *stages))

        @app.get("/open")
        def open_() -> str:
            return "open"

        @app.get("/secret/{name}")
        def secret(name: str, entrant: Entrant = passed) -> str:
            return f"{name} {','.join(entrant.stages)}"

        return app

    with running(make) as origin:
        agent = Agent(origin)
        agent.enter()
        status, _, body = agent.request("GET", f"{origin}/secret/a%20b")
        if stages:
            assert status == 403
            assert json.loads(body)["detail"]["code"] == "insufficient_stages"
        else:
            assert (status, json.loads(body)) == (200, "a b price,burst")
        assert agent.request("GET", f"{origin}/open")[0] == 200
        del agent.token["access_token"]
        agent.token["access_token"] = "x"
        status, headers, body = agent.request("GET", f"{origin}/secret/a")
        assert status == 401
        assert headers["WWW-Authenticate"].startswith("DPoP")
        assert json.loads(body)["detail"]["gate"]["steps"]
