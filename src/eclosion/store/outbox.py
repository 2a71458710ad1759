"""The outbox: what happened, written in the transaction in which it happened, read by position.

Order is promised for one subject's bucket, not over all. A position is opaque to everybody but this module,
and a reader never passes a transaction that is still open. A reader whose effect is in the same database
saves its position in the effect's transaction and so sees each event exactly once; others see each at least once.
Facts are small and never private: ids, numbers, names that anybody may see.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from eclosion.kernel.ids import bucket_of
from eclosion.store.contract import Row, Unit

START = "0.0"
_TRIMMED = "(trimmed)"  # among readers' positions: up to where events have been forgotten; no reader's name
_encode = json.JSONEncoder(separators=(",", ":")).encode


class Event(NamedTuple):
    """One thing that happened.

    ``position`` says where a reader stands after it; ``kind`` is ``noun.verb`` in the past
    (``post.created``); ``subject`` and ``actor`` are ids, 0 for none.
    """

    position: str
    at_ms: int
    kind: str
    bucket: int
    subject: int
    actor: int
    raw_facts: str

    @property
    def facts(self) -> dict[str, int | str]:
        """What is told of it, parsed at each look: most readers look at few events."""
        found: dict[str, int | str] = json.loads(self.raw_facts)
        return found


def emit(
    unit: Unit, at_ms: int, kind: str, subject: int, actor: int = 0, **facts: int | str
) -> None:
    """Write an event beside the change that it tells of."""
    unit.run(
        "store.emit",
        at_ms=at_ms,
        kind=kind,
        bucket=bucket_of(subject),
        subject=subject,
        actor=actor,
        facts=_encode(facts) if facts else "{}",
    )


def read_events(unit: Unit, after: str, limit: int) -> list[Event]:
    """The next ``limit`` events after a position.

    Raises:
        ValueError: ``after`` is no position.
    """
    xid, position = _parse(after)
    return _events(unit.rows("store.read_outbox", xid=xid, position=position, limit=limit))


def oldest_events(unit: Unit, through: str, limit: int) -> list[Event]:
    """The first ``limit`` events that are kept, up to a position."""
    xid, position = _parse(through)
    return _events(unit.rows("store.oldest_events", xid=xid, position=position, limit=limit))


def trim(unit: Unit, through: str) -> int:
    """Forget events up to a position, but never the last one of all; how many that were."""
    xid, position = _parse(through)
    trimmed = unit.run("store.trim_outbox", xid=xid, position=position)
    if trimmed:
        set_position(unit, _TRIMMED, through)
    return trimmed


def is_forgotten(unit: Unit, after: str) -> bool:
    """Whether some of the events after a position are kept no more."""
    return is_later(get_position(unit, _TRIMMED), after)


def is_later(position: str, other: str) -> bool:
    """Whether a position lies behind another.

    Raises:
        ValueError: one of them is no position.
    """
    return _parse(position) > _parse(other)


def earlier(position: str, count: int) -> str:
    """A position about so many events before another: no fewer on SQLite, and often more on PostgreSQL.

    Raises:
        ValueError: it is no position.
    """
    xid, number = _parse(position)
    if xid:  # PostgreSQL: positions are ordered by transaction first
        return f"{max(0, xid - count)}.0"
    return f"0.{max(0, number - count)}"


def seen_by_all(unit: Unit, others: Iterable[str] = ()) -> str:
    """The position up to which every reader has read; ``others`` are positions that are kept elsewhere."""
    known = [*positions(unit).values(), *others]
    return min(known, key=_parse) if known else end_position(unit)


def _events(rows: list[Row]) -> list[Event]:
    return [
        Event(f"{xid}.{position}", at_ms, kind, bucket, subject, actor, facts)
        for position, xid, at_ms, kind, bucket, subject, actor, facts in rows
    ]


def end_position(unit: Unit) -> str:
    """Where a reader stands that has seen everything up to now."""
    row = unit.row("store.end_of_outbox")
    assert row is not None
    return f"{row[0]}.{row[1]}"


def get_position(unit: Unit, reader: str) -> str:
    """Where a named reader stands; the start if it has never read."""
    row = unit.row("store.get_position", reader=reader)
    return str(row[0]) if row else START


def positions(unit: Unit) -> dict[str, str]:
    """Where every reader stands that has ever read."""
    rows = unit.rows("store.all_positions")
    return {row[0]: str(row[1]) for row in rows if row[0] != _TRIMMED}


def set_position(unit: Unit, reader: str, position: str) -> None:
    """Save where a named reader stands."""
    _parse(position)
    unit.run("store.set_position", reader=reader, position=position)


def move_position(unit: Unit, reader: str, was: str, position: str) -> bool:
    """Save where a named reader stands, if it still stood at ``was``; False if another process moved it.

    Of two processes that act for the same reader at once, one gets False and has to undo what it did.
    """
    _parse(position)
    if unit.run("store.move_position", reader=reader, was=was, position=position):
        return True
    return was == START and unit.run("store.add_position", reader=reader, position=position) == 1


def _parse(position: str) -> tuple[int, int]:
    xid, dot, number = position.partition(".")
    if not (dot and xid.isascii() and xid.isdigit() and number.isascii() and number.isdigit()):
        raise ValueError(f"{position!r} is no outbox position")
    if len(xid) > 18 or len(number) > 19:
        raise ValueError(f"{position!r} is no outbox position")
    return int(xid), int(number)
