"""What each agent can reach: the kernel's answer, behind whatever really stands between.

What always holds: a rule that only the agent's own tools follow counts as no wall wherever it can run a command; a wall
with a way around it counts as none; and where something cannot be told, that is said.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from eclosion.audit.conditions import all_hold, values_at
from eclosion.audit.model import Agent, Wall
from eclosion.audit.patterns import expression
from eclosion.audit.reach import Answer, Identity, Predictor, Shown, Verdict, of_docker


class Hold(Enum):
    """What stands between an agent and a file."""

    NOTHING = "nothing"
    ONLY_ITS_RULES = "only its own rules"
    SANDBOX = "its sandbox"
    SYSTEM = "the system"
    UNKNOWN = "unknown"

    @property
    def is_open(self) -> bool:
        """Whether the file counts as reachable. What is unknown does."""
        return self in (Hold.NOTHING, Hold.ONLY_ITS_RULES, Hold.UNKNOWN)


class Route(NamedTuple):
    """How an agent stands to a file.

    Attributes:
        agent: who.
        path: the file.
        hold: what stands in between.
        reason: what decided, for people.
    """

    agent: Agent
    path: str
    hold: Hold
    reason: str


class WallSight:
    """What an agent's own sandbox or rules leave visible (a ``Sight``).

    Args:
        wall: which.
        agent: whose settings fill it.
        home: for ``~``.
    """

    def __init__(self, wall: Wall, agent: Agent, home: str) -> None:
        self.name = "its own rules" if wall.soft else "its sandbox"
        denied = [*_texts(agent, wall.denied), *_named(agent, wall)]
        self._denied = [_pattern(one, home, agent.project) for one in denied]
        shown = _at_home(_texts(agent, wall.allowed), home)
        # What is no volume with a target is a folder that stands there under its own name.
        binds = [one if ":" in one else f"{one}:{one}" for one in shown]
        if agent.project:
            binds.append(f"{agent.project}:{agent.project}")
        self._binds = of_docker(binds) if wall.closed else None

    def shown(self, path: str) -> list[Shown]:
        """Itself, unless it is hidden; under another name where a container shows it."""
        if any(pattern.match(path) for pattern in self._denied):
            return []
        return self._binds.shown(path) if self._binds else [Shown(path, "/")]


class Reach:
    """What one agent can reach.

    Args:
        agent: who.
        identity: as whom its programs run.
        home: for ``~`` in its settings.
    """

    def __init__(self, agent: Agent, identity: Identity, home: str) -> None:
        self._agent = agent
        self._kernel = Predictor(identity)
        standing = [wall for wall in agent.kind.walls if all_hold(wall.on, agent.effective)]
        self._hard = [
            WallSight(wall, agent, home)
            for wall in standing
            if not self._is_soft(wall) and all_hold(wall.holds, agent.effective)
        ]
        self._soft = [
            WallSight(wall, agent, home)
            for wall in standing
            if self._is_soft(wall) or not all_hold(wall.holds, agent.effective)
        ]

    def route(self, path: str) -> Route:
        """How it stands to this file, an absolute path of this machine."""
        verdict = self._kernel.predict(path)
        real = os.path.realpath(path)
        hidden = [wall.name for wall in self._hard if not wall.shown(real)]
        if hidden:
            return self._say(path, Hold.SANDBOX, f"{hidden[0]} does not show it")
        if verdict.answer is Answer.NO:
            return self._say(path, Hold.SYSTEM, verdict.reason)
        if verdict.answer is Answer.UNKNOWN:
            return self._say(path, Hold.UNKNOWN, verdict.reason)
        return self._open(path, real, verdict)

    def _open(self, path: str, real: str, verdict: Verdict) -> Route:
        if any(not wall.shown(real) for wall in self._soft):
            why = "its rules forbid it, and no command that it runs is bound by them"
            return self._say(path, Hold.ONLY_ITS_RULES, why)
        return self._say(path, Hold.NOTHING, verdict.reason)

    def _say(self, path: str, hold: Hold, reason: str) -> Route:
        return Route(self._agent, path, hold, reason)

    def _is_soft(self, wall: Wall) -> bool:
        return wall.soft and self._agent.kind.runs_commands


def _named(agent: Agent, wall: Wall) -> list[str]:
    """Paths that stand as names: ``"~/.ssh" = "deny"``."""
    tables = [
        value for key in wall.denied for value in values_at(agent.effective, _full(agent, key))
    ]
    return [
        name
        for table in tables
        if isinstance(table, dict)
        for name, value in table.items()
        if value in wall.denied_by
    ]


def _full(agent: Agent, key: str) -> str:
    """A key with names in braces replaced by what the settings say there: ``permissions.{default_permissions}``."""
    for name in re.findall(r"\{([\w.]+)\}", key):
        said = next((one for one in values_at(agent.effective, name) if isinstance(one, str)), "")
        key = key.replace(f"{{{name}}}", said)
    return key


def _texts(agent: Agent, keys: Iterable[str]) -> list[str]:
    found = [value for key in keys for value in values_at(agent.effective, _full(agent, key))]
    listed = [one for value in found for one in (value if isinstance(value, list) else [value])]
    return [one for one in listed if isinstance(one, str)]


def _at_home(binds: list[str], home: str) -> list[str]:
    return [home + one[1:] if one.startswith("~") else one for one in binds]


def _pattern(rule: str, home: str, project: str) -> re.Pattern[str]:
    """A rule's path as an expression: a folder hides what is below it, ``*`` and ``**`` are as in a shell.

    ``Read(~/.ssh/**)`` and ``~/.ssh`` say the same; ``//etc`` is absolute and ``/etc`` the project's where rules are
    written in the first form (https://docs.claude.com/en/docs/claude-code/iam).
    """
    inner = re.fullmatch(r"(\w+)\((.*)\)", rule)
    path = inner.group(2) if inner else rule
    if inner and inner.group(1) not in ("Read", "*"):
        return re.compile(r"(?!)")
    if path.startswith("~"):
        path = home + path[1:]
    elif path.startswith("//"):
        path = path[1:]
    elif path.startswith("/"):
        path = (project or "/nowhere") + path if inner else path
    else:
        path = (f"{project}/" if project else "/**/") + path.removeprefix("./")
    path = path.rstrip("/").removesuffix("/**").removesuffix("/*")
    return re.compile(f"{expression(path)}|{expression(path + '/**')}")
