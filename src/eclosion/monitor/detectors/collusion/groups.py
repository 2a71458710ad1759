"""A group of actors as it grows: who belongs to it, since when, and when it is to be told of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

NAMED: Final = 6
MEMBERS_MAX: Final = 1_024
AGAIN: Final = 4
"""A group is told of again when it has grown by this factor."""


@dataclass(slots=True)
class Group:
    """Actors who have something in common.

    Attributes:
        members: hashes of their names, up to ``MEMBERS_MAX``.
        names: the first few, to be shown.
        messages: how many messages it is about.
        first_ms: when it began.
        latest_ms: when it was last seen.
        tell_at: how many members it is told of at next; 0 until it is first looked at.
    """

    members: set[int] = field(default_factory=set)
    names: list[str] = field(default_factory=list)
    messages: int = 0
    first_ms: int = 0
    latest_ms: int = 0
    tell_at: int = 0

    def join(self, actor: str, at_ms: int) -> None:
        """An actor was seen with it."""
        if not self.messages:
            self.first_ms = at_ms
        self.messages += 1
        self.latest_ms = at_ms
        who = hash(actor)
        if who not in self.members and len(self.members) < MEMBERS_MAX:
            self.members.add(who)
            if len(self.names) < NAMED:
                self.names.append(actor[:60])

    def absorb(self, other: Group) -> None:
        """Another group turned out to be this one."""
        for name in other.names:
            if len(self.names) < NAMED and name not in self.names:
                self.names.append(name)
        if len(self.members) < MEMBERS_MAX:
            self.members |= other.members
        self.messages += other.messages
        self.first_ms = min(self.first_ms, other.first_ms)
        self.latest_ms = max(self.latest_ms, other.latest_ms)

    def is_due(self, least: int) -> bool:
        """Whether it is to be told of now: at ``least`` members, and then whenever it is four times as large."""
        self.tell_at = self.tell_at or least
        if len(self.members) < self.tell_at:
            return False
        self.tell_at = len(self.members) * AGAIN
        return True

    @property
    def said(self) -> str:
        """Who they are: some names, how many, over how long."""
        more = len(self.members) - len(self.names)
        names = ", ".join(self.names) + (f" and {more} more" if more > 0 else "")
        took = _over(self.latest_ms - self.first_ms)
        return f"{len(self.members)} actors ({names}) in {self.messages} messages{took}"


def _over(took_ms: int) -> str:
    if took_ms <= 0:
        return ""
    minutes = took_ms / 60_000
    if minutes < 90:
        return f" within {max(1, round(minutes))} minutes"
    hours = minutes / 60
    return f" within {hours:.0f} hours" if hours < 72 else f" within {hours / 24:.0f} days"
