"""The audit's findings as entries of a report, with the line to go to and the one command that closes each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from eclosion import __version__
from eclosion.cli.reporting import Entry, Tool
from eclosion.kernel.finding import Finding, Severity

if TYPE_CHECKING:
    from eclosion.audit import Agent, Report
    from eclosion.audit.model import Setting

_LINE = re.compile(r"\(line (\d+)")
COMMANDS_MAX = 3
FIX = "eclosion audit --fix --yes"


def entries_of(report: Report) -> list[Entry]:
    """One entry a finding, in the report's order."""
    return [
        Entry(one, one.fingerprint, action="reach", line=_line(one, report))
        for one in report.findings
    ]


def tool_of(report: Report) -> Tool:
    """Who reports, with the rules that its findings name."""
    from eclosion.audit.explaining import every_rule
    from eclosion.monitor.ports import Rule

    named = {one.rule for one in report.findings}
    rules = {
        one.id: Rule(one.id, one.title, one.severity, one.message, one.remedy)
        for one in every_rule()
        if one.id in named
    }
    return Tool("eclosion audit", __version__, rules)


def command_for(finding: Finding, report: Report) -> str:
    """The command that closes a finding; empty where only its owner can."""
    from eclosion.audit.explaining import rule_of

    if finding.rule.startswith("reach/"):
        agents = [
            route.agent.kind
            for route in report.routes
            if route.path == finding.place and route.hold.is_open
        ]
        without = sorted({one.id for one in agents if not any(wall.fix for wall in one.walls)})
        commands = [FIX] if len(without) < len({one.id for one in agents}) else []
        commands += [f"eclosion audit sandbox {one} --project DIR" for one in without]
        return "; ".join(commands[:COMMANDS_MAX])
    rule = rule_of(finding.rule)
    return FIX if rule and rule.is_fixable and finding.severity > Severity.INFO else ""


def _line(finding: Finding, report: Report) -> int:
    if found := _LINE.search(finding.message):
        return int(found[1])
    if "settings" not in finding.tags:
        return 0
    from eclosion.audit.mending.lines import line_of

    key = finding.pointer[1:].replace("/", ".").replace("~1", "/").replace("~0", "~")
    settings = (one for agent in report.agents for one in _settings(agent, finding.place))
    return next((line for one in settings if (line := line_of(one, key))), 0)


def _settings(agent: Agent, place: str) -> list[Setting]:
    return [one for one in agent.settings if one.path == place]
