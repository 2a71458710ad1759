"""``eclosion audit``: what the agents on this machine can reach, worst first, with what to do about each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eclosion.cli.audit_skills import scan
from eclosion.cli.options import AsJson
from eclosion.cli.output import FINDINGS, put, put_json, say
from eclosion.kernel.errors import Invalid, NotFound
from eclosion.kernel.finding import Severity

if TYPE_CHECKING:
    from eclosion.audit import Machine, Report
    from eclosion.audit.explaining import Rule

audit = typer.Typer(invoke_without_command=True)
audit.command("skill")(scan)

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
    fix: Annotated[
        bool, typer.Option("--fix", help="Show what would be changed to close what was found.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --fix: change it.")] = False,
    as_json: AsJson = False,
    sarif: Annotated[bool, typer.Option("--sarif", help="Report as SARIF 2.1.0.")] = False,
    html: Annotated[bool, typer.Option("--html", help="Report as one page of HTML.")] = False,
) -> None:
    """Look at a home: which agents live there, which secrets they can open, and what their settings allow.

    Nothing is executed or sent, no secret is shown, and nothing is changed without --fix --yes. Sensitive files are
    opened to see whether they open; files whose names say nothing are searched for keys and passwords.

    Examples: eclosion audit; eclosion audit --fix; eclosion audit --home /home/ada --fail-on critical
    """
    if ctx.invoked_subcommand:
        return
    least = _severity(fail_on)
    chosen = [
        name for name, wanted in (("json", as_json), ("sarif", sarif), ("html", html)) if wanted
    ]
    if len(chosen) > 1 or (fix and chosen not in ([], ["json"])):
        raise Invalid("Choose one form.", hint="--fix takes no other than --json.")
    form = (chosen or ["table"])[0]
    from eclosion.audit import audit_home as look

    machine = _machine(home, root)
    if not Path(machine.home).is_dir():
        raise NotFound(f"There is no home at {machine.home}.", hint="Name one with --home DIR.")

    def looked() -> Report:
        return look(machine, probing=probe, contents=contents)

    report = looked()
    if fix:
        from eclosion.cli.audit_mending import mend

        report = mend(machine, report, looked, sure=yes, as_json=as_json)
    else:
        from eclosion.cli.audit_forms import put_report

        put_report(report, form)
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
    from eclosion.audit.explaining import rule_of

    found = rule_of(rule)
    if found is None:
        raise NotFound(
            f"There is no rule {rule!r}.", hint="`eclosion audit rules` lists them with their ids."
        )
    if as_json:
        put_json(_as_row(found))
        return
    put(f"{found.id} ({found.severity.word})")
    for name in ("title", "message", "remedy", "looks_at"):
        put(f"  {name.replace('_', ' ')}: {getattr(found, name)}")
    put(f"  fix: {'eclosion audit --fix' if found.is_fixable else 'by its owner'}")


@audit.command("undo")
def undo(
    id_: Annotated[
        str, typer.Argument(metavar="[FIX]", help="Which fix; by default the latest.")
    ] = "",
    home: Home = None,
    listing: Annotated[
        bool, typer.Option("--list", help="Only list what can be taken back.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take back what `eclosion audit --fix --yes` changed: text, mode and time of every file as they were.

    A file that somebody changed since is kept as it is and named.

    Examples: eclosion audit undo; eclosion audit undo --list
    """
    from eclosion.cli.audit_mending import undo_fix

    undo_fix(_machine(home, None).home, id_, listing=listing, as_json=as_json)


@audit.command("sandbox")
def sandbox(
    agent: Annotated[
        str, typer.Argument(metavar="AGENT", help="Which: `eclosion audit agents` lists them.")
    ],
    form: Annotated[
        str,
        typer.Option(
            "--as", metavar="FORM", help="bwrap, landlock, systemd, or native for the agent's own."
        ),
    ] = "bwrap",
    project: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the agent is to work; by default here.")
    ] = Path(),
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write it there; by default to standard output."),
    ] = None,
    home: Home = None,
    probe: Annotated[bool, typer.Option(help="Also try it, where that can be done.")] = True,
) -> None:
    """Write a sandbox in which an agent reaches its own folder, one project and the system's programs, and no secret.

    Ends with 1 if something sensitive opened in it when it was tried.

    Examples: eclosion audit sandbox claude-code --project shop; eclosion audit sandbox codex --as native
    """
    from eclosion.cli.audit_sandbox import write_sandbox

    if not write_sandbox(_machine(home, None), agent, form, project, out, proving=probe):
        raise typer.Exit(FINDINGS)


@audit.command("rules")
def rules(as_json: AsJson = False) -> None:
    """List every rule: what settings are asked, and which files count as sensitive."""
    from eclosion.audit.explaining import every_rule

    every = list(every_rule())
    if as_json:
        put_json({"rules": [_as_row(one) for one in every]})
        return
    for one in every:
        put(f"{one.severity.word:<9}{one.id:<44}{one.title}")
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


def _as_row(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "severity": rule.severity.word,
        "title": rule.title,
        "message": rule.message,
        "remedy": rule.remedy,
        "looks_at": rule.looks_at,
        "fixable": rule.is_fixable,
    }
