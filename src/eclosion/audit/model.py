"""What the audit knows of an agent and what it found of it: plain values, no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from eclosion.kernel.finding import Severity


class Condition(NamedTuple):
    """One thing that must hold of an agent's settings.

    Attributes:
        key: where to look: names with dots between, ``*`` for any name or item: ``mcpServers.*.trust``.
        test: ``is``, ``is_not``, ``in``, ``not_in``, ``matches``, ``above``, ``below``, ``present``, ``absent``.
        value: what to compare with; ``matches`` takes patterns for a text or each item of a list.
        but: patterns of what does not count for ``matches``.
    """

    key: str
    test: str
    value: Any = None
    but: tuple[str, ...] = ()


class Mend(NamedTuple):
    """A change to a setting that a machine can make for its owner.

    Attributes:
        key: which, as in a condition.
        action: ``set`` it, ``drop`` it, or ``take`` items from a list.
        value: what to set it to. ``take`` without a value takes what the check's condition on this key matches, with
            patterns what these match.
        file: the name of the file to write it into where it stands in none yet; empty for the strongest of the user's.
        before: items that go with the one behind them, if that is taken: ``-v``.
    """

    key: str
    action: str
    value: Any = None
    file: str = ""
    before: tuple[str, ...] = ()


class Check(NamedTuple):
    """A rule about an agent's settings.

    Attributes:
        id: stable: ``claude-code/bypass-permissions``.
        severity: how bad it would be.
        title: what it is, in a few words.
        message: why it matters, in a sentence or two.
        remedy: what to write instead.
        when: all of these must hold.
        bad: settings of which the check speaks, as an example.
        fixed: the same without the fault.
        since: the agent's first version in which it means this; empty for all.
        until: the first version in which it no longer does.
        fix: changes that close it; empty where only its owner can tell what to write.
    """

    id: str
    severity: Severity
    title: str
    message: str
    remedy: str
    when: tuple[Condition, ...]
    bad: dict[str, Any]
    fixed: dict[str, Any]
    since: str = ""
    until: str = ""
    fix: tuple[Mend, ...] = ()


class Layer(NamedTuple):
    """One file of settings.

    Attributes:
        path: where, with ``~`` for the home or ``@`` for a project's folder; ``*`` as in a shell.
        format: ``json`` (comments and trailing commas allowed), ``toml``, ``yaml`` or ``env``.
        scope: ``managed``, ``user``, ``project`` or ``local``.
        under: the key below which its content stands in the merged settings; empty for the top.
    """

    path: str
    format: str
    scope: str
    under: str = ""


class Wall(NamedTuple):
    """A sandbox that the agent itself can put around its tools, or rules that only its own tools follow.

    Attributes:
        on: settings under which it stands; all must hold.
        holds: further settings without which a way around it is open.
        denied: keys of lists of paths that it hides.
        closed: it shows nothing of the home but the project and what ``allowed`` lists.
        allowed: keys of lists of further paths that a closed one shows.
        soft: only the agent's own tools follow it; a command in its shell does not.
        denied_by: words by which a table under a key of ``denied`` says that its name is hidden: ``"~/.ssh" = "deny"``.
        fix: changes that make it stand, and hold.
        hides: keys of lists to which what it should hide is added, each with how it is written there: ``Read({})``;
            with ``denied_by``, keys of tables.
        needs: programs of which it needs one to stand, on Linux.
    """

    on: tuple[Condition, ...]
    holds: tuple[Condition, ...] = ()
    denied: tuple[str, ...] = ()
    closed: bool = False
    allowed: tuple[str, ...] = ()
    soft: bool = False
    denied_by: tuple[str, ...] = ()
    fix: tuple[Mend, ...] = ()
    hides: tuple[tuple[str, str], ...] = ()
    needs: tuple[str, ...] = ()


class Kind(NamedTuple):
    """What is known of one agent program: read from its file in ``knowledge/agents``.

    Attributes:
        id: ``claude-code``.
        name: as its makers write it.
        signs: files and folders that show that it is here, by system (``linux``, ``macos``, ``windows``).
        moved_by: environment variables that say where its folder is, each with the folder that it replaces.
        programs: names of its processes.
        layers: its settings files, the weakest first.
        lists_add: whether lists of several layers add up; else the strongest layer's list counts.
        runs_commands: whether it has a shell tool unless told otherwise.
        walls: its own sandboxes and rules.
        checks: what its settings are asked.
        unsafe_flags: words of its command line that switch its questions or its sandbox off.
    """

    id: str
    name: str
    signs: dict[str, tuple[str, ...]]
    moved_by: dict[str, str]
    programs: tuple[str, ...]
    layers: tuple[Layer, ...]
    lists_add: bool
    runs_commands: bool
    walls: tuple[Wall, ...]
    checks: tuple[Check, ...]
    unsafe_flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """A settings file that was found.

    Attributes:
        path: where.
        layer: which of the agent's layers it is.
        content: what it says; empty if it could not be read.
        trouble: why it could not be read, for people.
    """

    path: str
    layer: Layer
    content: dict[str, Any] = field(default_factory=dict)
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent program that was found here.

    Attributes:
        kind: which.
        signs: the files and folders that showed it.
        settings: its settings files, the weakest first.
        effective: what they say together.
        processes: the numbers of its running processes.
        project: the folder whose project settings are counted in; empty for the user's own.
    """

    kind: Kind
    signs: tuple[str, ...]
    settings: tuple[Setting, ...]
    effective: dict[str, Any]
    processes: tuple[int, ...] = ()
    project: str = ""


class Sensitive(NamedTuple):
    """A class of files that no agent should be able to read.

    Attributes:
        id: ``ssh-private-key``.
        title: what it is, for people.
        severity: how bad it is if an agent can read one.
        patterns: paths below the home, as in a shell; ``**/`` for any folder.
        but: patterns of those that are harmless: public keys.
        head: words of which one must stand in the first kilobytes; empty if the name is enough.
        remedy: what to do.
        stays: a program works with it all the time, so that it cannot be moved away.
    """

    id: str
    title: str
    severity: Severity
    patterns: tuple[str, ...]
    but: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    remedy: str = ""
    stays: bool = False
