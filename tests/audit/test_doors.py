"""Side doors: sockets, start-up files, running programs; and agents that are started with their questions off."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from eclosion.audit import Agent, Machine, audit_home, find_agents, owner_of
from eclosion.audit.doors import known_doors, side_doors
from eclosion.audit.explaining import every_rule
from eclosion.audit.knowing import known_kinds
from eclosion.kernel.finding import Finding, Severity
from tests.audit.homes import KEY, write
from tests.audit.reach.comparing import open_ground

VALUE = "hunter2-hunter2"


def found(machine: Machine, *, lived_in: bool = False) -> list[Finding]:
    agents: list[Agent] = find_agents(machine)
    return side_doors(machine, owner_of(machine.home), agents, lived_in=lived_in)


def program(proc: Path, pid: int, words: list[str], environment: str = "") -> None:
    folder = proc / str(pid)
    folder.mkdir(parents=True)
    (folder / "cmdline").write_bytes(b"".join(os.fsencode(one) + b"\0" for one in words))
    (folder / "environ").write_bytes(environment.replace("\n", "\0").encode())


def test_sockets_of_other_programs_are_told() -> None:
    """A short path: the kernel takes no long ones for sockets."""
    with open_ground() as ground, ExitStack() as open_sockets:
        machine = write(ground, {".claude/settings.json": {}, ".gnupg/x": "", ".docker/run/x": ""})
        for name in (".gnupg/S.gpg-agent", ".docker/run/docker.sock"):
            listener = open_sockets.enter_context(socket.socket(socket.AF_UNIX))
            listener.bind(str(ground / name))
        (ground / ".gnupg/S.gpg-agent.ssh").write_text("no socket")
        told = {(one.rule, Path(one.place).name) for one in found(machine)}
        assert told == {("door/gpg-agent", "S.gpg-agent"), ("door/container-engine", "docker.sock")}


def test_an_agent_in_a_sandbox_of_its_own_has_no_side_doors(tmp_path: Path) -> None:
    settings = {
        "sandbox": {
            "enabled": True,
            "failIfUnavailable": True,
            "allowUnsandboxedCommands": False,
        }
    }
    files: dict[str, object] = {".bashrc": "", ".claude/settings.json": {}}
    assert "door/start-up-file" in {
        one.rule for one in audit_home(write(tmp_path / "a", files)).findings
    }
    walled = audit_home(write(tmp_path / "b", {**files, ".claude/settings.json": settings}))
    assert not [one for one in walled.findings if one.rule.startswith("door/")]


def test_start_up_files_are_noted_only(tmp_path: Path) -> None:
    (one,) = found(write(tmp_path, {".bashrc": "", ".claude/settings.json": {}}))
    assert (one.rule, one.severity, one.place) == (
        "door/start-up-file",
        Severity.INFO,
        str(tmp_path / ".bashrc"),
    )


@pytest.mark.parametrize(
    ("name", "line", "told"),
    [
        (".zshrc", "alias c='claude --dangerously-skip-permissions'", True),
        (".bashrc", 'c() { claude --dangerously-skip-permissions "$@"; }', True),
        (".config/systemd/user/c.service", "ExecStart=/usr/bin/claude -p x --dangerously-skip-permissions", True),
        ("bin/run", "exec claude --dangerously-skip-permissions", True),
        (".bashrc", "# never: claude --dangerously-skip-permissions", False),
        (".bashrc", "claude --version; other --dangerously-skip-permissions", False),
        (".bashrc", "claude --dangerously-skip-permissions-not", False),
    ],
)  # fmt: skip
def test_lines_that_start_an_agent_without_questions_are_told(
    tmp_path: Path, name: str, line: str, told: bool
) -> None:
    machine = write(tmp_path, {".claude/settings.json": {}, name: f"x=1\n{line}\n"})
    rules = [one for one in found(machine) if one.rule == "claude-code/started-without-questions"]
    assert [one.place for one in rules] == ([str(tmp_path / name)] if told else [])
    assert all("(line 2)" in one.message and one.severity is Severity.CRITICAL for one in rules)


def test_running_programs_are_looked_at_and_no_value_is_kept(tmp_path: Path) -> None:
    proc = tmp_path / "proc"
    program(proc, 11, ["node", "/opt/claude.js", "--dangerously-skip-permissions"])
    program(
        proc,
        12,
        ["/usr/bin/server"],
        f"PATH=/bin\nAPI_KEY={VALUE}\nDB_PASSWORD={VALUE}\nEMPTY_TOKEN=\n",
    )
    program(proc, 13, ["/opt/browser", "--remote-debugging-port=9222"])
    program(proc, 14, ["/bin/sh"], "TOKENIZERS=1\nPATH=/bin")
    home = write(tmp_path / "home", {".claude/settings.json": {}})
    told = found(home._replace(proc=str(proc)), lived_in=True)
    ours = {one.rule: one for one in told if "/proc/" in one.place}
    assert set(ours) == {
        "claude-code/started-without-questions",
        "door/process-environment",
        "door/browser-debugging",
    }
    assert (
        "Process 12 (server) holds API_KEY, DB_PASSWORD."
        in ours["door/process-environment"].message
    )
    assert VALUE not in repr(told)
    assert not [
        one
        for one in found(home._replace(proc=str(proc)))
        if one.rule == "door/process-environment"
    ]


def test_a_running_agent_is_shown_with_what_it_could_open(tmp_path: Path) -> None:
    """This very process, taken for an agent."""
    machine = write(tmp_path, {".ssh/id_rsa": KEY, ".claude/settings.json": {}})
    proc = tmp_path / "proc"
    program(proc, os.getpid(), ["claude"])
    report = audit_home(machine._replace(proc=str(proc)), probing=False)
    (one,) = report.running
    assert (one.pid, one.is_apart, one.trouble) == (os.getpid(), False, "")
    assert (one.open_count, one.files_count) == (1, 1)
    program(proc, 2**22 + 1, ["claude"])
    gone = audit_home(machine._replace(proc=str(proc)), probing=False).running
    assert any("cannot be looked at" in one.trouble for one in gone)


def test_every_rule_that_can_speak_is_explained() -> None:
    rules = {one.id: one for one in every_rule()}
    assert len(rules) == len(list(every_rule()))
    assert {f"door/{one.id}" for one in known_doors()} <= set(rules)
    assert {check.id for kind in known_kinds() for check in kind.checks} <= set(rules)
    for one in rules.values():
        assert one.title, one.id
        assert one.message.endswith("."), one.id
        assert one.remedy, one.id
        assert one.looks_at, one.id
