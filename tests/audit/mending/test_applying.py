"""A fix on the disk: whole or not at all, and taken back to the last byte."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

import pytest

from eclosion.audit import Machine, audit_home, owner_of
from eclosion.audit.mending import (
    Plan,
    apply_plan,
    applying,
    diff_of,
    fixes_of,
    plan_fixes,
    undo,
)
from eclosion.kernel.finding import Severity
from tests.audit.homes import KEY, write

SECRET = "sk-hunter2-hunter2-hunter2"
CLAUDE = f"""{{
  // mine: {SECRET}
  "permissions": {{"defaultMode": "bypassPermissions", "allow": ["Bash(*)"]}}, "env": {{"TOKEN": "{SECRET}"}},
}}
"""
CODEX = (
    f'sandbox_mode = "danger-full-access"  # quick\n[mcp_servers.a]\nenv = {{ T = "{SECRET}" }}\n'
)
FILES: dict[str, object] = {
    ".ssh/id_rsa": KEY,
    ".aws/credentials": SECRET,
    "notes/.env": f"API_KEY={SECRET}",
    ".claude/settings.json": CLAUDE,
    ".codex/config.toml": CODEX,
}


def planned(home: Path, files: dict[str, object] = FILES) -> Plan:
    return again(write(home, files))


def again(machine: Machine) -> Plan:
    report = audit_home(machine)
    return plan_fixes(machine, report.agents, report.routes, owner_of(machine.home))


def every_file(home: Path) -> dict[str, tuple[bytes, int, int]]:
    """Bytes, mode and time of every file."""
    return {
        str(one.relative_to(home)): (one.read_bytes(), one.stat().st_mode, one.stat().st_mtime_ns)
        for one in sorted(home.rglob("*"))
        if one.is_file()
    }


def test_two_open_agents_are_closed_and_opened_again_to_the_last_byte(tmp_path: Path) -> None:
    home = tmp_path / "home"
    plan = planned(home)
    (home / ".claude/settings.json").chmod(0o640)
    os.utime(home / ".codex/config.toml", ns=(10**18, 10**18 + 7))
    before = every_file(home)
    done = apply_plan(plan)
    assert done.kept == ()
    assert len(done.changed) == 2
    machine = Machine(str(home), "linux", root=str(home / "no-root"), proc="")
    report = audit_home(machine)
    assert not any(one.hold.is_open for one in report.routes)
    assert max(one.severity for one in report.findings) < Severity.HIGH
    assert again(machine).is_empty
    (journal,) = fixes_of(str(home))
    assert undo(str(home), journal).kept == ()
    assert every_file(home) == before
    assert fixes_of(str(home)) == []


def test_no_secret_is_shown_or_copied(tmp_path: Path) -> None:
    plan = planned(tmp_path)
    shown = "\n".join(line for one in plan.drafts for line in diff_of(one, one.path))
    assert '-    "defaultMode"' in shown or "bypassPermissions" in shown
    assert SECRET not in shown
    apply_plan(plan)
    kept = (tmp_path / ".local").rglob("*.json")
    assert all(SECRET not in one.read_text() for one in kept)


class Crash(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("stop", range(12))
def test_an_interrupted_fix_leaves_each_file_old_or_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    """At each system call that changes the disk, in turn; what then stands there is undone as a whole fix is."""
    home = tmp_path / "home"
    plan = planned(home)
    before = every_file(home)
    whole = {one.path: one.text for one in plan.drafts}
    calls = iter(range(1_000))
    with monkeypatch.context() as patch:
        for name in ("open", "fsync", "replace"):
            real = getattr(os, name)

            def dying(*words: object, real: object = real, **more: object) -> object:
                if next(calls) == stop + 6:  # the journal's own calls come first
                    raise Crash
                return real(*words, **more)  # type: ignore[operator]

            patch.setattr(os, name, dying)
        with contextlib.suppress(Crash):
            apply_plan(plan)
    after = every_file(home)
    for name, (raw, mode, _) in before.items():
        new = whole.get(str(home / name))
        assert after[name][0].decode() in (raw.decode(), new)
        assert after[name][1] == mode
    for journal in fixes_of(str(home)):
        assert undo(str(home), journal).kept == ()
    assert {name: told[:2] for name, told in every_file(home).items()} == {
        name: told[:2] for name, told in before.items()
    }


def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planned(tmp_path)
    before = every_file(tmp_path)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            apply_plan(plan)
    assert every_file(tmp_path) == before


def test_what_changed_in_the_meantime_is_left_alone(tmp_path: Path) -> None:
    plan = planned(tmp_path)
    path = tmp_path / ".claude/settings.json"
    path.write_text("{}")
    done = apply_plan(plan)
    assert done.kept == ((str(path), "it was changed in the meantime"),)
    assert path.read_text() == "{}"
    (journal,) = fixes_of(str(tmp_path))
    codex = tmp_path / ".codex/config.toml"
    codex.write_text("mine = 1\n")
    told = undo(str(tmp_path), journal)
    assert {one for one, _ in told.kept} == {str(path), str(codex)}
    assert codex.read_text() == "mine = 1\n"
    assert fixes_of(str(tmp_path)) == [journal]


def test_a_link_stays_a_link_and_a_second_name_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    write(tmp_path / "dots", {"claude.json": CLAUDE, "codex.toml": CODEX})
    write(home, {".ssh/id_rsa": KEY, ".claude/x": "", ".codex/x": ""})
    (home / ".claude/settings.json").symlink_to(tmp_path / "dots/claude.json")
    (home / ".codex/config.toml").hardlink_to(tmp_path / "dots/codex.toml")
    plan = again(Machine(str(home), "linux", root=str(home / "no-root"), proc=""))
    assert any("second name" in one.why for one in plan.left)
    apply_plan(plan)
    assert (home / ".claude/settings.json").is_symlink()
    assert "bypass" not in (tmp_path / "dots/claude.json").read_text().split("permissions")[1][:40]
    assert (tmp_path / "dots/codex.toml").read_text() == CODEX


def test_a_file_that_is_made_is_removed_again(tmp_path: Path) -> None:
    plan = planned(tmp_path, {".ssh/id_rsa": KEY, ".claude.json": {"x": 1}, ".claude/x": ""})
    before = every_file(tmp_path)
    done = apply_plan(plan)
    made = tmp_path / ".claude/settings.json"
    assert done.changed == (str(made),)
    assert json.loads(made.read_text())["sandbox"]["enabled"] is True
    assert made.stat().st_mode & 0o777 == 0o600
    assert undo(str(tmp_path), fixes_of(str(tmp_path))[0]).kept == ()
    assert every_file(tmp_path) == before


def test_open_modes_are_closed_and_opened_again(tmp_path: Path) -> None:
    machine = write(tmp_path, FILES)
    settings = tmp_path / ".claude/settings.json"
    settings.chmod(0o666)
    found = [one for one in audit_home(machine).findings if one.rule.startswith("files/")]
    assert ("files/settings-writable-by-others", Severity.HIGH) in {
        (one.rule, one.severity) for one in found
    }
    apply_plan(again(machine))
    assert settings.stat().st_mode & 0o777 == 0o644
    undo(str(tmp_path), fixes_of(str(tmp_path))[0])
    assert settings.stat().st_mode & 0o777 == 0o666


def test_lines_that_start_an_agent_without_questions_lose_the_word(tmp_path: Path) -> None:
    line = f"export T={SECRET}; alias c='claude --dangerously-skip-permissions -p' # me\n"
    machine = write(tmp_path, {".claude/settings.json": {}, ".bashrc": f"x=1\n{line}{line}"})
    plan = again(machine)
    draft = next(one for one in plan.drafts if one.path.endswith(".bashrc"))
    assert draft.text == f"x=1\n{line}{line}".replace(" --dangerously-skip-permissions", "")
    shown = "\n".join(diff_of(draft, "x"))
    assert "--dangerously-skip-permissions" in shown
    assert SECRET not in shown
    apply_plan(plan)
    rules = {one.rule for one in audit_home(machine).findings}
    assert "claude-code/started-without-questions" not in rules
    undo(str(tmp_path), fixes_of(str(tmp_path))[0])
    assert (tmp_path / ".bashrc").read_text() == f"x=1\n{line}{line}"


def test_attributes_are_kept(tmp_path: Path) -> None:
    plan = planned(tmp_path)
    path = tmp_path / ".claude/settings.json"
    keeps = True
    try:
        os.setxattr(path, "user.note", b"mine")
    except OSError:  # not every file system does
        keeps = False
    assert str(path) in apply_plan(plan).changed
    assert not keeps or os.getxattr(path, "user.note") == b"mine"


def test_roots_fix_of_anothers_home_is_done_as_its_owner(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        with applying.as_owner_of(str(tmp_path)):
            assert os.geteuid() == tmp_path.stat().st_uid
        return
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, 4101, 5101)
    with applying.as_owner_of(str(home)):
        assert (os.geteuid(), os.getegid()) == (4101, 5101)
    assert os.geteuid() == 0
