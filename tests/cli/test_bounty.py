"""A runner at the command line: a key, checks that end as they came out, and a report that arrives."""

import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from eclosion.kernel.ids import Kind, compose, to_wire
from eclosion.ledger.model.evidence import read_report, weigh
from tests.cli.conftest import Run

NUMBER = compose(1_800_000_000_000, 0, 5)
WIRE = to_wire(Kind.BOUNTY, NUMBER)
FIX = "--- a/thing\n+++ b/thing\n@@ -1 +1 @@\n-broken\n+mended\n"
TESTS = ("--", "grep", "-q", "mended", "thing")


@pytest.fixture
def order(tmp_path: Path) -> list[str]:
    """A repository, a patch and a key file's place, as options."""
    repo = tmp_path / "repo"
    repo.mkdir()
    (repo / "thing").write_text("broken\n")
    who = ("-c", "user.name=ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")
    for words in (("init", "-q"), ("add", "."), (*who, "commit", "-qm", "Begin")):
        subprocess.run(["git", "-C", str(repo), *words], check=True)
    (tmp_path / "fix.diff").write_text(FIX)
    return ["--repo", "repo", "--patch", "fix.diff", "--key", "key", "--unsealed"]


@pytest.fixture
def heard() -> Iterator[tuple[str, list[tuple[str, str, Any]]]]:
    """A network's address, and what it was told: path, key and body."""
    told: list[tuple[str, str, Any]] = []

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            told.append((self.path, self.headers["Authorization"], json.loads(raw)))
            self.send_response(201)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", told
        server.shutdown()
        thread.join()


def test_a_runner_checks_signs_writes_and_sends(
    run: Run,
    order: list[str],
    tmp_path: Path,
    heard: tuple[str, list[tuple[str, str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    public = run("bounty", "key", "key").out.strip()
    url, told = heard
    monkeypatch.setenv("ECLOSION_API_KEY", "ada's key")
    more = ("--out", "report.json", "--send", url, "--json")
    ended = run("bounty", "check", WIRE, *order, *more, *TESTS)
    assert ended.status == 0, ended.err
    shown = json.loads(ended.out)
    assert (shown["before"], shown["after"], shown["verdict"]) == (1, 0, "red to green")
    written = json.loads((tmp_path / "report.json").read_text())
    assert written == shown["signed"]
    assert told == [(f"/api/v1/bounties/{WIRE}/reports", "Bearer ada's key", written)]
    assert written["runner"] == public
    report = read_report(written["report"], written["runner"], written["signature"])
    artefact = bytes.fromhex(shown["artefact"])
    assert weigh(report, NUMBER, artefact, report.began_ms, report.began_ms) == ""


def test_the_exit_status_tells_how_it_came_out(
    run: Run, order: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("bounty", "key", "key")
    monkeypatch.delenv("ECLOSION_API_KEY", raising=False)
    number = str(NUMBER)
    green = run("bounty", "check", number, *order, *TESTS)
    assert (green.status, green.out.splitlines()[-1]) == (0, "verdict   red to green")
    red = run("bounty", "check", number, *order, "--", "false")
    assert (red.status, red.out.splitlines()[-1]) == (1, "verdict   the tests fail with it")
    kept = run("bounty", "check", number, *order, "--keep", "thing", *TESTS)
    assert (kept.status, "leave alone" in kept.err) == (1, True)
    for words in (
        ("check", "no-id", *order, *TESTS),
        ("check", number, *order),
        ("check", number, *order, "--send", "http://127.0.0.1:1", *TESTS),
        ("check", number, *order, "--patch", "nowhere", *TESTS),
        ("check", number, "--repo", "repo", "--patch", "fix.diff", "--out", "x", *TESTS),
    ):
        assert run("bounty", *words).status == 2
    (tmp_path / "repo" / "thing").write_text("changed\n")
    assert run("bounty", "check", number, *order, *TESTS).status == 2
    assert run("bounty", "key", "key").status == 1
