"""``eclosion mcp``: what it hands on, what it prints for clients, and that keys are no flags."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from eclosion.cli.doors import Doors
from tests.cli.conftest import Run


class Noted:
    """What was handed to the door."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Path | None]] = []
        self.doors = Doors(serve=lambda *_: None, serve_stdio=self._serve)

    def _serve(self, url: str, key_file: Path | None) -> None:
        self.told.append((url, key_file))


def test_it_serves_the_network_at_an_address(run: Run) -> None:
    noted = Noted()
    assert run("mcp", doors=noted.doors).out == ""
    assert run("mcp", "https://home.example/", "--key-file", "k", doors=noted.doors).status == 0
    assert noted.told == [("http://127.0.0.1:8080", None), ("https://home.example", Path("k"))]


def test_settings_for_clients_are_printed_as_data(run: Run) -> None:
    ended = run("mcp", "https://home.example", "--print-config")
    (server,) = json.loads(ended.out)["mcpServers"].values()
    assert server["args"] == ["mcp", "https://home.example"]
    assert server["env"] == {"ECLOSION_API_KEY": "${ECLOSION_API_KEY}"}
    assert "claude mcp add eclosion --" in ended.err
    (server,) = json.loads(run("mcp", "--print-config", "--key-file", "k").out)[
        "mcpServers"
    ].values()
    assert Path(server["args"][-1]).is_absolute()
    assert "env" not in server
    (server,) = json.loads(run("mcp", "--print-config", "--http").out)["mcpServers"].values()
    assert server["url"] == "http://127.0.0.1:8080/mcp"
    assert server["headers"] == {"Authorization": "Bearer ${ECLOSION_API_KEY}"}


@pytest.mark.parametrize("words", [["home.example"], ["ftp://home.example"], ["--http"]])
def test_what_makes_no_sense_is_told(run: Run, words: list[str]) -> None:
    ended = run("mcp", *words, doors=Noted().doors)
    assert ended.status == 2
    assert ended.err.startswith("Error: ")


def test_there_is_no_flag_for_a_key(run: Run) -> None:
    assert run("mcp", "--key", "secret", doors=Noted().doors).status == 2


def test_it_ends_when_its_client_does_and_says_nothing_else(tmp_path: Path) -> None:
    start = [sys.executable, "-c", "from eclosion.entry.cli import main; main()", "mcp"]
    done = subprocess.run(
        [*start, "http://127.0.0.1:9"],
        input=b"",
        capture_output=True,
        cwd=tmp_path,
        timeout=200,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
