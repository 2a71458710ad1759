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
    names = _programs(running(machine.proc))
    folders = list(projects)
    for kind in known_kinds() if kinds is None else kinds:
        signs = [
            path for sign in kind.signs[machine.system] if (path := _there(machine, kind, sign))
        ]
        processes = tuple(pid for pid, name in names if name in kind.programs)
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


class Process(NamedTuple):
    """A running program.

    Attributes:
        pid: its number.
        name: what it was started as; of a script the script's name.
        words: its command line.
        uid: whose it is.
        variables: names in its environment; none where that cannot be read.
    """

    pid: int
    name: str
    words: tuple[str, ...]
    uid: int
    variables: tuple[str, ...]


def running(proc: str) -> list[Process]:
    """Running programs; none where there is no list of them."""
    try:
        names = [name for name in os.listdir(proc) if name.isdigit()] if proc else []
    except OSError:
        return []
    found = []
    for name in names:
        folder = Path(proc) / name
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")[:-1]
            uid = folder.stat().st_uid
        except OSError:
            continue
        program = os.path.basename(os.fsdecode(words[0])) if words else ""
        told = tuple(os.fsdecode(word) for word in words)
        found.append(Process(int(name), program, told, uid, _variables(folder)))
    return found


def _variables(folder: Path) -> tuple[str, ...]:
    """Names of variables that have a value."""
    try:
        raw = (folder / "environ").read_bytes()
    except OSError:
        return ()
    pairs = (one.partition(b"=") for one in raw.split(b"\0"))
    return tuple(os.fsdecode(name) for name, _, value in pairs if name and value)


def _programs(processes: Iterable[Process]) -> list[tuple[int, str]]:
    """Each process under the names that it may be known by: a script stands behind its interpreter."""
    return [
        (one.pid, name.removesuffix(".js").removesuffix(".exe"))
        for one in processes
        for word in one.words[:2]
        if (name := os.path.basename(word))
    ]
