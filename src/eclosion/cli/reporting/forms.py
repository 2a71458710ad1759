"""Writers: one a format, each handed findings as they come."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from typing import IO, Any, Protocol

from eclosion.cli.reporting.documents import as_ecs, as_line, as_ocsf, as_sarif
from eclosion.cli.reporting.entry import Entry, Tool
from eclosion.cli.reporting.table import Table, Told
from eclosion.kernel.finding import Severity

FORMATS = ("table", "json", "sarif", "ocsf", "ecs")
_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class Writer(Protocol):
    """Writes findings in one format."""

    def add(self, entry: Entry) -> None:
        """A finding has come."""
        ...

    def finish(self, told: Told) -> None:
        """There are no more."""
        ...


def open_writer(
    form: str, file: IO[str], tool: Tool, *, live: bool = False, most: int = 0
) -> Writer:
    """A writer.

    Args:
        form: one of ``FORMATS``.
        file: where to.
        tool: who reports.
        live: findings are to be shown as they come; only SARIF, which is one document, waits for the end.
        most: a table shows so many at most; 0 for all.
    """
    if form == "sarif":
        return _Sarif(file, tool)
    if form == "table":
        return _LiveTable(file) if live else _WholeTable(file, most)
    makers: dict[str, Callable[[Entry, Tool], dict[str, Any]]] = {
        "json": lambda entry, _: as_line(entry),
        "ocsf": lambda entry, tool: as_ocsf(entry, tool, _now_ms()),
        "ecs": lambda entry, tool: as_ecs(entry, tool, _now_ms()),
    }
    return _Lines(file, tool, makers[form])


class _Lines:
    def __init__(
        self, file: IO[str], tool: Tool, make: Callable[[Entry, Tool], dict[str, Any]]
    ) -> None:
        self._file, self._tool, self._make = file, tool, make

    def add(self, entry: Entry) -> None:
        self._file.write(_encode(self._make(entry, self._tool)) + "\n")
        self._file.flush()

    def finish(self, told: Told) -> None:
        self._file.flush()


class _Sarif:
    def __init__(self, file: IO[str], tool: Tool) -> None:
        self._file, self._tool = file, tool
        self._entries: list[Entry] = []

    def add(self, entry: Entry) -> None:
        self._entries.append(entry)

    def finish(self, told: Told) -> None:
        json.dump(as_sarif(self._entries, self._tool), self._file, indent=2, ensure_ascii=True)
        self._file.write("\n")
        self._file.flush()


class _WholeTable:
    def __init__(self, file: IO[str], most: int) -> None:
        self._table = Table(file, most)
        self._entries: list[Entry] = []

    def add(self, entry: Entry) -> None:
        self._entries.append(entry)

    def finish(self, told: Told) -> None:
        self._table.show(self._entries, told)


class _LiveTable:
    def __init__(self, file: IO[str]) -> None:
        self._table = Table(file, 0)

    def add(self, entry: Entry) -> None:
        self._table.show_one(entry)

    def finish(self, told: Told) -> None:
        pass


def as_metrics(
    findings: Mapping[tuple[str, Severity], int],
    figures: Mapping[str, float],
    spent_s: Mapping[str, float],
) -> str:
    """Counters in Prometheus' text format (0.0.4), for its node exporter's folder of text files."""
    lines: list[str] = []
    lines += _family(
        "findings",
        "Findings by rule and severity.",
        (
            ({"rule": rule, "severity": severity.word}, amount)
            for (rule, severity), amount in sorted(findings.items())
        ),
    )
    for name, value in figures.items():
        lines += _family(name, f"{name.capitalize()} looked at.", [({}, value)])
    lines += _family(
        "detector_seconds",
        "Time that each detector took.",
        (({"detector": name}, round(seconds, 6)) for name, seconds in sorted(spent_s.items())),
    )
    return "\n".join(lines) + "\n"


def _family(name: str, about: str, samples: Iterable[tuple[dict[str, str], float]]) -> list[str]:
    whole = f"eclosion_monitor_{name}_total"
    lines = [f"# HELP {whole} {about}", f"# TYPE {whole} counter"]
    for labels, value in samples:
        inner = ",".join(f'{key}="{_label(one)}"' for key, one in labels.items())
        lines.append(f"{whole}{{{inner}}} {value}" if inner else f"{whole} {value}")
    return lines


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
