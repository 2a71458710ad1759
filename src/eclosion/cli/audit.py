"""``eclosion audit``: what the agents on this machine can reach, worst first, with what to do about each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eclosion.cli.options import AsJson
from eclosion.cli.output import FINDINGS, put, put_json, say
from eclosion.kernel.errors import Invalid, NotFound
from eclosion.kernel.finding import Severity

if TYPE_CHECKING:
    from eclosion.audit import Machine, Report

audit = typer.Typer(invoke_without_command=True)

IN_FILE = "reach/secret-in-file"

Home = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Whose home to look at; by default your own."),
]
Root = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Where a machine's disk begins that is not this one's: a backup, an image. No process is looked at then.",
    ),
]
FailOn = Annotated[
    str,
    typer.Option(
        metavar="SEVERITY",
        help="End with 1 if something is at least this bad: info, low, medium, high, critical; or never.",
    ),
]


@audit.callback()
def audit_home(
    ctx: typer.Context,
    home: Home = None,
    root: Root = None,
    fail_on: FailOn = "high",
    probe: Annotated[
        bool, typer.Option(help="Also try to open what is sensitive, without reading it.")
    ] = True,
    contents: Annotated[
        bool, typer.Option(help="Also look into files whose names say nothing.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Look at a home: which agents live there, which secrets they can open, and what their settings allow.

    Nothing is executed, changed or sent, and no secret is shown. Sensitive files are opened to see whether they open;
    files whose names say nothing are searched for keys and passwords.

    Examples: eclosion audit; eclosion audit --home /home/ada --fail-on critical; eclosion audit --json | jq .findings
    """
    if ctx.invoked_subcommand:
        return
    least = _severity(fail_on)
    from eclosion.audit import audit_home as look

    machine = _machine(home, root)
    if not Path(machine.home).is_dir():
        raise NotFound(f"There is no home at {machine.home}.", hint="Name one with --home DIR.")
    report = look(machine, probing=probe, contents=contents)
    if as_json:
        put_json(_as_json(report))
    else:
        from eclosion.cli.audit_report import print_report

        print_report(report)
    if least and any(one.severity >= least for one in report.findings):
        raise typer.Exit(FINDINGS)


@audit.command("explain")
def explain(
    rule: Annotated[str, typer.Argument(metavar="ID", help="A rule's id, as the report shows it.")],
    as_json: AsJson = False,
) -> None:
    """Say what a rule looks for, why it matters and what to do.

    Example: eclosion audit explain claude-code/sandbox-off
    """
    told = _explained(rule)
    if as_json:
        put_json(told)
        return
    put(f"{told['id']} ({told['severity']})")
    for name in ("title", "message", "remedy", "looks_at"):
        if told.get(name):
            put(f"  {name.replace('_', ' ')}: {told[name]}")


@audit.command("rules")
def rules(as_json: AsJson = False) -> None:
    """List every rule: what settings are asked, and which files count as sensitive."""
    every = [_explained(one) for one in _ids()]
    if as_json:
        put_json({"rules": every})
        return
    for one in every:
        put(f"{one['severity']:<9}{one['id']:<44}{one['title']}")
    say(f"{len(every)} rules.")


@audit.command("agents")
def agents(home: Home = None, root: Root = None, as_json: AsJson = False) -> None:
    """List the agents that are found, with their settings files and running processes."""
    from eclosion.audit import find_agents
    from eclosion.audit.walking import walk_home

    machine = _machine(home, root)
    found = find_agents(machine, walk_home(machine.home).projects)
    told = [
        {
            "id": one.kind.id,
            "name": one.kind.name,
            "project": one.project,
            "signs": list(one.signs),
            "settings": [{"path": each.path, "trouble": each.trouble} for each in one.settings],
            "processes": list(one.processes),
        }
        for one in found
    ]
    if as_json:
        put_json({"agents": told})
        return
    from eclosion.cli.audit_report import plain

    for one in found:
        put(plain(f"{one.kind.name}{f' in {one.project}' if one.project else ''}"))
        for setting in one.settings:
            put(plain(f"  {setting.path}{f': {setting.trouble}' if setting.trouble else ''}"))
        for pid in one.processes:
            put(f"  runs as process {pid}")
    if not found:
        say(f"No agent that we know shows itself in {plain(machine.home)}.")


def _machine(home: Path | None, root: Path | None) -> Machine:
    from eclosion.audit import this_machine

    machine = this_machine(str(home) if home else None)
    return machine._replace(root=str(root), proc="", environment={}) if root else machine


def _severity(word: str) -> Severity | None:
    if word.lower() == "never":
        return None
    severity = Severity.named(word)
    if severity is None:
        raise Invalid(
            f"There is no severity {word!r}.",
            hint="One of info, low, medium, high, critical, never.",
        )
    return severity


def _as_json(report: Report) -> dict[str, object]:
    """The report's published form (docs/audit.md): additions may come, nothing is renamed."""
    return {
        "version": 1,
        "home": report.home,
        "files": report.files_count,
        "agents": [
            {"id": one.kind.id, "name": one.kind.name, "project": one.project}
            for one in report.agents
        ],
        "reach": [
            {
                "agent": one.agent.kind.id,
                "project": one.agent.project,
                "path": one.path,
                "class": report.classes[one.path].id,
                "open": one.hold.is_open,
                "held_by": one.hold.value,
                "reason": one.reason,
            }
            for one in report.routes
        ],
        "findings": [
            {
                "rule": one.rule,
                "severity": one.severity.word,
                "title": one.title,
                "message": one.message,
                "place": one.place,
                "pointer": one.pointer,
                "remedy": one.remedy,
                "fingerprint": one.fingerprint,
            }
            for one in report.findings
        ],
        "tried": {
            "files": report.tried.count,
            "trouble": report.tried.trouble,
            "differing": [
                {"path": path, "predicted": predicted, "observed": observed}
                for path, predicted, observed in report.tried.differing
            ],
        },
    }


def _ids() -> list[str]:
    from eclosion.audit.knowing import known_kinds, known_sensitive

    checks = [check.id for kind in known_kinds() for check in kind.checks]
    return sorted([*checks, *(f"reach/{one.id}" for one in known_sensitive()), IN_FILE])


def _explained(rule: str) -> dict[str, str]:
    from eclosion.audit.auditing import NO_REMEDY
    from eclosion.audit.knowing import known_kinds, known_sensitive

    for kind in known_kinds():
        for check in kind.checks:
            if check.id == rule:
                return {
                    "id": rule,
                    "severity": check.severity.word,
                    "title": f"{kind.name} {check.title}",
                    "message": check.message,
                    "remedy": check.remedy,
                    "looks_at": ", ".join(one.key for one in check.when),
                }
    for one in known_sensitive():
        if f"reach/{one.id}" == rule:
            return {
                "id": rule,
                "severity": one.severity.word,
                "title": f"an agent can open {one.title}",
                "message": f"Files that an agent should not be able to open: {one.title}.",
                "remedy": one.remedy or NO_REMEDY,
                "looks_at": ", ".join(one.patterns),
            }
    if rule == IN_FILE:
        return {
            "id": rule,
            "severity": "high",
            "title": "an agent can open files with keys or passwords in them",
            "message": "Keys or passwords stand in a file whose name does not say so; the worst decides how bad it is.",
            "remedy": NO_REMEDY,
            "looks_at": "the first MiB of every text file",
        }
    raise NotFound(
        f"There is no rule {rule!r}.", hint="`eclosion audit rules` lists them with their ids."
    )
