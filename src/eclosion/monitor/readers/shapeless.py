"""JSON of no known shape: every string of it is looked at, under the pointer at which it stands.

Who said it and when is guessed from the names of fields; what is nothing but a number, a date or a very short word is
passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from eclosion.kernel.finding import Observation
from eclosion.monitor.readers.decoding import NotJson, decode
from eclosion.monitor.readers.where import DEPTH_MAX, Where, at_ms, first_of, strings
from eclosion.monitor.sighting import Item

ACTORS = (
    *("actor", "author", "author_name", "agent", "agent_name", "agent_id", "username", "user"),
    *("sender", "from", "speaker", "role", "name", "program", "hostname", "host", "source"),
)
TIMES = ("timestamp", "@timestamp", "time", "ts", "created_at", "at", "date", "datetime")
RECIPIENTS = ("recipient", "to", "receiver")
SESSIONS = ("session", "session_id", "sessionId", "conversation_id", "thread_id", "trace_id")
SHORT = 4
_NO_WORDS = re.compile(r"[\d\s.,:;/+TZ_-]*|[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


class Shapeless:
    """Any JSON value."""

    name = "json"

    def __init__(self, source: str = "") -> None:
        pass

    def take(self, record: Any, where: Where) -> list[Item]:
        """Every string of a value."""
        told = record if isinstance(record, dict) else {}
        at = next((one for name in TIMES if (one := at_ms(told.get(name)))), 0)
        actor = first_of(told, *ACTORS)
        facts = {"recipient": first_of(told, *RECIPIENTS), "session": first_of(told, *SESSIONS)}
        facts = {name: value for name, value in facts.items() if value}
        subject = first_of(told, "id", "uuid", "message_id")
        return [
            where.item(
                Observation(at, actor, "line.logged", subject, text, {**facts, "field": pointer}),
                pointer,
            )
            for pointer, text in _texts(record, "", 0)
        ]


def _texts(value: Any, base: str, depth: int) -> Iterator[tuple[str, str]]:
    """The strings worth a look; a string that is JSON itself is gone into, as Docker's and others' logs need it."""
    for pointer, text in strings(value, base):
        if len(text) < SHORT or (len(text) < 64 and _NO_WORDS.fullmatch(text)):
            continue
        if text[0] in "{[" and len(text) > 8 and depth < 3 and pointer.count("/") < DEPTH_MAX:
            try:
                inner = decode(text)
            except NotJson:
                inner = None
            if isinstance(inner, (dict, list)):
                yield from _texts(inner, pointer, depth + 1)
                continue
        yield pointer, text
