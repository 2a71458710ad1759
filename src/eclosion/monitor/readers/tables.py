"""Tables of comma- or tab-separated values: every cell that holds words is an observation, under its column's name."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from eclosion.kernel.finding import Observation
from eclosion.monitor.readers.decoding import to_text
from eclosion.monitor.readers.lines import LINE_MAX, Line
from eclosion.monitor.readers.shapeless import ACTORS, RECIPIENTS, SESSIONS, TIMES
from eclosion.monitor.readers.where import Batch, Where, at_ms, step
from eclosion.monitor.sighting import Item

HEADER_MAX = 8_192
ROW_MAX = 4 * 1024 * 1024
_WORDY = {
    "content",
    "text",
    "message",
    "body",
    "prompt",
    "response",
    "title",
    "comment",
    "msg",
    "input",
    "output",
}
_LETTERS = re.compile(r"[^\W\d_]{3}|[^\x00-\x7f]")


def delimiter_of(name: str, head: bytes) -> str:
    """How the cells of a table are separated, by its name or its first line; nothing if it is no table."""
    first = to_text(head.split(b"\n", 1)[0][:HEADER_MAX]).strip()
    lowered = (
        name.lower()
        .removesuffix(".gz")
        .removesuffix(".bz2")
        .removesuffix(".xz")
        .removesuffix(".zst")
    )
    for end, mark in ((".csv", ","), (".tsv", "\t")):
        if lowered.endswith(end):
            return ";" if mark == "," and first.count(";") > first.count(",") else mark
    for mark in (",", "\t", ";"):
        names = [one.strip().strip('"').lower() for one in first.split(mark)]
        if (
            len(names) > 1
            and all(re.fullmatch(r"[\w .@-]{1,40}", one) for one in names)
            and _WORDY & set(names)
        ):
            return mark
    return ""


class Table:
    """Reads lines as rows of a table.

    Args:
        place: the source's name.
        delimiter: between cells.
    """

    def __init__(self, place: str, delimiter: str) -> None:
        self._place = place
        self._delimiter = delimiter
        self._header: list[str] | None = None
        self._row: list[str] = []
        self._bytes = 0
        self._open = False
        self._begun = 0
        self._last = Line(0, b"", 0)
        csv.field_size_limit(LINE_MAX)

    def take(self, line: Line) -> Iterator[Batch]:
        """What a line completes: a cell in quotes may hold ends of lines."""
        if not self._row:
            self._begun = line.number
        text = to_text(line.data).replace("\x00", "\ufffd")
        self._row.append(text)
        self._bytes += len(text)
        self._last = line
        self._open ^= text.count('"') % 2 == 1
        if not self._open or self._bytes > ROW_MAX:
            yield from self.flush()

    def flush(self) -> Iterator[Batch]:
        """What waits for more, as it is."""
        if not self._row:
            return
        where = Where(self._place, self._begun)
        lines = [part + "\n" for part in self._row]
        self._row.clear()
        self._bytes = 0
        self._open = False
        items: list[Item] = []
        try:
            for row in csv.reader(lines, delimiter=self._delimiter):
                if self._header is None:
                    self._header = [name.strip() for name in row]
                elif row:
                    items += self._cells(row, where)
        except csv.Error as error:
            told = Observation(0, "", "line.logged", "", "".join(lines))
            items += [where.trouble(f"This row cannot be read: {error}."), where.item(told)]
        yield Batch(items, self._last.end, self._last.number)

    def _cells(self, row: list[str], where: Where) -> Iterator[Item]:
        names = self._header or []
        told = {name.lower(): cell for name, cell in zip(names, row, strict=False)}
        at = next((one for name in TIMES if (one := at_ms(told.get(name, "")))), 0)
        actor = next((told[name] for name in ACTORS if told.get(name)), "")
        subject = told.get("id", "")
        facts = {
            "recipient": next((told[name] for name in RECIPIENTS if told.get(name)), ""),
            "session": next((told[name] for name in SESSIONS if told.get(name)), ""),
        }
        facts = {name: value for name, value in facts.items() if value}
        for number, cell in enumerate(row):
            name = names[number] if number < len(names) else str(number)
            if len(cell) < 4 or not _LETTERS.search(cell):
                continue
            seen = Observation(at, actor, "line.logged", subject, cell, {**facts, "field": name})
            yield where.item(seen, step(name))
