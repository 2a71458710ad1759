"""Programs that need what lies in the vault still work, and nobody else sees it."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from eclosion.audit.vault import add, create_vault, open_vault
from eclosion.audit.vault.keeping import look
from tests.audit.vault.wrapping import wrap_cheaply

SOURCE = Path(__file__).resolve().parents[2] / "src"
PROGRAM = "from eclosion.entry.cli import main; main()"
MOUNTS = (
    shutil.which("unshare") is not None
    and subprocess.run(
        ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-current-user"]), "true"],
        capture_output=True,
        check=False,
    ).returncode
    == 0
)
in_place = pytest.mark.skipif(not MOUNTS, reason="the system grants no private file systems")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose secrets lie in a vault."""
    home = tmp_path / "home"
    (home / ".aws").mkdir(parents=True)
    (home / ".aws/credentials").write_text(
        "[default]\naws_access_key_id=A\naws_secret_access_key=S\n"
    )
    (home / ".git-credentials").write_text("https://ada:pass@git.example\n")
    (home / "note").write_text("plain")
    vault = create_vault(str(tmp_path / "vault"), "x", wrap=wrap_cheaply())
    add(vault, [str(home / ".aws"), str(home / ".git-credentials")], at_ms=1)
    return home


def started(home: Path, *words: str, **more: Any) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "vault", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "HOME": str(home),
            "PYTHONPATH": str(SOURCE),
            "ECLOSION_VAULT": str(home.parent / "vault"),
            "ECLOSION_VAULT_PASSPHRASE_COMMAND": "echo x",
        },
        **more,
    )


def ended(home: Path, *words: str, given: str = "") -> tuple[int, str, str]:
    process = started(home, *words, stdin=subprocess.PIPE)
    out, err = process.communicate(given)
    return process.returncode, out, err


@in_place
def test_the_program_finds_its_files_and_nobody_else_does(home: Path) -> None:
    shell = f"cd {home}; cat .aws/credentials .git-credentials note; echo; read _; exit 7"
    process = started(home, "run", "--", "sh", "-c", shell, stdin=subprocess.PIPE)
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(5)]
    assert lines[1] == "aws_access_key_id=A\n"
    assert lines[3] == "https://ada:pass@git.example\n"
    assert list((home / ".aws").iterdir()) == []  # seen from outside
    assert (home / ".git-credentials").stat().st_size == 0
    _, err = process.communicate("\n")
    assert (process.returncode, err) == (7, "")
    assert [one.name for one in home.iterdir()] == ["note"]


@in_place
def test_it_all_ends_when_the_command_is_killed(home: Path) -> None:
    process = started(home, "run", "--", "sh", "-c", "sleep 600 & echo started; sleep 600")
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    os.kill(process.pid, signal.SIGKILL)
    rest, _ = process.communicate()  # its end comes when the last one that could write is gone
    assert rest == ""
    assert ended(home, "recover")[0] == 0
    assert [one.name for one in home.iterdir()] == ["note"]
    assert len(look(open_vault(str(home.parent / "vault"))).items) == 1


def test_single_files_are_handed_over(home: Path) -> None:
    words = (
        "run",
        "--env",
        f"TEXT={home}/.git-credentials",
        "--file",
        f"AWS={home}/.aws/credentials",
    )
    code, out, err = ended(home, *words, "--", "sh", "-c", 'echo "$TEXT"; cat "$AWS"; exit 5')
    assert (code, err) == (5, "")
    assert out.startswith("https://ada:pass@git.example\n[default]\n")
    assert [one.name for one in home.iterdir()] == ["note"]


def test_programs_that_are_not_there_and_wrong_words_are_told(home: Path) -> None:
    for words, status in (
        (("run", "--env", f"X={home}/.git-credentials", "--", "no-such-program"), 127),
        (("run", "--env", "X", "--", "true"), 2),
        (("run", "--env", f"X={home}/other", "--", "true"), 1),
        (("run",), 2),
    ):
        assert ended(home, *words)[0] == status, words


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_itself_gets_its_password(home: Path, tmp_path: Path) -> None:
    helper = f"!PYTHONPATH={SOURCE} {sys.executable} -c '{PROGRAM}' vault helper git"
    done = subprocess.run(
        [
            "git",
            "-c",
            "credential.helper=",
            "-c",
            f"credential.helper={helper}",
            "credential",
            "fill",
        ],
        input="protocol=https\nhost=git.example\n\n",
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "ECLOSION_VAULT": str(home.parent / "vault"),
            "ECLOSION_VAULT_PASSPHRASE_COMMAND": "echo x",
        },
        check=True,
    )
    assert "username=ada\npassword=pass\n" in done.stdout


def test_the_helpers_answer_over_standard_input_and_output(home: Path) -> None:
    code, out, _ = ended(home, "helper", "aws")
    assert (code, json.loads(out)["AccessKeyId"]) == (0, "A")
    assert ended(home, "helper", "git", "store", given="password=new\n") == (0, "", "")
    request = json.dumps({"protocolVersion": 1, "provider": "v", "ids": ["aws_access_key_id"]})
    code, out, _ = ended(
        home, "helper", "openclaw", "--from", f"{home}/.aws/credentials", given=request
    )
    assert (code, json.loads(out)["values"]) == (0, {"aws_access_key_id": "A"})
    words = ("helper", "apikey", "--from", f"{home}/.aws/credentials", "--key")
    assert ended(home, *words, "aws_secret_access_key")[:2] == (0, "S\n")
    assert ended(home, *words, "nothing")[0] == 1
