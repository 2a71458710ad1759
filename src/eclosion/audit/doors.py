"""Side doors: ways to secrets that open no secret file, and agents that were started with their questions off.

What always holds: nothing is connected to, nothing of a secret is kept but the name of the variable that holds it, and
doors of this machine are told only of homes that are lived in on it. An agent behind a sandbox of its own has none.
"""

from __future__ import annotations

import glob
import os
import re
import stat
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from eclosion.audit.inventory import Machine, Process, running
from eclosion.audit.model import Agent
from eclosion.audit.reach import Answer, Identity
from eclosion.audit.reach.access import Reader, permissions
from eclosion.kernel.finding import Finding, Severity, Span

WRITE = 2
LINES_BYTES_MAX = 256 * 1024
_SECRET_NAME = re.compile(
    r"(?i)(?:^|_)(?:API_?KEY|ACCESS_?KEY|SECRET(?:_?KEY)?|TOKEN|PASSWORD|PASSWD|PRIVATE_?KEY|CREDENTIALS?)$"
)
_FREE_RULE = re.compile(
    r"(?m)^\s*(?P<who>[%\w.-]+)\s+\S+\s*=.*NOPASSWD:\s*(?:ALL|/bin/(?:ba|z|da)?sh|/usr/bin/env)\b"
)
_STARTERS = (
    ".bashrc .bash_aliases .bash_profile .profile .zshrc .zprofile .config/fish/config.fish "
    ".config/systemd/user/*.service .config/autostart/*.desktop .local/bin/* bin/*"
).split()


class Door(NamedTuple):
    """A kind of side door: read from ``knowledge/doors.toml``.

    Attributes:
        id: ``ssh-agent``.
        severity: how bad it is where it is open.
        title: what it is.
        message: why it matters.
        remedy: what to do.
        kind: how it is looked for: ``socket``, ``write``, ``process`` or ``line``.
        paths: where.
    """

    id: str
    severity: Severity
    title: str
    message: str
    remedy: str
    kind: str
    paths: tuple[str, ...]


@lru_cache(maxsize=1)
def known_doors() -> tuple[Door, ...]:
    """Every kind of door that ships."""
    place = files("eclosion.audit") / "knowledge" / "doors.toml"
    found = []
    for row in tomllib.loads(place.read_text("utf-8"))["door"]:
        severity = Severity.named(row["severity"])
        assert severity is not None
        words = (row["title"], row["message"], row["remedy"], row["kind"])
        found.append(Door(row["id"], severity, *words, tuple(row.get("paths", ()))))
    return tuple(found)


def side_doors(
    machine: Machine, identity: Identity, agents: Sequence[Agent], *, lived_in: bool
) -> list[Finding]:
    """What is open to these agents besides files.

    Args:
        machine: whose home, and where.
        identity: as whom they run.
        agents: those without a sandbox that holds.
        lived_in: whether it is the identity's own home on this machine; else only what lies in the home counts.
    """
    found = [*_started(machine, agents)]
    if not any(agent.kind.runs_commands for agent in agents):
        return found
    reader = Reader(identity)
    for door in known_doors():
        if door.kind in ("socket", "write"):
            paths = _paths(door, machine, identity, lived_in=lived_in)
            found += [
                _finding(door, one) for one in paths if _is_open(one, door.kind, identity, reader)
            ]
        elif lived_in and door.kind == "line":
            found += [_finding(door, one) for one in _free_rules(door, identity)]
    if lived_in and machine.proc:
        found += _of_processes(running(machine.proc), identity)
    return found


def _paths(door: Door, machine: Machine, identity: Identity, *, lived_in: bool) -> Iterator[str]:
    seen: set[tuple[int, int]] = set()
    patterns = [one for one in door.paths if one.startswith("~") or lived_in]
    if lived_in and door.id == "ssh-agent" and (named := machine.environment.get("SSH_AUTH_SOCK")):
        patterns.append(glob.escape(named))
    for pattern in patterns:
        plain = pattern.replace("{uid}", str(identity.uid))
        if plain.startswith("~"):
            plain = glob.escape(machine.home) + plain[1:]
        for path in sorted(glob.glob(plain)):
            try:
                told = os.stat(path)
            except OSError:
                continue
            if (told.st_dev, told.st_ino) not in seen:
                seen.add((told.st_dev, told.st_ino))
                yield path


