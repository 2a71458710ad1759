"""The vault on the command line: what is said, what it ends with, and where a passphrase may come from."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from eclosion.audit.vault import add, create_vault
from eclosion.audit.vault.sealing import new_identity, plain_head
from tests.audit.vault.wrapping import wrap_cheaply
from tests.cli.conftest import Run

PASSPHRASE = "correct horse battery"
GIVEN = ("--passphrase-command", f"echo {PASSPHRASE}")
AGE = shutil.which("age")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with two secrets, and a vault that is cheap to open where the commands look for it."""
    monkeypatch.setenv("ECLOSION_VAULT", str(tmp_path / "vault"))
    create_vault(str(tmp_path / "vault"), PASSPHRASE, wrap=wrap_cheaply())
    home = tmp_path / "home"
    (home / ".aws").mkdir(parents=True)
    (home / ".aws/credentials").write_text("[default]\naws_secret_access_key = x\n")
    (home / ".netrc").write_text("machine a password b\n")
    return home


def test_what_was_moved_opens_to_nobody_and_comes_back(run: Run, home: Path) -> None:
    ended = run("vault", "add", home / ".aws", home / ".netrc")
    assert ended.status == 0
    assert "2 files" in ended.out
    assert f"User {os.geteuid()} could open 2 of these files before, now 0." in ended.err
    assert "must be rotated" in ended.err
    assert list(home.iterdir()) == []
    (item,) = json.loads(run("vault", "list", "--json").out)["items"]
    assert item["roots"] == [str(home / ".aws"), str(home / ".netrc")]
    assert run("vault", "show", home / ".netrc", *GIVEN).out == "machine a password b\n"
    back = run("vault", "restore", home / ".aws", *GIVEN)
    assert back.status == 0
    assert (home / ".aws/credentials").read_text().startswith("[default]")
    assert run("vault", "list").out == ""


def test_moving_twice_says_so(run: Run, home: Path) -> None:
    assert run("vault", "add", home / ".netrc", "--json").status == 0
    ended = run("vault", "add", home / ".netrc")
    assert ended.status == 0
    assert "is in the vault already" in ended.err


def test_the_state_is_told_and_looked_after(run: Run, home: Path) -> None:
    run("vault", "add", home / ".netrc")
    told = json.loads(run("vault", "status", "--json").out)
    assert (told["items"], told["files"], told["interrupted"]) == (1, 1, [])
    assert run("vault", "doctor").status == 0
    assert run("vault", "doctor", "--deep", *GIVEN).status == 0
    assert run("vault", "recover").err == "Nothing was interrupted.\n"
    (home / ".netrc").write_text("anew")
    ended = run("vault", "doctor")
    assert ended.status == 1
    assert "is in the vault, and there again" in ended.out


def test_wrong_words_are_told_with_what_to_do(run: Run, home: Path, tmp_path: Path) -> None:
    run("vault", "add", home / ".netrc")
    for words, status, said in (
        (("add", home / "nothing"), 2, "There is no"),
        (("restore", "nothing", *GIVEN), 1, "holds nothing"),
        (("restore", home / ".netrc", "--passphrase-command", "echo wrong"), 1, "does not open"),
        (("restore", home / ".netrc", "--passphrase-command", "false"), 1, "ended with 1"),
        (("restore", home / ".netrc", "--passphrase-fd", "987"), 2, "no open file"),
        (("list", "--vault", tmp_path / "no"), 1, "no vault"),
        (("init", *GIVEN), 1, "not empty"),
        (("init", "--vault", tmp_path / "new", "--passphrase-command", "echo short"), 2, "12 char"),
    ):
        ended = run("vault", *words)
        assert (ended.status, said in ended.err) == (status, True), (words, ended)
    assert not (home / ".netrc").exists()


def test_a_passphrase_comes_from_an_open_file(run: Run, home: Path) -> None:
    run("vault", "add", home / ".netrc")
    reading, writing = os.pipe()
    os.write(writing, f"{PASSPHRASE}\nmore".encode())
    os.close(writing)
    ended = run("vault", "restore", home / ".netrc", "--passphrase-fd", str(reading))
    os.close(reading)
    assert ended.status == 0
    assert (home / ".netrc").exists()


def test_the_passphrase_changes_by_ages_own_work(run: Run, home: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"quite another one\n")
    os.close(writing)
    ended = run("vault", "change-passphrase", *GIVEN, "--new-passphrase-fd", str(reading))
    os.close(reading)
    assert ended.status == 0
    assert "counts from now on" in ended.err
    wrapped = Path(os.environ["ECLOSION_VAULT"], "identity.age").read_bytes()
    assert b"\n-> scrypt " in plain_head(wrapped)


def test_without_a_terminal_nobody_is_asked(home: Path, tmp_path: Path) -> None:
    program = "from eclosion.entry.cli import main; main()"
    ended = subprocess.run(
        [sys.executable, "-c", program, "vault", "show", "x"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "no terminal" in ended.stderr


def test_the_age_tool_opens_what_lies_in_the_vault(tmp_path: Path) -> None:
    """Where the tool is not installed, the format is held by ``wrapping``, which is written from its description."""
    identity = new_identity()
    vault = create_vault(
        str(tmp_path / "v"), "x", also=[str(identity.to_public())], wrap=wrap_cheaply()
    )
    (tmp_path / "secret").write_text("told")
    done = add(vault, [str(tmp_path / "secret")], at_ms=1)
    assert done.item is not None
    sealed = Path(vault.path) / "items" / done.item.id / "000001.age"
    assert sealed.read_bytes().startswith(b"age-encryption.org/v1\n-> X25519 ")
    if AGE:
        (tmp_path / "identity").write_text(f"{identity}\n")
        opened = subprocess.run(
            [AGE, "-d", "-i", tmp_path / "identity", sealed], capture_output=True, check=True
        )
        assert opened.stdout == b"told"
