"""Which files of a home are sensitive."""

import os
from pathlib import Path

import pytest

from eclosion.audit.knowing import known_sensitive
from eclosion.audit.walking import classify, walk_home
from tests.audit.homes import KEY, write


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (".ssh/id_ed25519", "ssh-private-key"),
        (".aws/credentials", "aws-credentials"),
        ("work/shop/.env", "environment-file"),
        ("work/shop/.env.production", "environment-file"),
        (".config/google-chrome/Default/Login Data", "browser-login"),
        (".mozilla/firefox/x1.default/key4.db", "browser-login"),
        (".electrum/wallets/default_wallet", "wallet"),
        (".password-store/bank/card.gpg", "password-store"),
        (".openclaw/agents/main/agent/auth-profiles.json", "agent-credentials"),
        (".claude/projects/x/y.jsonl", "agent-transcript"),
        ("Documents/notes-2026.csv", None),
        ("Documents/my passwords.csv", "named-secret"),
        ("infra/terraform.tfstate", "infrastructure-secret"),
    ],
)
def test_a_path_has_its_class(path: str, kind: str | None) -> None:
    found = [one.id for one in classify(path, known_sensitive())]
    assert (found[0] if found else None) == kind


@pytest.mark.parametrize(
    "path",
    [
        ".ssh/id_ed25519.pub",
        ".ssh/known_hosts",
        "work/shop/.env.example",
        "notes/env.md",
        ".aws/config",
        "src/keyboard.py",
        "work/environment.ts",
    ],
)
def test_what_is_harmless_has_none(path: str) -> None:
    assert list(classify(path, known_sensitive())) == []


def test_a_name_is_not_enough_where_the_content_tells(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".ssh/id_rsa": KEY,
            ".ssh/id_dummy": "nothing of value",
            "a/cert.pem": "-----BEGIN CERTIFICATE-----",
            "a/site.key": KEY,
            "b/.env": "COLOR=blue\n",
            "c/.env": "API_KEY=abc\n",
        },
    )
    found = [os.path.relpath(path, tmp_path) for path, _ in walk_home(str(tmp_path)).sensitive]
    assert found == [".ssh/id_rsa", "a/site.key", "c/.env"]


def test_a_hostile_home_is_walked_to_its_end(tmp_path: Path) -> None:
    """Loops, FIFOs, names that are no text, a folder without end, and other people's packages."""
    os.mkfifo(tmp_path / ".netrc")
    (tmp_path / ".pgpass").symlink_to("/dev/zero")
    (tmp_path / "loop").symlink_to(tmp_path)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.env")).write_text("TOKEN=x")
    write(tmp_path, {"a/node_modules/.env": "TOKEN=x", "\x1b[2J\n.env": "TOKEN=x"})
    deep = tmp_path / "/".join(["deep"] * 200)
    deep.mkdir(parents=True)
    (deep / ".env").write_text("TOKEN=x")
    found = walk_home(str(tmp_path))
    assert len(found.sensitive) == 3
    assert {one.id for _, one in found.sensitive} == {"environment-file"}


def test_links_to_secrets_elsewhere_are_followed(tmp_path: Path) -> None:
    """As dotfile managers make them: single files, and folders right below the home."""
    write(tmp_path / "away", {"keys/id_rsa": KEY, "netrc": "machine x"})
    home = tmp_path / "home"
    write(home, {"a": ""})
    (home / ".ssh").symlink_to(tmp_path / "away/keys")
    (home / ".netrc").symlink_to(tmp_path / "away/netrc")
    (home / "again").symlink_to(home)
    found = [os.path.relpath(path, home) for path, _ in walk_home(str(home)).sensitive]
    assert found == [".netrc", ".ssh/id_rsa"]


def test_a_folder_that_cannot_be_listed_is_told(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        assert walk_home(str(tmp_path / "nothing")).closed == [str(tmp_path / "nothing")]
        return
    (tmp_path / "shut").mkdir(mode=0)
    assert walk_home(str(tmp_path)).closed == [str(tmp_path / "shut")]


def test_projects_are_found_by_their_settings(tmp_path: Path) -> None:
    write(tmp_path, {".claude/settings.json": {}, "work/shop/.claude/settings.json": {}})
    assert walk_home(str(tmp_path)).projects == [str(tmp_path / "work/shop")]
