"""Every rule in words: what it looks for, why it matters, what to do, and whether a machine can close it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from eclosion.audit.auditing import MODE_TITLES, NO_REMEDY
from eclosion.audit.doors import STARTED_MESSAGE, STARTED_REMEDY, STARTED_TITLE, known_doors
from eclosion.audit.knowing import known_kinds, known_sensitive
from eclosion.audit.mending.modes import READABLE, WRITABLE
from eclosion.audit.skills.scanning import ABOUT_FLOW, ODDITIES
from eclosion.audit.skills.signs import known_signs
from eclosion.kernel.finding import Severity


class Rule(NamedTuple):
    """A rule in words.

    Attributes:
        id: stable: ``claude-code/sandbox-off``.
        severity: how bad it would be; the worst, where that depends.
        title: what it is, in a few words.
        message: why it matters.
        remedy: what to do.
        looks_at: settings, files or names that it asks.
        is_fixable: whether ``--fix`` closes it.
    """

    id: str
    severity: Severity
    title: str
    message: str
    remedy: str
    looks_at: str
    is_fixable: bool = False


IN_FILE = "reach/secret-in-file"
_OTHERS = (
    Rule(
        IN_FILE,
        Severity.CRITICAL,
        "an agent can open files with keys or passwords in them",
        "Keys or passwords stand in a file whose name does not say so; the worst decides how bad it is.",
        NO_REMEDY,
        "the first MiB of every text file",
    ),
    Rule(
        READABLE,
        Severity.MEDIUM,
        MODE_TITLES[READABLE],
        "The file's mode lets everybody read it, and no folder above shuts them out. Where nobody else has an account "
        "it is only noted.",
        "Take the file's mode from others: chmod go-rwx.",
        "modes of sensitive files",
        True,
    ),
    Rule(
        WRITABLE,
        Severity.HIGH,
        MODE_TITLES[WRITABLE],
        "Whoever may change an agent's settings decides what it runs, with everything that its user may do.",
        "Take the right to write from others: chmod go-w.",
        "modes of agents' settings files",
        True,
    ),
    Rule(
        "audit/settings-unread",
        Severity.INFO,
        "a settings file could not be understood",
        "What it says is unknown, not harmless: the agent itself may read it otherwise.",
        "Mend the file, or look at it yourself.",
        "settings files of agents",
    ),
    Rule(
        "audit/folder-unread",
        Severity.INFO,
        "a folder could not be listed",
        "What lies in it was not looked at.",
        "Run the audit as the home's owner, or as root.",
        "folders of the home",
    ),
    Rule(
        "audit/walk-cut",
        Severity.INFO,
        "there are too many files",
        "The walk ended before the home did.",
        "Look at parts of it with --home.",
        "the number of files",
    ),
    Rule(
        "audit/reach-differs",
        Severity.INFO,
        "trying went otherwise than predicted",
        "Something stands between that is not modelled, or a file changed in between. What was tried is what counts.",
        "Believe the attempt, and tell us.",
        "each sensitive file, opened and closed again",
    ),
)


def every_rule() -> Iterator[Rule]:
    """All rules, in the order of their ids."""
    yield from sorted([*_of_checks(), *_of_files(), *_of_doors(), *_of_skills(), *_OTHERS])


def rule_of(id_: str) -> Rule | None:
    """The rule of that id."""
    return next((one for one in every_rule() if one.id == id_), None)


def _of_checks() -> Iterator[Rule]:
    for kind in known_kinds():
        for check in kind.checks:
            asked = ", ".join(dict.fromkeys(one.key for one in check.when))
            versions = [f"since {check.since}"] if check.since else []
            versions += [f"before {check.until}"] if check.until else []
            told = f" (in versions {' and '.join(versions)})" if versions else ""
            yield Rule(
                check.id,
                check.severity,
                f"{kind.name} {check.title}",
                check.message,
                check.remedy,
                asked + told,
                bool(check.fix),
            )


def _of_doors() -> Iterator[Rule]:
    for one in known_doors():
        asked = ", ".join(one.paths) or "running programs"
        yield Rule(f"door/{one.id}", one.severity, one.title, one.message, one.remedy, asked)
    for kind in known_kinds():
        if kind.unsafe_flags:
            asked = f"start-up files, scripts, units and running programs, for {', '.join(kind.unsafe_flags)}"
            yield Rule(
                f"{kind.id}/started-without-questions",
                Severity.CRITICAL,
                f"{kind.name} {STARTED_TITLE}",
                STARTED_MESSAGE,
                STARTED_REMEDY,
                asked,
                True,
            )


def _of_files() -> Iterator[Rule]:
    for one in known_sensitive():
        yield Rule(
            f"reach/{one.id}",
            one.severity,
            f"an agent can open {one.title}",
            f"Files that an agent should not be able to open: {one.title}.",
            one.remedy or NO_REMEDY,
            ", ".join(one.patterns),
            True,
        )


def _of_skills() -> Iterator[Rule]:
    told: set[str] = set()
    for sign in known_signs():
        if sign.id not in told:
            told.add(sign.id)
            looks_at = f"skills: {', '.join(sign.where)}"
            yield Rule(
                f"skills/{sign.id}", sign.severity, sign.title, sign.message, sign.remedy, looks_at
            )
    for id_, (severity, title, message) in {**ODDITIES, **ABOUT_FLOW}.items():
        yield Rule(
            f"skills/{id_}",
            severity,
            title,
            message,
            "Ask for its source, and read it.",
            "skills: files",
        )