def _is_open(path: str, kind: str, identity: Identity, reader: Reader) -> bool:
    try:
        told = os.stat(path)
    except OSError:
        return False
    wanted = stat.S_ISSOCK if kind == "socket" else stat.S_ISREG
    if not wanted(told.st_mode) or reader.may_read(path).answer is Answer.NO:
        return False
    ruled = identity.rules(told.st_uid, told.st_gid)
    return ruled or bool(permissions(identity, path, told) & WRITE)


def _free_rules(door: Door, identity: Identity) -> Iterator[str]:
    """Files of sudo's rules that let this user do everything; where they cannot be read nothing is said."""
    if identity.uid == 0:
        return
    names = _names_of(identity)
    for pattern in door.paths:
        for path in sorted(glob.glob(pattern)):
            if any(found["who"] in names for found in _FREE_RULE.finditer(_text(path))):
                yield path


def _names_of(identity: Identity) -> set[str]:
    import grp
    import pwd

    names = {"ALL", f"#{identity.uid}"}
    try:
        names.add(pwd.getpwuid(identity.uid).pw_name)
        names |= {f"%{grp.getgrgid(gid).gr_name}" for gid in (identity.gid, *identity.groups)}
    except KeyError:
        return names
    return names


def _of_processes(processes: Iterable[Process], identity: Identity) -> Iterator[Finding]:
    doors = {one.id: one for one in known_doors()}
    for process in processes:
        if identity.uid not in (0, process.uid) or process.pid == os.getpid():
            continue
        names = sorted(name for name in process.variables if _SECRET_NAME.search(name))
        if names:
            said = f" Process {process.pid} ({process.name}) holds {', '.join(names[:5])}."
            yield _finding(doors["process-environment"], f"/proc/{process.pid}/environ", said)
        if any(word.startswith("--remote-debugging-port") for word in process.words[1:]):
            yield _finding(doors["browser-debugging"], f"/proc/{process.pid}/cmdline")


def _started(machine: Machine, agents: Sequence[Agent]) -> Iterator[Finding]:
    """Agents that run with their questions off, and lines of start-up files that start them so."""
    for agent in agents:
        flags = agent.kind.unsafe_flags
        if not flags or agent.project:
            continue
        for process in running(machine.proc) if machine.proc else ():
            if process.pid in agent.processes and any(one in flags for one in process.words):
                yield _of_start(
                    agent, f"/proc/{process.pid}/cmdline", f"It runs so as process {process.pid}."
                )
        for path in starters(machine):
            text = _text(path)
            if span := next(unsafe_words(text, agent), None):
                number = text.count("\n", 0, span.start) + 1
                yield _of_start(agent, path, f"It is started so there (line {number}).")


def starters(machine: Machine) -> Iterator[str]:
    """Files of the home that start programs: of shells, of units, and small scripts."""
    for starter in _STARTERS:
        yield from sorted(glob.glob(os.path.join(glob.escape(machine.home), starter)))


def unsafe_words(text: str, agent: Agent) -> Iterator[Span]:
    """Where a text starts an agent with its questions off: each such word, with the blank before it."""
    if not agent.kind.unsafe_flags:
        return
    names = "|".join(re.escape(one) for one in agent.kind.programs)
    words = "|".join(re.escape(one) for one in agent.kind.unsafe_flags)
    line = re.compile(
        rf"(?m)^(?!\s*#).*\b(?:{names})\b[^\n;|&]*?(?P<word>[ \t]+(?:{words}))(?=[\s'\"]|$)"
    )
    for found in line.finditer(text):
        yield Span(*found.span("word"))


def _of_start(agent: Agent, place: str, said: str) -> Finding:
    return Finding(
        rule=f"{agent.kind.id}/started-without-questions",
        severity=Severity.CRITICAL,
        confidence=1.0,
        title=f"{agent.kind.name} {STARTED_TITLE}",
        message=f"{STARTED_MESSAGE} {said}",
        place=place,
        remedy=STARTED_REMEDY,
        tags=("door",),
    )


STARTED_TITLE = "is started with its questions or its sandbox off"
STARTED_MESSAGE = "A flag on the command line beats what its settings say."
STARTED_REMEDY = "Take the flag from the line, and start the agent anew."


def _finding(door: Door, place: str, said: str = "") -> Finding:
    return Finding(
        rule=f"door/{door.id}",
        severity=door.severity,
        confidence=1.0,
        title=door.title,
        message=door.message + said,
        place=place,
        remedy=door.remedy,
        tags=("door",),
    )


def _text(path: str) -> str:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return ""
        return os.read(handle, LINES_BYTES_MAX).decode("utf-8", "replace")
    except OSError:
        return ""
    finally:
        os.close(handle)
