"""The audit's report in the form that somebody needs: for a terminal, a program, code scanning, or as a page."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from eclosion.cli.output import put, put_json

if TYPE_CHECKING:
    from eclosion.audit import Report
    from eclosion.audit.confined import Running


def put_report(report: Report, form: str) -> None:
    """Write a report to standard output.

    Args:
        report: what was found.
        form: ``table``, ``json``, ``sarif`` or ``html``.
    """
    if form == "sarif":
        _put_sarif(report)
    elif form == "html":
        from eclosion.cli.audit_page import page_of

        put(page_of(report).rstrip("\n"))
    elif form == "json":
        put_json(_as_json(report))
    else:
        from eclosion.cli.audit_report import print_report

        print_report(report)


def _put_sarif(report: Report) -> None:
    from eclosion.cli.audit_entries import entries_of, tool_of
    from eclosion.cli.reporting import open_writer
    from eclosion.cli.reporting.table import Told

    writer = open_writer("sarif", sys.stdout, tool_of(report))
    for entry in entries_of(report):
        writer.add(entry)
    writer.finish(Told())


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
        "running": [_running(one) for one in report.running],
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


def _running(one: Running) -> dict[str, object]:
    return {
        "agent": one.agent,
        "process": one.pid,
        "uid": one.uid,
        "apart": one.is_apart,
        "can_open": one.open_count,
        "of": one.files_count,
        "trouble": one.trouble,
    }
