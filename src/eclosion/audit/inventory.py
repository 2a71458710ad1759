"""Which agents are on this machine: by the files that they keep and the processes that run.

What always holds: an agent is found without being asked or started. A settings file that cannot be understood is told
as such, and what it might say is unknown, not harmless.
"""

from __future__ import annotations

import glob
import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from eclosion.audit.knowing import known_kinds
from eclosion.audit.model import Agent, Kind, Layer, Setting
from eclosion.audit.reading import Unreadable, read_settings


class Machine(NamedTuple):
    """Where to look.

    Attributes:
        home: the home directory.
        system: ``linux``, ``macos`` or ``windows``: whose paths are looked at.
        root: put before absolute paths: ``/`` for this machine, a folder for a copy of one.
        environment: variables that may move an agent's folder.
        proc: where running processes are listed; empty for no look at them.
    """

    home: str
    system: str
    root: str = "/"
    environment: Mapping[str, str] = {}
    proc: str = "/proc"


def this_machine(home: str | None = None) -> Machine:
    """This one, for a home: by default one's own. Variables of this process say nothing of another's home."""
    own = os.path.expanduser("~")
    chosen = os.path.abspath(home or own)
    names = {"darwin": "macos", "win32": "windows"}
    environment = dict(os.environ) if chosen == own else {}
    return Machine(chosen, names.get(sys.platform, "linux"), "/", environment)


def find_agents(
    machine: Machine, projects: Iterable[str] = (), kinds: Iterable[Kind] | None = None
) -> list[Agent]:
    """Every agent that shows itself, and once more for each project whose own settings it would follow.

    Args:
        machine: where.
        projects: folders that may hold project settings.
        kinds: what is known; by default all that ships.
    """
    found = []
    running = _running(machine.proc)
    folders = list(projects)
    for kind in known_kinds() if kinds is None else kinds:
        signs = [
            path for sign in kind.signs[machine.system] if (path := _there(machine, kind, sign))
        ]
        processes = tuple(pid for pid, name in running if name in kind.programs)
        general = _settings(machine, kind, "")
        if signs or processes or general:
            found.append(_agent(kind, signs, general, processes, ""))
        for project in folders:
            if special := _settings(machine, kind, project, project_only=True):
                every = _in_order(kind, [*general, *special])
                found.append(_agent(kind, [one.path for one in special], every, (), project))
    return found


def _agent(
    kind: Kind, signs: list[str], settings: list[Setting], processes: tuple[int, ...], project: str
) -> Agent:
    effective: dict[str, Any] = {}
    for one in settings:
        content = {one.layer.under: one.content} if one.layer.under else one.content
        effective = merged(effective, content, lists_add=kind.lists_add)
    return Agent(kind, tuple(signs), tuple(settings), effective, processes, project)


def merged(weaker: dict[str, Any], stronger: dict[str, Any], *, lists_add: bool) -> dict[str, Any]:
    """Two layers as one: tables go into each other, of anything else the stronger layer's counts."""
    result = dict(weaker)
    for name, value in stronger.items():
        before = result.get(name)
        if isinstance(before, dict) and isinstance(value, dict):
            result[name] = merged(before, value, lists_add=lists_add)
        elif lists_add and isinstance(before, list) and isinstance(value, list):
            result[name] = before + [one for one in value if one not in before]
        else:
            result[name] = value
    return result


def _settings(
    machine: Machine, kind: Kind, project: str, *, project_only: bool = False
) -> list[Setting]:
    found = []
    for layer in kind.layers:
        of_project = layer.path.startswith("@/")
        if of_project != project_only:
            continue
        pattern = (
            os.path.join(glob.escape(project), layer.path[2:])
            if of_project
            else _placed(machine, kind, layer.path)
        )
        found += [_setting(path, layer) for path in sorted(glob.glob(pattern))]
    return found


def _in_order(kind: Kind, settings: list[Setting]) -> list[Setting]:
    places = {layer: number for number, layer in enumerate(kind.layers)}
    return sorted(settings, key=lambda one: places[one.layer])


def _setting(path: str, layer: Layer) -> Setting:
    try:
        return Setting(path, layer, read_settings(path, layer.format))
    except Unreadable as problem:
        return Setting(path, layer, trouble=str(problem))


def place_of(machine: Machine, kind: Kind, layer: Layer) -> list[str]:
    """The one path of a user's layer on this machine, there or not; none for patterns and another system's paths."""
    systems = {"AppData/": "windows", "Library/": "macos"}
    own = next((name for sign, name in systems.items() if sign in layer.path), machine.system)
    if "*" in layer.path or own != machine.system:
        return []
    return [glob_plain(_placed(machine, kind, layer.path))]


def glob_plain(pattern: str) -> str:
    """A pattern that stands for one path, as that path."""
    return re.sub(r"\[([*?\[])\]", r"\1", pattern)


def _there(machine: Machine, kind: Kind, sign: str) -> str:
    path = _placed(machine, kind, sign)
    return path if os.path.lexists(path) else ""


def _placed(machine: Machine, kind: Kind, path: str) -> str:
    """A known path on this machine: the agent's folder may have been moved by a variable."""
    for variable, folder in kind.moved_by.items():
        moved = machine.environment.get(variable)
        if moved and (path == folder or path.startswith(folder + "/")):
            return glob.escape(os.path.expanduser(moved)) + path.removeprefix(folder)
    if path.startswith("~"):
        return glob.escape(machine.home) + path[1:]
    return os.path.join(machine.root, path.lstrip("/")) if path.startswith("/") else path


def _running(proc: str) -> list[tuple[int, str]]:
    """Running processes with the name that they were started by; none where there is no list of them."""
    found: list[tuple[int, str]] = []
    if not proc:
        return found
    try:
        names = [name for name in os.listdir(proc) if name.isdigit()]
    except OSError:
        return found
    for name in names:
        try:
            words = (Path(proc) / name / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        # A script stands behind its interpreter: node /usr/lib/…/claude.
        for word in words[:2]:
            program = os.path.basename(os.fsdecode(word))
            if program:
                found.append((int(name), program.removesuffix(".js").removesuffix(".exe")))
    return found
