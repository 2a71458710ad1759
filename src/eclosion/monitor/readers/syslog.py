"""Syslog: RFC 5424, the older form of RFC 3164, and what journald and others write that looks like it.

A message that is JSON itself is read by the form that it has, with the host and the program as its actor where it
names none.
"""

from __future__ import annotations

import re

from eclosion.kernel.finding import Observation
from eclosion.monitor.readers.where import Where, at_ms, at_ms_of_date
from eclosion.monitor.sighting import Item

_NEW = re.compile(
    r"<(?P<pri>\d{1,3})>1 (?P<at>\S+) (?P<host>\S{1,255}) (?P<program>\S{1,48}) (?P<process>\S{1,128}) "
    r"(?P<id>\S{1,32}) (?P<data>-|(?:\[(?:[^\"\]\\]|\"(?:[^\"\\]|\\.)*\"|\\.)*\])+)(?: (?P<text>.*))?",
    re.DOTALL,
)
_OLD = re.compile(
    r"(?:<\d{1,3}>)?(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]?(?P<day>\d) "
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d) (?P<host>[\w.:-]{1,255}) "
    r"(?P<program>[\w./() -]{1,80}?)(?:\[(?P<process>\d+)\])?: (?P<text>.*)",
    re.DOTALL,
)
_ISO = re.compile(
    r"(?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)) (?P<host>[\w.:-]{1,255}) "
    r"(?P<program>[\w./()-]{1,80})(?:\[(?P<process>\d+)\])?: (?P<text>.*)",
    re.DOTALL,
)
_FIELD = re.compile(r'[ \[]([^ =\]"]{1,32})="((?:[^"\\\]]|\\.)*)"')
HEAD_MAX = 4_096
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


class Message:
    """A line of syslog: its text, who sent it, when, and its structured data."""

    def __init__(self, match: re.Match[str], text_at: int) -> None:
        told = match.groupdict()
        host, program = told["host"], told["program"]
        self.text: str = told["text"] or ""
        self.text_at = text_at
        self.actor = program if program != "-" else host
        self.host = host
        self.at_ms = at_ms(told["at"]) if "at" in told else _old_time(told)
        data = told.get("data") or "-"
        self.fields = [] if data == "-" else _FIELD.findall(data)

    def items(self, where: Where) -> list[Item]:
        """What it says."""
        facts = {"host": self.host}
        told = [
            where.item(Observation(self.at_ms, self.actor, "line.logged", "", self.text, facts))
        ]
        for name, value in self.fields:
            if len(value) >= 4:
                seen = Observation(
                    self.at_ms, self.actor, "line.logged", "", value, {**facts, "field": name}
                )
                told.append(where.item(seen, f"/{name}"))
        return told


def parse(line: str) -> Message | None:
    """A line as a message of syslog, or None if it is none."""
    if not line or not (line[0] in "<0123456789" or line[:3] in MONTHS):
        return None
    head = line[:HEAD_MAX]
    match = _NEW.match(head) or _OLD.match(head) or _ISO.match(head)
    if match is None:
        return None
    start = match.start("text")
    message = Message(match, max(start, 0))
    if start >= 0 and len(line) > HEAD_MAX:
        message.text = line[start:]
    message.text = message.text.removeprefix("\ufeff")
    return message


def _old_time(told: dict[str, str | None]) -> int:
    """A time without its year, as of 1970: order is right within one log."""
    clock = int(told["hour"] or 0), int(told["minute"] or 0), int(told["second"] or 0)
    return at_ms_of_date(
        1970, MONTHS.index(told["month"] or "Jan") + 1, int(told["day"] or 1), clock
    )
