"""Which agents are there, and what their layers say together."""

import os
from pathlib import Path

from eclosion.audit import find_agents
from eclosion.audit.inventory import merged
from tests.audit.homes import write


def test_agents_show_themselves_by_their_files(tmp_path: Path) -> None:
    machine = write(tmp_path, {".claude/settings.json": {}, ".openclaw/x": "", ".codex/y": ""})
    assert [one.kind.id for one in find_agents(machine)] == ["claude-code", "codex", "openclaw"]


def test_an_empty_home_has_none(tmp_path: Path) -> None:
    assert find_agents(write(tmp_path, {})) == []


def test_a_project_adds_its_own_layers(tmp_path: Path) -> None:
    machine = write(
        tmp_path,
        {
            ".claude/settings.json": {"permissions": {"allow": ["A"], "defaultMode": "plan"}},
            "shop/.claude/settings.json": {"permissions": {"allow": ["B"]}},
            "shop/.claude/settings.local.json": {"permissions": {"defaultMode": "default"}},
        },
    )
    own, project = find_agents(machine, [str(tmp_path / "shop")])
    assert own.effective == {"permissions": {"allow": ["A"], "defaultMode": "plan"}}
    assert project.effective == {"permissions": {"allow": ["A", "B"], "defaultMode": "default"}}
    assert project.project == str(tmp_path / "shop")


def test_a_managed_file_beats_a_project(tmp_path: Path) -> None:
    machine = write(
        tmp_path,
        {
            ".codex/config.toml": 'sandbox_mode = "read-only"',
            "no-root/etc/codex/config.toml": 'sandbox_mode = "workspace-write"',
            "shop/.codex/config.toml": 'sandbox_mode = "danger-full-access"',
        },
    )
    _, project = find_agents(machine, [str(tmp_path / "shop")])
    assert project.effective == {"sandbox_mode": "workspace-write"}


def test_a_variable_moves_an_agents_folder(tmp_path: Path) -> None:
    machine = write(tmp_path, {"elsewhere/settings.json": {"model": "x"}})
    moved = machine._replace(environment={"CLAUDE_CONFIG_DIR": str(tmp_path / "elsewhere")})
    (agent,) = find_agents(moved)
    assert agent.effective == {"model": "x"}


def test_lists_add_up_only_where_the_agent_adds_them() -> None:
    weaker, stronger = {"a": [1, 2], "b": {"c": 1}}, {"a": [2, 3], "b": {"d": 2}}
    assert merged(weaker, stronger, lists_add=True) == {"a": [1, 2, 3], "b": {"c": 1, "d": 2}}
    assert merged(weaker, stronger, lists_add=False)["a"] == [2, 3]


def test_settings_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    machine = write(tmp_path, {".claude/settings.json": "{"})
    os.mkfifo(tmp_path / ".claude.json")
    (agent,) = find_agents(machine)
    assert all(one.trouble for one in agent.settings)
    assert len(agent.settings) == 2


def test_a_running_agent_is_found_without_files(tmp_path: Path) -> None:
    machine = write(tmp_path, {"proc/77/cmdline": "node\0/usr/lib/x/claude\0--continue\0"})
    (agent,) = find_agents(machine._replace(proc=str(tmp_path / "proc")))
    assert (agent.kind.id, agent.processes) == ("claude-code", (77,))
