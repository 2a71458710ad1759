"""Puts results into RESULTS.md: for each goal, the last figure recorded, with machine, date, commit and command.

    python -m benchmarks record out/FILE.json ...

Figures are kept in measured.json beside RESULTS.md, and the page's table is written from it; nothing is typed by hand.
Paths in commands are cut to their last name, so that the page speaks of no one's directories.
"""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.goals import GOALS, STORES, Json

_HERE = Path(__file__).resolve().parent
_MEASURED = _HERE / "measured.json"
_PAGE = _HERE / "RESULTS.md"
_BEGIN, _END = "<!-- table: begin -->", "<!-- table: end -->"


def record(reports: list[Json], measured: dict[str, Json]) -> dict[str, Json]:
    """The kept figures with those of the reports put in place of older ones."""
    found = dict(measured)
    for report in reports:
        machine = report["machine"]
        for goal in GOALS:
            figure = goal.read(report) if report["store"] == goal.store else None
            if figure is not None:
                found[goal.name] = {
                    "figure": figure,
                    "machine": f"{machine['cpu']}, {machine['cores']} cores, Linux {machine['kernel']}, "
                    f"Python {machine['python']}",
                    "date": machine["date"][:10],
                    "commit": machine["commit"],
                    "command": tidy(machine["command"]),
                }
    return found


def tidy(command: list[str]) -> str:
    """The command as one line, every path in it cut to its last name."""
    return shlex.join(
        Path(word).name if "/" in word and "://" not in word else word for word in command
    )


def table(measured: dict[str, Json]) -> str:
    """The table in Markdown: a row for each goal, "not measured yet" where there is no figure."""
    lines: list[str] = []
    for store, about in STORES.items():
        lines += ["", f"### On {about}", "", "| goal | figure | machine | date | command |"]
        lines += ["| --- | --- | --- | --- | --- |"]
        for goal in GOALS:
            if goal.store == store:
                lines.append(f"| {goal.text} | {_cells(measured.get(goal.name))} |")
    return "\n".join([*lines, ""])


def _cells(entry: dict[str, Any] | None) -> str:
    if entry is None:
        return "not measured yet | | |"
    date = f"{entry['date']}, {entry['commit']}"
    return f"{entry['figure']} | {entry['machine']} | {date} | `{entry['command']}`"


def write_page(measured: dict[str, Json]) -> None:
    """Write the table between the marks of RESULTS.md."""
    text = _PAGE.read_text("utf-8")
    before, after = text.split(_BEGIN)[0], text.split(_END)[1]
    _PAGE.write_text(before + _BEGIN + "\n" + table(measured) + "\n" + _END + after, "utf-8")


def main() -> None:
    """Record the given results; without any, write the page again."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks record", description=__doc__)
    parser.add_argument("results", nargs="*", type=Path, help="JSON files of benchmarks.load")
    reports = [msgspec.json.decode(file.read_bytes()) for file in parser.parse_args().results]
    kept = msgspec.json.decode(_MEASURED.read_bytes()) if _MEASURED.exists() else {}
    measured = record(reports, kept)
    if measured:
        _MEASURED.write_bytes(
            msgspec.json.format(msgspec.json.encode(measured, order="sorted")) + b"\n"
        )
    write_page(measured)
    print(f"{len(measured)} of {len(GOALS)} goals have a figure")


if __name__ == "__main__":
    main()
