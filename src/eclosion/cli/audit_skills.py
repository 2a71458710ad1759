"""``eclosion audit skill``: what is wrong with a skill, or a tool server's definition, before an agent learns it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eclosion.cli.options import AsJson
from eclosion.cli.output import FINDINGS, put, put_json, say
from eclosion.kernel.errors import Invalid
from eclosion.kernel.finding import Finding, Severity

if TYPE_CHECKING:
    from eclosion.audit.skills import Verdict
    from eclosion.cli.reporting import Entry

PARALLEL_FROM = 200
"""So many skills are worth a second process."""


def scan(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help="Skills, or folders that hold some."),
    ],
    fail_on: Annotated[
        str,
        typer.Option(
            metavar="SEVERITY",
            help="End with 1 if something is at least this bad: info, low, medium, high, critical; or never.",
        ),
    ] = "high",
    quoted: Annotated[
        bool, typer.Option("--quoted", help="Also show what only stands there as an example.")
    ] = False,
    as_json: AsJson = False,
    as_sarif: Annotated[
        bool, typer.Option("--sarif", help="Report as SARIF 2.1.0, for code scanning.")
    ] = False,
) -> None:
    """Scan skills and tool servers' definitions: nothing of them is run, and nothing is sent.

    A skill with a finding of high or critical should not be installed. Archives are looked into; what is encoded,
    compressed or cut in pieces is put together first.

    Examples: eclosion audit skill ~/.openclaw/skills; eclosion audit skill weather.skill --json
    """
    least = None if fail_on.lower() == "never" else Severity.named(fail_on)
    if least is None and fail_on.lower() != "never":
        raise Invalid(
            f"There is no severity {fail_on!r}.",
            hint="One of info, low, medium, high, critical, never.",
        )
    verdicts = list(_verdicts([str(path) for path in paths]))
    shown = [
        (one, [each for each in one.findings if quoted or each.severity > Severity.INFO])
        for one in verdicts
    ]
    if as_json:
        put_json({"version": 1, "skills": [_as_json(one, findings) for one, findings in shown]})
    elif as_sarif:
        _write_sarif(shown)
    else:
        for one, findings in shown:
            _print(one, findings)
        bad = sum(one.is_bad for one in verdicts)
        say(
            f"{len(verdicts)} {'skill' if len(verdicts) == 1 else 'skills'} looked at, "
            f"{bad} that should not be installed."
        )
    if least and any((one.severity or 0) >= least for one in verdicts):
        raise typer.Exit(FINDINGS)


def _verdicts(paths: list[str]) -> list[Verdict]:
    from eclosion.audit.skills import find_skills, scan_all, scan_skill

    skills = [skill for path in paths for skill in find_skills(path)]
    if len(skills) < PARALLEL_FROM:
        return list(scan_all(skills))
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        return list(pool.map(scan_skill, skills, chunksize=25))


def _print(verdict: Verdict, findings: list[Finding]) -> None:
    from eclosion.cli.audit_report import plain

    package = verdict.package
    word = "BAD" if verdict.is_bad else "look" if findings else "ok"
    put(plain(f"{word:<5}{package.name}  ({package.path})"))
    for one in findings:
        put(plain(f"     {one.severity.word:<9}{one.title}  {one.place}  [{one.rule}]"))
        put(plain(f"              {one.message}"))
    if findings:
        put(plain(f"     do: {findings[0].remedy}"))
    if package.left_out:
        put(
            f"     {package.left_out} files were not read: too many, too large, or no regular files"
        )


def _as_json(verdict: Verdict, findings: list[Finding]) -> dict[str, object]:
    package = verdict.package
    return {
        "path": package.path,
        "name": package.name,
        "bad": verdict.is_bad,
        "severity": verdict.severity.word if verdict.severity else None,
        "files": len(package.texts),
        "left_out": package.left_out,
        "findings": [
            {
                "rule": one.rule,
                "severity": one.severity.word,
                "confidence": one.confidence,
                "title": one.title,
                "message": one.message,
                "place": one.place,
                "remedy": one.remedy,
                "tags": list(one.tags),
                "fingerprint": one.fingerprint,
            }
            for one in findings
        ],
    }


def _write_sarif(shown: list[tuple[Verdict, list[Finding]]]) -> None:
    from eclosion import __version__
    from eclosion.cli.reporting import Tool, open_writer
    from eclosion.cli.reporting.table import Told

    writer = open_writer("sarif", sys.stdout, Tool("eclosion audit skill", __version__))
    for verdict, findings in shown:
        for one in findings:
            writer.add(_entry(verdict.package.path, one))
    writer.finish(Told())


def _entry(folder: str, finding: Finding) -> Entry:
    from dataclasses import replace

    from eclosion.cli.reporting import Entry

    path, _, line = finding.place.rpartition(":")
    if not line.isdigit():
        path, line = finding.place, "0"
    whole = str(Path(folder) / path) if Path(folder).is_dir() else folder
    return Entry(replace(finding, place=whole), finding.fingerprint, line=int(line))
