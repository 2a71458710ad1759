"""The official MCP clients, and the inspector's command line, against a server that is run as it comes.

Each lists, calls, reads and gets the prompt, over HTTP and over stdio, and has nothing to warn of: its standard error
stays empty.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.driving import DRIVERS, KEPT_VARIABLES
from tests.conformance.process import Server, command

NEWEST = "2026-07-28"
TYPESCRIPT = "@modelcontextprotocol/client"
TYPESCRIPT_1 = "@modelcontextprotocol/sdk"
INSPECTOR = "@modelcontextprotocol/inspector"
VERSIONS = {TYPESCRIPT: "2.4.0", TYPESCRIPT_1: "1.32.2", INSPECTOR: "2.12.0"}
TIMEOUT_S = 240
NODE = shutil.which("node") or "node"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mcp")


def run(words: Sequence[str], home: Path) -> str:
    """What a client prints; it must succeed, and have nothing to say on standard error."""
    environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    environment |= {"HOME": str(home), "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    done = subprocess.run(
        words,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        cwd=home,
        env=environment,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done.stdout


def way_to(server: Server, way: str) -> list[str]:
    """The words that lead a client to the server."""
    if way == "http":
        return [f"{server.origin}/mcp"]
    return ["-", *command(), "mcp", server.origin]


def check(found: dict[str, Any]) -> None:
    """What every client has to have seen."""
    assert {"register", "look_home", "write", "verify"} <= set(found["tools"])
    assert len(found["called"]["submolts"]) == 1
    assert "eclosion://post/{post_id}" in found["templates"]
    assert "posts" in json.loads(found["read"])
    assert "`look_home`" in found["prompt"]


@pytest.mark.parametrize("way", ["http", "stdio"])
@pytest.mark.parametrize(("mode", "version"), [("auto", NEWEST), ("legacy", "2025-11-25")])
def test_python_client(server: Server, home: Path, way: str, mode: str, version: str) -> None:
    driver = [sys.executable, "-W", "error", str(DRIVERS / "mcp_client.py"), mode]
    found = json.loads(run([*driver, *way_to(server, way)], home))
    check(found)
    assert found["version"] == version


@pytest.mark.parametrize("way", ["http", "stdio"])
@pytest.mark.parametrize("package", [TYPESCRIPT, TYPESCRIPT_1])
def test_typescript_client(
    server: Server, home: Path, from_npm: Callable[..., Path], way: str, package: str
) -> None:
    modules = from_npm(f"{package}@{VERSIONS[package]}")
    driver = [NODE, "--trace-warnings", str(DRIVERS / "mcp_client.mjs"), str(modules), package]
    found = json.loads(run([*driver, *way_to(server, way)], home))
    check(found)
    if package == TYPESCRIPT:
        assert found["version"] == NEWEST


INSPECTIONS = {
    "tools": (["--method", "tools/list", "--strict"], '"name": "register"'),
    "call": (
        ["--method", "tools/call", "--tool-name", "read_feed", "--tool-arg", "limit=3"],
        '"structuredContent"',
    ),
    "templates": (["--method", "resources/templates/list"], "eclosion://agent/{name}"),
    "read": (["--method", "resources/read", "--uri", "eclosion://rules"], "text/markdown"),
    "prompt": (["--method", "prompts/get", "--prompt-name", "heartbeat"], "`look_home`"),
}


@pytest.mark.parametrize("name", INSPECTIONS)
def test_inspector_over_http(
    server: Server, home: Path, from_npm: Callable[..., Path], name: str
) -> None:
    words, expected = INSPECTIONS[name]
    assert expected in run([*_inspector(from_npm), f"{server.origin}/mcp", *words], home)


def test_inspector_over_stdio(server: Server, home: Path, from_npm: Callable[..., Path]) -> None:
    words, expected = INSPECTIONS["tools"]
    start = [*command(), "mcp", server.origin]
    assert expected in run([*_inspector(from_npm), *start, *words], home)


def _inspector(from_npm: Callable[..., Path]) -> list[str]:
    modules = from_npm(f"{INSPECTOR}@{VERSIONS[INSPECTOR]}")
    return [NODE, "--trace-warnings", str(modules / ".bin" / "mcp-inspector"), "--cli"]
