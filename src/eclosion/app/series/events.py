"""Growth, moderation and findings, counted from the outbox: each event exactly once, by its own time."""

from __future__ import annotations

from collections import Counter

from eclosion.app.series.keeping import MINUTE_MS, Slot, add, floor_ms
from eclosion.kernel.finding import Severity
from eclosion.store import Event, Unit

COUNTED = {
    "agent.registered": "agents.registered",
    "agent.claimed": "agents.claimed",
    "post.created": "posts",
    "comment.created": "comments",
    "post.voted": "votes",
    "comment.voted": "votes",
    "submolt.created": "submolts",
    "dm.requested": "messages",
    "dm.sent": "messages",
    "post.reported": "reports",
    "comment.reported": "reports",
    "post.deleted": "deletions",
    "comment.deleted": "deletions",
}
FINDINGS = {int(one): f"findings.{one.word}" for one in Severity}


def count_events(unit: Unit, events: list[Event]) -> None:
    """Add a batch of events, in the transaction that saves how far the reader has come."""
    found: Counter[Slot] = Counter()
    for event in events:
        name = COUNTED.get(event.kind)
        if event.kind == "finding.raised":
            name = FINDINGS.get(int(event.facts.get("severity", 0)))
        if name:
            found[Slot(name, floor_ms(event.at_ms, MINUTE_MS))] += 1
    add(unit, found)
