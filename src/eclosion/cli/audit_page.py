"""The audit's report as one page of HTML: no script, nothing fetched, light or dark as its reader has it.

What always holds: names of files are strangers' text and stand escaped; no secret is in it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from eclosion.cli.audit_entries import FIX, command_for
from eclosion.cli.audit_report import plain, running_line
from eclosion.kernel.finding import Finding, Severity

if TYPE_CHECKING:
    from eclosion.audit import Hold, Report

PLACES_SHOWN = 6
PLACES_MAX = 500
_ORDER = tuple(reversed(Severity))
_WORDS = {"nothing": "open", "only its own rules": "rules only", "unknown": "unknown"}


def page_of(report: Report) -> str:
    """The whole page."""
    return "\n".join(_page(report)) + "\n"


def _page(report: Report) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    style = (files("eclosion.cli") / "audit_page.css").read_text("utf-8")
    home = _text(report.home)
    yield f"<title>What agents can reach in {home}</title><style>{style}</style></head><body>"
    yield f"<header><h1>What agents can reach in <code>{home}</code></h1>{_summary(report)}</header><main>"
    yield from _reach(report)
    yield from _findings(report)
    yield from _agents(report)
    yield "</main><footer>Written by <code>eclosion audit --html</code>. Nothing was executed, changed or sent, "
    yield "and no secret is in this page. "
    yield "What an agent could read may have been read: rotate it.</footer></body></html>"


def _summary(report: Report) -> str:
    counts = Counter(one.severity for one in report.findings)
    chips = "".join(
        f'<li class="{one.word}"><b>{counts[one]:,}</b> {one.word}</li>'
        for one in _ORDER
        if counts[one]
    )
    names = sorted({one.kind.name for one in report.agents})
    agents = f"{len(names)} {'agent' if len(names) == 1 else 'agents'}"
    tried = report.tried
    if tried.trouble:
        went = f"Nothing was tried: {_text(tried.trouble)}."
    else:
        otherwise = (
            f"{len(tried.differing):,} went otherwise than predicted"
            if tried.differing
            else "all as predicted"
        )
        went = f"Tried to open {tried.count:,} sensitive files: {otherwise}."
    nothing = "" if chips else "<li class=good>nothing found</li>"
    closed = sum(FIX in command_for(one, report) for one in report.findings)
    first = (
        f"<p>{closed:,} of them can be closed by a machine. This shows how, and changes nothing:</p>"
        "<pre><code>eclosion audit --fix</code></pre>"
        if closed
        else ""
    )
    return (
        f"<p>{report.files_count:,} files looked at, {agents}{': ' if names else ''}"
        f"{_text(', '.join(names))}. {went}</p>"
        f'<ul class="chips">{chips}{nothing}</ul>{first}'
    )


def _reach(report: Report) -> Iterator[str]:
    """Rows of what is sensitive, columns of agents."""
    names = sorted({one.agent.kind.name for one in report.routes})
    if not names or not report.classes:
        return
    worst: dict[tuple[str, str], Hold] = {}
    for route in report.routes:
        key = (report.classes[route.path].id, route.agent.kind.name)
        if key not in worst or (route.hold.is_open and not worst[key].is_open):
            worst[key] = route.hold
    counts = Counter(one.id for one in report.classes.values())
    kinds = {one.id: one for one in report.classes.values()}
    heads = "".join(f'<th scope="col">{_text(one)}</th>' for one in names)
    yield "<section><h2>Who can read what</h2>"
    yield '<div class="wide" tabindex="0" role="region" aria-label="Who can read what"><table>'
    yield f'<thead><tr><th scope="col">What</th><th scope="col">Files</th>{heads}</tr></thead><tbody>'
    for kind in sorted(kinds.values(), key=lambda one: (-one.severity, one.title)):
        cells = "".join(_cell(worst.get((kind.id, name)), kind.severity) for name in names)
        yield f'<tr><th scope="row">{_text(kind.title)}</th><td class="number">{counts[kind.id]:,}</td>{cells}</tr>'
    yield "</tbody></table></div></section>"


def _cell(hold: Hold | None, severity: Severity) -> str:
    if hold is None:
        return "<td></td>"
    if hold.is_open:
        return f'<td><span class="mark {severity.word}">{_WORDS[hold.value]}</span></td>'
    return f'<td><span class="mark good" title="{_text(hold.value)}">no</span></td>'


def _findings(report: Report) -> Iterator[str]:
    groups: dict[tuple[Severity, str], list[Finding]] = defaultdict(list)
    for one in report.findings:
        groups[one.severity, one.title].append(one)
    if not groups:
        return
    yield "<section><h2>Worst first</h2>"
    for (severity, title), found in groups.items():
        yield from _group(report, severity, title, found)
    yield "</section>"


def _group(report: Report, severity: Severity, title: str, found: list[Finding]) -> Iterator[str]:
    first = found[0]
    word = severity.word
    yield f'<article class="{word}"><h3><span class="mark {word}">{word}</span> {_text(title)}</h3>'
    if not first.rule.startswith("reach/") or len(found) == 1:
        yield f"<p>{_text(first.message)}</p>"
    places = [
        f"<li><code>{_text(_short(one.place, report.home))}</code></li>"
        for one in found
        if one.place
    ]
    yield f'<ul class="places">{"".join(places[:PLACES_SHOWN])}</ul>'
    rest = places[PLACES_SHOWN:PLACES_MAX]
    if rest:
        left = len(places) - PLACES_MAX
        more = f"<li>and {left:,} more</li>" if left > 0 else ""
        yield f"<details><summary>{len(places) - PLACES_SHOWN:,} more</summary>"
        yield f'<ul class="places">{"".join(rest)}{more}</ul></details>'
    if first.remedy:
        yield f'<p class="do">{_text(first.remedy)}</p>'
    command = command_for(first, report)
    if command:
        yield f"<pre><code>{_text(command)}</code></pre>"
    yield f'<p class="rule"><code>{_text(first.rule)}</code></p></article>'


def _agents(report: Report) -> Iterator[str]:
    if not report.agents:
        yield '<section><p class="empty">No agent that we know lives here.</p></section>'
        return
    yield '<section><h2>Agents found</h2><dl class="agents">'
    for one in report.agents:
        where = f" in {_short(one.project, report.home)}" if one.project else ""
        yield f"<div><dt>{_text(one.kind.name + where)}</dt>"
        for setting in one.settings:
            trouble = f": {setting.trouble}" if setting.trouble else ""
            yield f"<dd><code>{_text(_short(setting.path, report.home))}</code>{_text(trouble)}</dd>"
        if not one.settings:
            yield "<dd>no settings file: its defaults count</dd>"
        yield "</div>"
    for running in report.running:
        yield f"<div><dd>{_text(running_line(running))}</dd></div>"
    yield "</dl></section>"


def _short(path: str, home: str) -> str:
    return "~" + path[len(home) :] if path == home or path.startswith(home + "/") else path


def _text(text: str) -> str:
    return escape(plain(text))
