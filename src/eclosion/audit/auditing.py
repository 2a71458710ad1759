"""The audit of one home: which agents are there, what they can reach, and what their settings allow.

What always holds: nothing that is read is executed, nothing is changed, no network is asked, and no finding holds a
secret. What could not be looked at is a finding of its own.
"""

from __future__ import annotations

import os
import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eclosion.audit.conditions import all_hold
from eclosion.audit.confined import Running, running_agents
from eclosion.audit.doors import side_doors
from eclosion.audit.inventory import Machine, find_agents
from eclosion.audit.mending.modes import READABLE, WRITABLE, mode_changes, others_live_here
from eclosion.audit.model import Agent, Check, Sensitive
from eclosion.audit.reach import Answer, CannotProbe, Identity, own, probe
from eclosion.audit.reaching import Hold, Reach, Route
from eclosion.audit.walking import Found, walk_home
from eclosion.kernel.finding import Finding, Severity

if TYPE_CHECKING:
    from eclosion.audit.contents import Inside

MODE_TITLES = {
    READABLE: "other users of this machine can read a secret",
    WRITABLE: "other users of this machine can change an agent's settings",
}
NO_REMEDY = "Move it where no agent looks, and rotate what may have been read."


@dataclass(frozen=True, slots=True)
class Tried:
    """What trying came to, beside what was predicted.

    Attributes:
        count: how many files were tried.
        differing: those where the attempt went otherwise: path, predicted, observed.
        trouble: why nothing could be tried; empty if it could.
    """

    count: int = 0
    differing: tuple[tuple[str, str, str], ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What an audit found.

    Attributes:
        home: whose.
        agents: who is there.
        routes: how each agent stands to each sensitive file.
        classes: the class of each sensitive file.
        findings: what is to be said, worst first.
        files_count: how many files were looked at.
        tried: what trying came to.
        running: how agents that run now are confined.
    """

    home: str
    agents: tuple[Agent, ...]
    routes: tuple[Route, ...]
    classes: dict[str, Sensitive]
    findings: tuple[Finding, ...]
    files_count: int
    tried: Tried
    running: tuple[Running, ...] = ()


def audit_home(
    machine: Machine,
    *,
    identity: Identity | None = None,
    probing: bool = True,
    contents: bool = True,
) -> Report:
    """Look at one home.

    Args:
        machine: whose home, and where.
        identity: as whom agents run there; by default as the home's owner.
        probing: also try to open what is sensitive, as that identity.
        contents: also look into files whose names say nothing.
    """
    someone = identity or owner_of(machine.home)
    found = walk_home(machine.home)
    agents = find_agents(machine, found.projects)
    classes = dict(found.sensitive)
    inside = _look_inside(found.others) if agents and contents else {}
    classes |= {path: _class_of(one) for path, one in inside.items()}
    routes = [
        reach.route(path)
        for reach in (Reach(agent, someone, machine.home) for agent in _distinct(agents))
        for path in classes
    ]
    tried = _try(classes, someone, routes) if probing else Tried()
    findings = [
        *_of_files(classes, routes, machine.home, inside),
        *_of_settings(agents, machine.home),
        *_of_modes(agents, classes, machine.home),
        *side_doors(machine, someone, _unwalled(agents), lived_in=_is_lived_in(machine, someone)),
        *_of_troubles(agents, found, tried, machine.home),
    ]
    findings.sort(key=lambda one: (-one.severity, one.rule, one.place))
    return Report(
        machine.home,
        tuple(agents),
        tuple(routes),
        classes,
        tuple(findings),
        found.files_count,
        tried,
        tuple(running_agents(agents, classes)) if machine.proc else (),
    )


def owner_of(home: str) -> Identity:
    """As whom a program runs that this home's owner starts."""
    try:
        uid = os.stat(home).st_uid
        if uid == os.geteuid():
            return own()
        import pwd

        from eclosion.audit.reach import of_user

        return of_user(pwd.getpwuid(uid).pw_name)
    except (OSError, KeyError, ImportError):
        return own()


def _unwalled(agents: Iterable[Agent]) -> list[Agent]:
    """Those whose own sandbox does not stand, or can be left."""
    return [
        agent
        for agent in agents
        if not any(
            all_hold((*wall.on, *wall.holds), agent.effective)
            for wall in agent.kind.walls
            if not wall.soft
        )
    ]


def _is_lived_in(machine: Machine, identity: Identity) -> bool:
    """Whether it is that user's home on this machine, and no copy of one."""
    try:
        import pwd

        home = pwd.getpwuid(identity.uid).pw_dir
    except (ImportError, KeyError):
        return False
    return machine.root == os.sep and os.path.realpath(home) == os.path.realpath(machine.home)


def _distinct(agents: Sequence[Agent]) -> list[Agent]:
    """Each agent with its own settings; a project's variant only where its settings open or close something else."""
    general = {agent.kind.id: agent for agent in agents if not agent.project}
    return [
        agent
        for agent in agents
        if not agent.project
        or agent.kind.id not in general
        or agent.effective != general[agent.kind.id].effective
    ]


def _look_inside(paths: Iterable[str]) -> dict[str, Inside]:
    from eclosion.audit.contents import look_inside  # it loads the engine

    return {one.path: one for one in look_inside(paths)}


def _class_of(one: Inside) -> Sensitive:
    """A class for a file that is sensitive by what stands in it."""
    return Sensitive("secret-in-file", "files with keys or passwords in them", one.severity, ())


def _of_files(
    classes: dict[str, Sensitive], routes: Iterable[Route], home: str, inside: dict[str, Inside]
) -> list[Finding]:
    """One finding for each sensitive file that some agent can open."""
    open_to: dict[str, list[Route]] = defaultdict(list)
    for route in routes:
        if route.hold.is_open:
            open_to[route.path].append(route)
    found = []
    for path, ways in open_to.items():
        kind = classes[path]
        names = sorted({way.agent.kind.name for way in ways})
        verb = "could" if all(way.hold is Hold.UNKNOWN for way in ways) else "can"
        soft = all(way.hold is Hold.ONLY_ITS_RULES for way in ways)
        but = "; its rules forbid it, but no command that it runs is bound by them" if soft else ""
        found.append(
            Finding(
                rule=f"reach/{kind.id}",
                severity=kind.severity,
                confidence=0.5 if verb == "could" else 1.0,
                title=f"{_listed(names)} {verb} open {kind.title}",
                message=f"{_short(path, home)} is open to {_listed(names)} "
                f"({ways[0].reason}){but}.{_what_is_in(inside.get(path))}",
                place=path,
                remedy=_remedy(kind, path),
                tags=("secret", "reach"),
            )
        )
    return found


def _remedy(kind: Sensitive, path: str) -> str:
    """What to do, with a command where the file can go into the vault. Odd names make no command to copy."""
    told = kind.remedy or NO_REMEDY
    if kind.stays or not path.isprintable():
        return told
    return f"{told} Close it now: eclosion vault add {shlex.quote(path)}"


def _what_is_in(one: Inside | None) -> str:
    if one is None:
        return ""
    told = [
        f"{title} (line {', '.join(map(str, lines[:3]))}{', …' if len(lines) > 3 else ''})"
        for title, lines in one.kinds[:5]
    ]
    return f" In it: {'; '.join(told)}."


def _of_settings(agents: Iterable[Agent], home: str) -> list[Finding]:
    return [_of_check(agent, check, home) for agent, check in speaking(agents)]


def speaking(agents: Iterable[Agent]) -> Iterator[tuple[Agent, Check]]:
    """What settings allow: said once for the user's own, and for a project only where it is the project's doing."""
    said: set[str] = set()
    for agent in agents:
        for check in agent.kind.checks:
            if not agent.settings or not all_hold(check.when, agent.effective):
                continue
            if agent.project and check.id in said:
                continue
            if not agent.project:
                said.add(check.id)
            yield agent, check


def _of_modes(agents: Sequence[Agent], secrets: Iterable[str], home: str) -> list[Finding]:
    """Files that other people on this machine can read or change. Where nobody else lives, reading is only noted."""
    if not agents or not os.path.isdir(home):
        return []
    alone = not others_live_here(home)
    return [
        Finding(
            rule=one.rule,
            severity=(Severity.INFO if alone else Severity.MEDIUM)
            if one.rule == READABLE
            else Severity.HIGH,
            confidence=1.0,
            title=MODE_TITLES[one.rule],
            message=f"{_short(one.path, home)} has mode {one.before:04o}; {one.after:04o} would do.",
            place=one.path,
            remedy=f"chmod {one.after:o} {_short(one.path, home)}",
            tags=("files",),
        )
        for one in mode_changes(home, agents, secrets)
    ]


def _of_check(agent: Agent, check: Check, home: str) -> Finding:
    """The finding stands in the strongest file that says it, or where it ought to be said."""
    saying = [one.path for one in agent.settings if all_hold(check.when, one.content)]
    place = (saying or [one.path for one in agent.settings])[-1]
    where = f" in {_short(agent.project, home)}" if agent.project else ""
    return Finding(
        rule=check.id,
        severity=check.severity,
        confidence=1.0,
        title=f"{agent.kind.name}{where} {check.title}",
        message=check.message,
        place=place,
        pointer="/" + check.when[0].key.replace("~", "~0").replace("/", "~1").replace(".", "/"),
        remedy=check.remedy,
        tags=("settings",),
    )


def _of_troubles(agents: Iterable[Agent], found: Found, tried: Tried, home: str) -> list[Finding]:
    """What could not be looked at, and where trying and predicting differ."""
    told = [
        _trouble(
            "settings-unread", setting.path, f"{_short(setting.path, home)} {setting.trouble}."
        )
        for agent in agents
        for setting in agent.settings
        if setting.trouble
    ]
    told += [
        _trouble("folder-unread", path, f"{_short(path, home)} cannot be listed.")
        for path in found.closed
    ]
    if found.cut:
        told.append(_trouble("walk-cut", home, "There are too many files; the rest was not seen."))
    told += [
        _trouble(
            "reach-differs", path, f"{_short(path, home)}: predicted {predicted}, tried {observed}."
        )
        for path, predicted, observed in tried.differing
    ]
    unique = {(one.rule, one.place): one for one in told}
    return list(unique.values())


def _trouble(rule: str, place: str, message: str) -> Finding:
    return Finding(
        rule=f"audit/{rule}",
        severity=Severity.INFO,
        confidence=1.0,
        title="not everything could be looked at" if rule != "reach-differs" else "a doubt",
        message=message,
        place=place,
        tags=("audit",),
    )


def _try(classes: dict[str, Sensitive], identity: Identity, routes: Iterable[Route]) -> Tried:
    """Open each file as that identity. What a sandbox hides is not entered here and so not compared."""
    expected = {
        route.path: Answer.NO if route.hold is Hold.SYSTEM else Answer.YES
        for route in routes
        if route.hold in (Hold.NOTHING, Hold.ONLY_ITS_RULES, Hold.SYSTEM)
    }
    paths = [path for path in classes if path in expected]
    try:
        observed = probe(paths, identity) if paths else []
    except CannotProbe as problem:
        return Tried(trouble=str(problem))
    differing = tuple(
        (path, expected[path].value, one.answer.value)
        for path, one in zip(paths, observed, strict=True)
        if one.answer is not expected[path]
    )
    return Tried(len(paths), differing)


def _short(path: str, home: str) -> str:
    return "~" + path[len(home) :] if path == home or path.startswith(home + os.sep) else path


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
