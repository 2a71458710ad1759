"""What was found, for people: the worst first, who did what to whom, and the words themselves, decoded."""

from __future__ import annotations

from collections import Counter
from typing import IO, NamedTuple

from eclosion.cli.harmless import harmless
from eclosion.cli.reporting.entry import SEVERITIES, Entry, by_severity
from eclosion.kernel.clock import iso
from eclosion.kernel.finding import Severity

STYLES = {
    Severity.CRITICAL: "bold white on red",
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "dim",
}
WORDS_MAX = 300
SPOT_MAX = 100
ID_SHOWN = 12


class Told(NamedTuple):
    """What was read, for the last line of a report."""

    observations: int = 0
    characters: int = 0
    seconds: float = 0.0


class Group(NamedTuple):
    """The same words of the same actor, found by the same rule, perhaps in several places."""

    entry: Entry
    times: int
    others: list[str]


def grouped(entries: list[Entry]) -> list[Group]:
    """Findings with those that say the same folded together, the worst first."""
    groups: dict[str, list[Entry]] = {}
    for entry in by_severity(entries):
        groups.setdefault(entry.mark, []).append(entry)
    return [Group(one[0], len(one), [entry.spot for entry in one[1:4]]) for one in groups.values()]


class Table:
    """Writes to a terminal, or plainly to a file.

    Args:
        file: where to.
        most: so many groups at most; 0 for all.
    """

    def __init__(self, file: IO[str], most: int) -> None:
        from rich.console import Console

        self._console = Console(
            file=file, highlight=False, markup=False, emoji=False, soft_wrap=False
        )
        self._most = most

    def show(self, entries: list[Entry], told: Told) -> None:
        """The whole report."""
        groups = grouped(entries)
        shown = groups[: self._most] if self._most else groups
        for group in shown:
            self.show_one(group.entry, group.times, group.others)
        if len(shown) < len(groups):
            left = len(groups) - len(shown)
            self._console.print(
                f"… and {left:,} more. --most 0 shows all, --json gives them to a program.\n"
            )
        self._sum(entries, told)

    def show_one(self, entry: Entry, times: int = 1, others: list[str] | None = None) -> None:
        """One finding: a head, the words, where, and what to do."""
        from rich.padding import Padding
        from rich.text import Text

        one = entry.finding
        head = Text.assemble(
            (f" {one.severity.word.upper()} ", STYLES[one.severity]),
            "  ",
            (harmless(one.title), "bold"),
            f"  {one.rule}",
            (f"  {one.confidence:.0%} sure", "dim"),
        )
        if times > 1:
            head.append(f"  {times:,} times", "bold")
        self._console.print(head)
        self._line("who", _who(entry))
        self._line("says" if one.decoded else "", _cut(one.decoded), "bold green")
        self._line("words", _cut(one.evidence))
        self._line("why", one.message)
        spot = entry.spot + (f"  {one.pointer}" if one.pointer else "")
        self._line("where", spot[-2 * SPOT_MAX :])
        if others:
            self._line("also", ", ".join(others) + (" …" if times - 1 > len(others) else ""), "dim")
        self._line("do", one.remedy)
        self._line("id", entry.mark[:ID_SHOWN], "dim")
        self._console.print(Padding("", 0))

    def _line(self, name: str, text: str, style: str = "") -> None:
        from rich.table import Table as Grid
        from rich.text import Text

        if not text or not name:
            return
        grid = Grid.grid(padding=(0, 1, 0, 0))
        grid.add_column(width=7, justify="right", style="dim")
        grid.add_column(overflow="fold")
        grid.add_row(name, Text(harmless(text), style=style))
        self._console.print(grid)

    def _sum(self, entries: list[Entry], told: Told) -> None:
        counts = Counter(entry.finding.severity for entry in entries)
        parts = [f"{counts[one]:,} {one.word}" for one in SEVERITIES if counts[one]]
        found = (
            f"{len(entries):,} findings: {', '.join(parts)}." if entries else "Nothing was found."
        )
        read = (
            f"{told.observations:,} observations, {told.characters / 1e6:,.2f} million characters"
        )
        self._console.print(f"{found} Read: {read} in {told.seconds:,.1f} s.")
        if entries:
            self._console.print("eclosion monitor explain ID says how one of them came about.")


def _who(entry: Entry) -> str:
    actor = entry.actor or "somebody"
    to = f" → {entry.recipient}" if entry.recipient else ""
    at = (
        f"  {iso(entry.at_ms)[:19].replace('T', ' ')}"
        if 0 < entry.at_ms < 253_402_300_800_000
        else ""
    )
    about = f"  {entry.subject}" if entry.subject and len(entry.subject) < SPOT_MAX else ""
    return f"{actor}{to}  ({entry.action}{about}){at}"


def _cut(text: str) -> str:
    return text if len(text) <= WORDS_MAX else f"{text[:WORDS_MAX]}… ({len(text):,} characters)"
