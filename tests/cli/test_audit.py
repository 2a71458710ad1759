"""The audit on the command line: a report that an owner understands, and one that a program does."""

import json
from pathlib import Path

from tests.audit.homes import KEY, write
from tests.cli.conftest import Run

ELSEWHERE = ("--root", "no-root")
"""Whatever is installed on the machine that runs the tests."""


def planted(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    write(home, {".ssh/id_rsa": KEY, ".claude/settings.json": {}, ".codex/config.toml": "x = 1"})
    return home


def test_an_owner_reads_who_can_read_what(run: Run, tmp_path: Path) -> None:
    ended = run("audit", *ELSEWHERE, "--home", planted(tmp_path))
    assert ended.status == 1
    assert "2 agents: Claude Code, Codex" in ended.out
    assert "private SSH keys (1)  open" in ended.out
    assert "CRITICAL Claude Code and Codex can open private SSH keys" in ended.out
    assert "~/.ssh/id_rsa" in ended.out
    assert "Tried to open 1 sensitive files: all as predicted." in ended.out
    assert "PRIVATE KEY" not in ended.out


def test_a_program_reads_the_same(run: Run, tmp_path: Path) -> None:
    home = planted(tmp_path)
    ended = run("audit", *ELSEWHERE, "--home", home, "--json", "--fail-on", "never")
    assert ended.status == 0
    told = json.loads(ended.out)
    assert {one["class"] for one in told["reach"] if one["open"]} == {"ssh-private-key"}
    (found,) = [one for one in told["findings"] if one["rule"] == "reach/ssh-private-key"]
    assert found["place"] == str(home / ".ssh/id_rsa")
    assert len(found["fingerprint"]) == 32


def test_the_exit_status_is_the_owners_choice(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    write(home, {".claude/settings.json": {}})
    assert run("audit", *ELSEWHERE, "--home", home).status == 0
    assert run("audit", *ELSEWHERE, "--home", home, "--fail-on", "medium").status == 1


def test_a_home_without_agents_is_told_as_such(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "home", {".ssh/id_rsa": KEY})
    ended = run("audit", *ELSEWHERE, "--home", tmp_path / "home")
    assert ended.status == 0
    assert "No agent that we know lives here." in ended.out


def test_names_of_files_do_not_drive_the_terminal(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    write(home, {".claude/x": "", "[red]\x1b[2J\n.env": "API_KEY=x"})
    ended = run("audit", *ELSEWHERE, "--home", home)
    assert "~/[red]\\x1b[2J\\n.env" in ended.out


def test_wrong_words_are_told(run: Run, tmp_path: Path) -> None:
    for words in (("--home", tmp_path / "nothing"), ("--fail-on", "awful"), ("explain", "nope")):
        ended = run("audit", *words)
        assert ended.status in (1, 2)
        assert ended.err.startswith("Error: There is no")


def test_every_rule_is_explained(run: Run) -> None:
    told = json.loads(run("audit", "rules", "--json").out)["rules"]
    assert len(told) > 50
    for one in told[::7]:
        ended = run("audit", "explain", one["id"])
        assert ended.status == 0
        assert one["title"] in ended.out


def test_agents_are_listed_with_their_settings(run: Run, tmp_path: Path) -> None:
    home = planted(tmp_path)
    (home / ".claude/settings.json").write_text("{")
    ended = run("audit", "agents", *ELSEWHERE, "--home", home)
    assert "Claude Code" in ended.out
    assert f"{home}/.claude/settings.json: is not what it should be" in ended.out
    told = json.loads(run("audit", "agents", *ELSEWHERE, "--home", home, "--json").out)
    assert [one["id"] for one in told["agents"]] == ["claude-code", "codex"]


def test_a_fix_is_shown_first_then_done_and_taken_back(run: Run, tmp_path: Path) -> None:
    home = planned_home(tmp_path)
    before = {one: one.read_bytes() for one in home.rglob("*") if one.is_file()}
    shown = run("audit", *ELSEWHERE, "--home", home, "--fix")
    assert shown.status == 1
    assert '-  "permissions": {"defaultMode": "bypassPermissions"}' in shown.out
    assert "Nothing was changed yet." in shown.out
    assert before == {one: one.read_bytes() for one in home.rglob("*") if one.is_file()}
    done = run("audit", *ELSEWHERE, "--home", home, "--fix", "--yes")
    assert done.status == 0
    assert "changed ~/.claude/settings.json" in done.out
    assert "sensitive files open         1 → 0" in done.out
    assert run("audit", *ELSEWHERE, "--home", home, "--fix", "--yes").status == 0
    assert "settings.json" in run("audit", "undo", "--home", home, "--list").out
    assert run("audit", "undo", "--home", home).status == 0
    assert before == {one: one.read_bytes() for one in home.rglob("*") if one.is_file()}
    assert run("audit", "undo", "--home", home).err.startswith("Error: There is no fix")


def test_a_program_reads_what_a_fix_does(run: Run, tmp_path: Path) -> None:
    home = planned_home(tmp_path)
    words = ("audit", *ELSEWHERE, "--home", home, "--fix", "--json")
    told = json.loads(run(*words).out)
    assert told["applied"] is False
    assert [one["path"] for one in told["files"]] == [str(home / ".claude/settings.json")]
    told = json.loads(run(*words, "--yes").out)
    assert told["applied"] is True
    assert told["after"]["sensitive_files_open"] == 0
    assert json.loads(run("audit", "undo", "--home", home, "--json").out)["kept"] == []


def test_a_file_that_was_changed_since_is_kept_and_named(run: Run, tmp_path: Path) -> None:
    home = planned_home(tmp_path)
    run("audit", *ELSEWHERE, "--home", home, "--fix", "--yes")
    (home / ".claude/settings.json").write_text("{}")
    ended = run("audit", "undo", "--home", home)
    assert ended.status == 1
    assert "it was changed since" in ended.err


def planned_home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    settings = '{\n  "permissions": {"defaultMode": "bypassPermissions"}\n}\n'
    write(home, {".ssh/id_rsa": KEY, ".claude/settings.json": settings})
    return home


def test_a_sandbox_is_written_and_tried(run: Run, tmp_path: Path) -> None:
    home = planned_home(tmp_path)
    write(home, {"shop/.env": "API_KEY=abc", "shop/main.py": ""})
    words = ("audit", "sandbox", "claude-code", "--home", home, "--project", home / "shop")
    ended = run(*words, "--as", "landlock", "--out", tmp_path / "claude-shop")
    assert ended.status == 0
    assert "0 opened." in ended.err or "no Landlock" in ended.err
    assert (tmp_path / "claude-shop").stat().st_mode & 0o100
    assert json.loads(run(*words, "--as", "native").out)["sandbox"]["enabled"] is True
    assert "BindPaths=" in run(*words, "--as", "systemd").out
    assert run(*words, "--as", "chroot").err.startswith("Error: There is no form")
    assert run("audit", "sandbox", "goose", "--home", home).err.startswith("Error: No agent")
