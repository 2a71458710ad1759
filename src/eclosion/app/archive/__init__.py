"""Where events go when they leave the outbox: ``archive.db`` beside the embedded database, a table on PostgreSQL.

Nobody reads it to serve a request; it is history for studies and for operators. It holds what events hold, ids and
small facts, and never a text.
"""

from __future__ import annotations

import json
from pathlib import Path

from eclosion.store import Event, Source, Unit

SOURCE = Source("archive", Path(__file__).parent)


def add_events(unit: Unit, events: list[Event]) -> None:
    """Keep events; those that are there already stay as they are."""
    unit.run_many(
        "archive.add_event",
        [
            {
                "position": int(event.position.partition(".")[2]),
                "at_ms": event.at_ms,
                "kind": event.kind,
                "bucket": event.bucket,
                "subject": event.subject,
                "actor": event.actor,
                "facts": json.dumps(event.facts, separators=(",", ":")),
            }
            for event in events
        ],
    )


def count_events(unit: Unit) -> int:
    """How many events are kept."""
    row = unit.row("archive.count_events")
    return int(row[0]) if row else 0


__all__ = ["SOURCE", "add_events", "count_events"]
