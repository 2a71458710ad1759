"""``eclosion gate``: secrets, serving and solving from the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eclosion.gate import KeyRing
from eclosion.gate.keys import thumbprint
from eclosion.gate.solver import Key

RUN = [sys.executable, "-c", "from eclosion.entry.cli import main; main()", "gate"]


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*RUN, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
        env={**os.environ, **environment},
    )


@contextmanager
def serving(*words: str, **environment: str) -> Iterator[str]:
    """A gate by the command; gives its origin."""
    command = [*RUN, "serve", "--port", "0", *words]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
    ) as server:
        try:
            assert server.stderr is not None
            for line in server.stderr:
                if line.startswith("Gate for "):
                    break
            yield line.split()[2]
        finally:
            server.terminate()
            server.communicate()


def wait_for(url: str) -> object:
    """What it answers, once it does."""
    for _ in range(1_200):
        try:
            with urllib.request.urlopen(url, timeout=30) as found:
                return json.load(found)
        except OSError:
            time.sleep(0.05)
    return None


def test_a_made_secret_is_good() -> None:
    KeyRing.parse(run("secret").stdout.strip())


def test_serve_and_solve(tmp_path: Path) -> None:
    with serving("--store", str(tmp_path / "spent.db"), "--open", "/health") as origin:
        assert wait_for(f"{origin}/health") == {"open": True}
        done = run("solve", origin, "--key", str(tmp_path / "key"))
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["stages"] == ["price", "burst"]


def test_weak_secrets_places_and_names_are_refused(tmp_path: Path) -> None:
    weak = run("serve", "--port", "0", ECLOSION_GATE_SECRET="password")
    assert weak.returncode == 2
    assert "32 random bytes" in weak.stderr
    gone = run("serve", "--port", "0", "--store", f"unix://{tmp_path}/none")
    assert gone.returncode == 3
    assert "store cannot be opened" in gone.stderr
    missing = run("serve", "nowhere:app", "--port", "0")
    assert missing.returncode == 2
    assert "no application" in missing.stderr


def test_a_domains_directory_and_requests_signed_as_its_own(tmp_path: Path) -> None:
    files = [str(tmp_path / "one.key"), str(tmp_path / "two.key")]
    done = run("directory", *files)
    assert done.returncode == 0, done.stderr
    keys = json.loads(done.stdout)["keys"]
    assert [one["kid"] for one in keys] == [thumbprint(Key.load(Path(f)).public) for f in files]
    assert not any("d" in one for one in keys)
    with serving() as origin:
        wait_for(f"{origin}/.well-known/reverse-captcha")
        signed = run("solve", origin, "--key", files[0], "--agent", "https://bot.example")
        assert signed.returncode == 0, signed.stderr
        odd = run("solve", origin, "--agent", "bot")
        assert odd.returncode == 2
        assert "no origin" in odd.stderr


def test_nobody_there() -> None:
    done = run("solve", "http://127.0.0.1:9")
    assert done.returncode == 3
    assert "does not answer" in done.stderr


def test_an_unfit_supply_keeps_the_gate_shut(tmp_path: Path) -> None:
    done = run("serve", "--port", "0", "--supply", str(tmp_path / "none"))
    assert done.returncode in (2, 3)
    assert done.stderr.startswith("ECLOSION_GATE_SECRET is not set")
    assert "Error:" in done.stderr
