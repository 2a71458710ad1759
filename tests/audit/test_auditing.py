"""The whole audit of a home: who can read what, and what is said of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eclosion.audit import Hold, Report, audit_home
from eclosion.kernel.finding import Severity
from tests.audit.homes import KEY, write

SECRET = "hunter2-hunter2-hunter2"
WALLED: dict[str, Any] = {
    "permissions": {"disableBypassPermissionsMode": "disable"},
    "sandbox": {
        "enabled": True,
        "failIfUnavailable": True,
        "allowUnsandboxedCommands": False,
        "filesystem": {"denyRead": ["~/.ssh", "~/.aws"]},
    },
}


def audited(home: Path, files: dict[str, object]) -> Report:
    return audit_home(write(home, files))


def rules(report: Report, least: Severity = Severity.LOW) -> set[str]:
    return {one.rule for one in report.findings if one.severity >= least}


def test_an_open_agent_is_told_of(tmp_path: Path) -> None:
    report = audited(tmp_path, {".ssh/id_rsa": KEY, ".claude/settings.json": {}})
    (found,) = [one for one in report.findings if one.rule == "reach/ssh-private-key"]
    assert found.severity is Severity.CRITICAL
    assert found.title == "Claude Code can open private SSH keys"
    assert found.place == str(tmp_path / ".ssh/id_rsa")
    assert report.tried.count == 1
    assert report.tried.differing == ()


def test_rules_without_a_sandbox_hold_no_command(tmp_path: Path) -> None:
    settings = {"permissions": {"deny": ["Read(~/.ssh/**)"]}}
    report = audited(tmp_path, {".ssh/id_rsa": KEY, ".claude/settings.json": settings})
    assert [one.hold for one in report.routes] == [Hold.ONLY_ITS_RULES]
    assert "reach/ssh-private-key" in rules(report)


def test_a_sandbox_without_a_way_around_holds(tmp_path: Path) -> None:
    report = audited(
        tmp_path,
        {".ssh/id_rsa": KEY, ".aws/credentials": SECRET, ".claude/settings.json": WALLED},
    )
    assert {one.hold for one in report.routes} == {Hold.SANDBOX}
    assert rules(report) == set()


@pytest.mark.parametrize(
    "gap", [{"allowUnsandboxedCommands": True}, {"failIfUnavailable": False}, {"excludedCommands": ["docker"]}]
)  # fmt: skip
def test_a_sandbox_with_a_way_around_does_not(tmp_path: Path, gap: dict[str, object]) -> None:
    settings = {**WALLED, "sandbox": {**WALLED["sandbox"], **gap}}
    report = audited(tmp_path, {".ssh/id_rsa": KEY, ".claude/settings.json": settings})
    assert "reach/ssh-private-key" in rules(report)


def test_a_container_shows_what_is_bound_into_it(tmp_path: Path) -> None:
    settings = {
        "agents": {
            "defaults": {"sandbox": {"mode": "all", "docker": {"binds": ["~/.ssh:/ssh:ro"]}}}
        },
        "tools": {"fs": {"workspaceOnly": True}},
    }
    report = audited(
        tmp_path,
        {".ssh/id_rsa": KEY, ".aws/credentials": SECRET, ".openclaw/openclaw.json": settings},
    )
    holds = {Path(one.path).name: one.hold for one in report.routes}
    assert holds == {"id_rsa": Hold.NOTHING, "credentials": Hold.SANDBOX}
    assert "openclaw/binds-secrets" in rules(report)


def test_a_secret_in_a_file_with_a_harmless_name_is_found(tmp_path: Path) -> None:
    key = "ghp_" + "R4nd0mCh4rsTh4tAreN0S3cretAtAll0" + "00"
    text = f"shop notes\n\ntoken = 'sk_live_{'4eC39HqLyjWDarjtT1zdp7dc' * 2}'\n{key}\n"
    report = audited(
        tmp_path, {"notes.md": text, "other.md": "nothing", ".claude/settings.json": {}}
    )
    (found,) = [one for one in report.findings if one.rule == "reach/secret-in-file"]
    assert found.place == str(tmp_path / "notes.md")
    assert "(line 3)" in found.message
    assert "4eC39HqLyjWDarjtT1zdp7dc" not in repr(report.findings)


def test_a_home_without_agents_has_nothing_to_tell(tmp_path: Path) -> None:
    report = audited(tmp_path, {".ssh/id_rsa": KEY, ".aws/credentials": SECRET})
    assert report.findings == ()


def test_a_project_is_blamed_for_its_own_settings_only(tmp_path: Path) -> None:
    report = audited(
        tmp_path,
        {
            ".claude/settings.json": WALLED,
            "shop/.claude/settings.json": {"enableAllProjectMcpServers": True},
        },
    )
    (found,) = [one for one in report.findings if one.severity > Severity.INFO]
    assert found.title == "Claude Code in ~/shop starts the tool servers of any project"
    assert found.place == str(tmp_path / "shop/.claude/settings.json")


def test_no_secret_is_in_what_is_said(tmp_path: Path) -> None:
    report = audited(
        tmp_path,
        {
            ".aws/credentials": SECRET,
            ".env": f"API_KEY={SECRET}",
            ".openclaw/openclaw.json": {"channels": {"telegram": {"botToken": f"1:{SECRET}"}}},
            ".claude/settings.json": {"env": {"ANTHROPIC_API_KEY": SECRET}},
        },
    )
    assert {"openclaw/token-in-settings", "claude-code/secret-in-settings"} <= rules(report)
    assert SECRET not in repr(report.findings)


def test_what_cannot_be_understood_is_told_and_never_refused(tmp_path: Path) -> None:
    report = audited(tmp_path, {".claude/settings.json": "{", ".codex/config.toml": "x = 1"})
    troubles = [one for one in report.findings if one.rule == "audit/settings-unread"]
    assert [one.place for one in troubles] == [str(tmp_path / ".claude/settings.json")]


def test_the_same_home_gives_the_same_report(tmp_path: Path) -> None:
    machine = write(tmp_path, {".ssh/id_rsa": KEY, ".claude/settings.json": {}, ".codex/x": ""})
    assert audit_home(machine) == audit_home(machine)


def test_a_closed_sandbox_shows_the_project_and_what_is_allowed(tmp_path: Path) -> None:
    """Of a project whose own settings it follows, an agent that works there sees the secrets."""
    boundary = {"type": "workspace_readwrite", "readBoundary": "workspace"}
    report = audited(
        tmp_path,
        {
            ".ssh/id_rsa": KEY,
            ".cursor/sandbox.json": boundary,
            "shop/.cursor/cli.json": {"x": 1},
            "shop/.env": f"API_KEY={SECRET}",
        },
    )
    assert {
        (Path(one.path).name, one.agent.project != "", one.hold.is_open) for one in report.routes
    } == {
        ("id_rsa", False, False),
        (".env", False, False),
        ("id_rsa", True, False),
        (".env", True, True),
    }
