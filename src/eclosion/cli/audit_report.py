"""The audit's report in a terminal: who can read what, worst first, and what to do; understood in a minute.

What always holds: names of files and folders are strangers' text, and nothing in them drives the terminal.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from eclosion.kernel.finding import Finding, Severity

if TYPE_CHECKING:
    from rich.console import Console

    from eclosion.audit import Hold, Report
    from eclosion.audit.confined import Running

_COLOURS = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "dim",
}
_PLACES_SHOWN = 3
_OPEN_TO = {"nothing": "open", "only its own rules": "rules only", "unknown": "unknown"}


def plain(text: str) -> str:
    """Text of strangers with everything that is no printable character written out."""
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text
    )


def print_report(report: Report) -> None:
    """Write the report to standard output."""
    from rich.console import Console

    console = Console(highlight=False)
    count = len({one.kind.id for one in report.agents})
    names = sorted({one.kind.name for one in report.agents})
    console.print(
        f"{plain(report.home)}: {report.files_count:,} files looked at, "
        f"{count} {'agent' if count == 1 else 'agents'}{': ' if names else ''}{', '.join(names)}",
        markup=False,
    )
    _print_reach(console, report)
    for one in report.running:
        console.print(running_line(one), markup=False, soft_wrap=True)
    groups = _grouped(report.findings)
    for severity, title in groups:
        _print_group(console, severity, title, groups[severity, title], report)
    _print_end(console, report)


def running_line(one: Running) -> str:
    """How a running agent is confined, in a sentence."""
    head = f"{one.agent} runs as process {one.pid}"
    if one.trouble:
        return plain(f"{head}, which {one.trouble}.")
    where = "with mounts of its own" if one.is_apart else "in the open"
    return f"{head}, as user {one.uid}, {where}: it can open {one.open_count:,} of {one.files_count:,} sensitive files."


def _print_reach(console: Console, report: Report) -> None:
    """Rows of what is sensitive, columns of agents."""
    from rich.table import Table

    names = sorted({one.agent.kind.name for one in report.routes})
    if not names or not report.classes:
        return
    worst: dict[tuple[str, str], Hold] = {}
    for route in report.routes:
        key = (report.classes[route.path].id, route.agent.kind.name)
        if key not in worst or (route.hold.is_open and not worst[key].is_open):
            worst[key] = route.hold
    table = Table("Who can read what", *names, box=None, pad_edge=False, header_style="bold")
    counts: dict[str, int] = defaultdict(int)
    for kind in report.classes.values():
        counts[kind.id] += 1
    kinds = {one.id: one for one in report.classes.values()}
    for kind in sorted(kinds.values(), key=lambda one: (-one.severity, one.title)):
        cells = [_cell(worst.get((kind.id, name)), kind.severity) for name in names]
        table.add_row(f"{kind.title} ({counts[kind.id]:,})", *cells)
    console.print()
    console.print(table)


def _cell(hold: Hold | None, severity: Severity) -> str:
    if hold is None:
        return ""
    if hold.is_open:
        return f"[{_COLOURS[severity]}]{_OPEN_TO[hold.value]}[/]"
    return "[green]no[/]"


def _grouped(findings: tuple[Finding, ...]) -> dict[tuple[Severity, str], list[Finding]]:
    """What says the same of several places, once; what could not be looked at comes last, as it is least bad."""
    groups: dict[tuple[Severity, str], list[Finding]] = defaultdict(list)
    for one in findings:
        groups[one.severity, one.title].append(one)
    return groups


def _print_group(
    console: Console,
    severity: Severity,
    title: str,
    found: list[Finding],
    report: Report,
) -> None:
    from rich.text import Text

    from eclosion.cli.audit_entries import command_for

    home, command = report.home, command_for(found[0], report)

    console.print()
    head = Text(f"{severity.word.upper():<9}", style=_COLOURS[severity])
    console.print(head + Text(plain(title)) + Text(f"  {found[0].rule}", style="dim"))
    for one in found[:_PLACES_SHOWN]:
        place = one.place if not one.place.startswith(home) else "~" + one.place[len(home) :]
        console.print(f"         {plain(place)}", markup=False, soft_wrap=True)
    if len(found) > _PLACES_SHOWN:
        console.print(f"         and {len(found) - _PLACES_SHOWN:,} more", markup=False)
    if not found[0].rule.startswith("reach/"):
        console.print(f"         {plain(found[0].message)}", markup=False, soft_wrap=True)
    if found[0].remedy:
        console.print(f"         → {found[0].remedy}", markup=False, soft_wrap=True)
    if command:
        console.print(f"         $ {command}", markup=False, soft_wrap=True)


def _print_end(console: Console, report: Report) -> None:
    console.print()
    tried = report.tried
    if tried.trouble:
        console.print(f"Nothing was tried: {plain(tried.trouble)}.", markup=False)
    elif tried.count:
        went = "all as predicted" if not tried.differing else f"{len(tried.differing)} otherwise"
        console.print(f"Tried to open {tried.count:,} sensitive files: {went}.", markup=False)
    bad = sum(one.severity > Severity.INFO for one in report.findings)
    if not report.agents:
        console.print("No agent that we know lives here.", markup=False)
    elif not bad:
        console.print("Nothing that an agent should not reach is open to one.", markup=False)
    else:
        console.print(
            f"{bad:,} {'finding' if bad == 1 else 'findings'}. "
            "`eclosion audit explain ID` says more of each.",
            markup=False,
        )
