"""The monitor's report as one page of HTML: no script, nothing fetched, light or dark as its reader has it.

What always holds: whatever comes from a log is strangers' text and stands escaped, without what cannot be seen; no
secret is in it. Findings that say the same are one entry, the worst first, and at most ``GROUPS_MAX`` are written out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from html import escape
from importlib.resources import files
from pathlib import Path

from eclosion.cli.harmless import harmless
from eclosion.cli.reporting import Entry
from eclosion.cli.reporting.entry import SEVERITIES
from eclosion.cli.reporting.table import ID_SHOWN, Group, Told, grouped
from eclosion.cli.reporting.tags import techniques
from eclosion.kernel.clock import DAY_MS, HOUR_MS, iso
from eclosion.kernel.finding import Severity

GROUPS_MAX = 2_000
ROWS_MAX = 25
TEXT_MAX = 2_000
_OPEN_FROM = Severity.MEDIUM
_HOURS_MOST, _DAYS_MOST = 72, 92
_YEAR_10000_MS = 253_402_300_800_000
_STYLES = ("audit_page.css", "monitor_page.css")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


class Page:
    """Writes the page when all is known.

    Args:
        path: where to; what stands there is replaced at once.
        paths: what was looked at, as it was named.
    """

    def __init__(self, path: Path, paths: Iterable[str]) -> None:
        self._path, self._paths = path, list(paths)
        self._entries: list[Entry] = []

    def add(self, entry: Entry) -> None:
        """A finding has come."""
        self._entries.append(entry)

    def finish(self, told: Told) -> None:
        """There are no more."""
        beside = self._path.with_name(self._path.name + ".new")
        beside.write_text(page_of(self._entries, self._paths, told), "utf-8")
        beside.replace(self._path)


def page_of(entries: list[Entry], paths: list[str], told: Told) -> str:
    """The whole page."""
    return "\n".join(_page(entries, paths, told)) + "\n"


def _page(entries: list[Entry], paths: list[str], told: Told) -> Iterator[str]:
    style = "".join((files("eclosion.cli") / name).read_text("utf-8") for name in _STYLES)
    yield '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield f"<title>What agents wrote: {len(entries):,} findings</title>"
    yield f"<style>{style}</style></head><body>"
    groups = grouped(entries)
    yield f"<header><h1>What agents wrote</h1>{_summary(entries, groups, paths, told)}</header><main>"
    if entries:
        yield from _timeline(entries)
        yield '<div class="two">'
        yield from _counted("By rule", "Rule", entries, lambda one: one.finding.rule)
        yield from _counted("By who", "Who", entries, lambda one: one.actor or "somebody")
        yield from _counted("By source", "Source", entries, lambda one: one.finding.place or "-")
        yield "</div>"
        yield from _together(groups)
        yield from _findings(groups)
    yield "</main><footer>Written by <code>eclosion monitor --html</code>. Words are quoted as strangers wrote them; "
    yield "secrets are redacted. A quiet report is no proof: docs/monitor.md says what is not seen."
    yield "</footer></body></html>"


def _summary(entries: list[Entry], groups: list[Group], paths: list[str], told: Told) -> str:
    counts = Counter(entry.finding.severity for entry in entries)
    chips = "".join(
        f'<li class="{one.word}"><a href="#{one.word}"><b>{counts[one]:,}</b> {one.word}</a></li>'
        for one in SEVERITIES
        if counts[one]
    )
    nothing = "" if chips else "<li class=good>nothing found</li>"
    named = ", ".join(paths[:6]) + (f" and {len(paths) - 6:,} more" if len(paths) > 6 else "")
    at = datetime.now(UTC).strftime("%d %B %Y, %H:%M UTC")
    alike = f", {len(groups):,} of them unlike each other" if len(groups) < len(entries) else ""
    return (
        f"<p><code>{_text(named)}</code></p><p>{told.observations:,} observations, {told.characters / 1e6:,.2f} million"
        f" characters, {len(entries):,} findings{alike}. {at}.</p>"
        f'<ul class="chips">{chips}{nothing}</ul>'
    )


def _timeline(entries: list[Entry]) -> Iterator[str]:
    """How many were said in each hour, day or month, by severity; what bears no time is left out, and counted."""
    timed = [entry for entry in entries if 0 < entry.at_ms < _YEAR_10000_MS]
    if not timed:
        return
    first, last = min(one.at_ms for one in timed), max(one.at_ms for one in timed)
    if last - first <= _HOURS_MOST * HOUR_MS:
        name, cut = "hour", 13
    elif last - first <= _DAYS_MOST * DAY_MS:
        name, cut = "day", 10
    else:
        name, cut = "month", 7
    spans: dict[str, Counter[Severity]] = {}
    for entry in timed:
        spans.setdefault(iso(entry.at_ms)[:cut], Counter())[entry.finding.severity] += 1
    most = max(each.total() for each in spans.values())
    left = len(entries) - len(timed)
    yield f"<section><h2>By {name}</h2>"
    yield f'<div class="wide" tabindex="0" role="region" aria-label="Findings by {name}"><table><thead><tr>'
    yield f'<th scope="col">{name.capitalize()} (UTC)</th><th scope="col">Findings</th><th scope="col">How bad</th>'
    yield "</tr></thead><tbody>"
    for span, counts in sorted(spans.items())[-_DAYS_MOST:]:
        yield f'<tr><th scope="row">{span.replace("T", " ")}{"h" if name == "hour" else ""}</th>'
        yield f'<td class="number">{counts.total():,}</td><td>{_bar(counts, most)}</td></tr>'
    yield "</tbody></table></div>"
    if left:
        yield f'<p class="facts">{left:,} bear no time.</p>'
    yield "</section>"


def _bar(counts: Counter[Severity], most: int) -> str:
    """Severities as lengths beside each other, and as words for who does not see them."""
    words = ", ".join(f"{counts[one]:,} {one.word}" for one in SEVERITIES if counts[one])
    parts = "".join(
        f'<span class="{one.word}" style="width:{100 * counts[one] / most:.2f}%"></span>'
        for one in SEVERITIES
        if counts[one]
    )
    return f'<div class="bar" role="img" aria-label="{words}" title="{words}">{parts}</div>'


def _counted(
    title: str, head: str, entries: list[Entry], name_of: Callable[[Entry], str]
) -> Iterator[str]:
    """How many findings have each of some names, those with the worst first."""
    counts: dict[str, Counter[Severity]] = {}
    for entry in entries:
        counts.setdefault(name_of(entry), Counter())[entry.finding.severity] += 1
    rows = sorted(counts.items(), key=lambda row: ([-row[1][one] for one in SEVERITIES], row[0]))
    yield f'<section><h2>{title}</h2><div class="wide" tabindex="0" role="region" aria-label="{title}"><table>'
    yield f'<thead><tr><th scope="col">{head}</th><th scope="col">Findings</th><th scope="col">Worst</th></tr>'
    yield "</thead><tbody>"
    for name, each in rows[:ROWS_MAX]:
        worst = next(one for one in SEVERITIES if each[one])
        mark = f'<span class="mark {worst.word}">{each[worst]:,} {worst.word}</span>'
        yield f'<tr><th scope="row" class="name">{_text(name[-120:])}</th>'
        yield f'<td class="number">{each.total():,}</td><td>{mark}</td></tr>'
    if len(rows) > ROWS_MAX:
        yield f'<tr><td colspan="3" class="facts">and {len(rows) - ROWS_MAX:,} more</td></tr>'
    yield "</tbody></table></div></section>"


def _together(groups: list[Group]) -> Iterator[str]:
    """Who acted together, by the collusion rules; their entries stand among the findings as well."""
    found = [
        group.entry.finding for group in groups if group.entry.finding.rule.startswith("collusion/")
    ]
    if not found:
        return
    yield "<section><h2>Who acts together</h2><ul>"
    for one in found[:ROWS_MAX]:
        word = one.severity.word
        yield f'<li class="{word}"><span class="mark {word}">{word}</span> {_text(one.message)}</li>'
    yield "</ul></section>"


def _findings(groups: list[Group]) -> Iterator[str]:
    yield "<section><h2>Worst first</h2>"
    shown = groups[:GROUPS_MAX]
    for severity in SEVERITIES:
        found = [group for group in shown if group.entry.finding.severity == severity]
        if found:
            state = " open" if severity >= _OPEN_FROM else ""
            yield f'<details class="severity" id="{severity.word}"{state}>'
            yield f"<summary>{severity.word.capitalize()} ({len(found):,})</summary>"
            for group in found:
                yield from _finding(group)
            yield "</details>"
    if len(groups) > len(shown):
        yield f'<p class="facts">{len(groups) - len(shown):,} milder ones are not written out; --json has them all.</p>'
    yield "</section>"


def _finding(group: Group) -> Iterator[str]:
    entry = group.entry
    one, word = entry.finding, entry.finding.severity.word
    times = f", {group.times:,} times" if group.times > 1 else ""
    yield f'<article class="{word}"><h3><span class="mark {word}">{word}</span> {_text(one.title)} '
    yield f"<small>{one.confidence:.0%} sure{times}</small></h3>"
    to = f" → {entry.recipient}" if entry.recipient else ""
    at = f", {iso(entry.at_ms)[:19].replace('T', ' ')}" if 0 < entry.at_ms < _YEAR_10000_MS else ""
    yield f'<p class="said"><b>{_text(entry.actor or "somebody")}</b>{_text(f"{to} ({entry.action}){at}")}</p>'
    if one.decoded:
        yield f'<p class="says" aria-label="Decoded">{_text(_cut(one.decoded))}</p>'
    if one.evidence:
        yield f'<p class="words" aria-label="As it stands">{_text(_cut(one.evidence))}</p>'
    yield f"<p>{_text(one.message)}</p>"
    if one.remedy:
        yield f'<p class="do">{_text(one.remedy)}</p>'
    known = "; ".join(f"{each.id} {each.name}" for each in techniques(one.tags))
    also = f" Also: {', '.join(group.others)}." if group.others else ""
    yield f'<p class="rule"><code>{_text(one.rule)}</code>{_text(f" · {known}" if known else "")}<br>'
    yield f"<code>{_text(entry.spot)} {_text(one.pointer)}</code>{_text(also)}<br>"
    yield f"<code>eclosion monitor explain {_text(entry.mark[:ID_SHOWN])}</code></p></article>"


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_MAX else f"{text[:TEXT_MAX]}… ({len(text):,} characters)"


def _text(text: str) -> str:
    return escape(harmless(text))
