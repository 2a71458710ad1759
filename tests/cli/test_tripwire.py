"""``eclosion tripwire``: planted, watched until a signal, told in words and in JSON, taken away again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.soon import soon


def test_baits_are_laid_listed_exported_and_taken_away(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run("tripwire", "plant", "--home", home, "--kind", "aws").status == 0
    assert run("tripwire", "check", "--home", home).status == 0
    told = json.loads(run("tripwire", "list", "--home", home, "--json").out)["tripwires"]
    assert [(one["kind"], one["state"]) for one in told] == [("aws", "unread")]
    assert run("tripwire", "export", tmp_path / "known.prints", "--home", home).status == 0
    assert (tmp_path / "known.prints").read_text("utf-8").count("canary:home aws") == 1
    assert json.loads(run("tripwire", "list", "--home", home, "--json").out)["tripwires"] == told
    (home / ".aws" / "credentials.bak").unlink()
    missing = run("tripwire", "check", "--home", home)
    assert missing.status == 1
    assert "was gone while nobody watched" in missing.out
    assert run("tripwire", "remove", "--home", home).status == 0
    assert "There are none" in run("tripwire", "list", "--home", home).err
    assert "There is no bait" in run("tripwire", "plant", "--home", home, "--kind", "gold").err


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of opened files")
def test_watching_tells_at_once_and_stops_when_asked(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    run("tripwire", "plant", "--home", home, "--kind", "ssh")
    bait = home / ".ssh" / "id_ed25519.old"
    code = "from eclosion.entry.cli import main; main()"
    words = [sys.executable, "-c", code, "tripwire", "watch", "--home", str(home), "--json"]
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(str(Path(one).absolute()) for one in sys.path if one),
    }
    with (tmp_path / "out").open("w") as out:
        watcher = subprocess.Popen(words, stdout=out, stderr=subprocess.PIPE, env=env)
    try:
        assert watcher.stderr is not None
        assert b"watched" in watcher.stderr.readline()

        def told() -> list[str]:
            bait.read_bytes()  # the first may come before the kernel was asked
            return (tmp_path / "out").read_text("utf-8").splitlines()

        line = json.loads(soon(told)[0])
        assert line["path"] == str(bait)
    finally:
        watcher.send_signal(signal.SIGTERM)
        watcher.communicate(timeout=60)
    assert watcher.returncode == 0
