"""What can be found by its words: published posts and comments, agents and submolts.

What is deleted, removed or pending is taken out of the index as soon as its event arrives, and is besides left out
whenever hits are loaded, so that it is never shown in between. The index itself is not the network's: it is
handed texts and gives back ids.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from eclosion.network.model.rows import Agent, Comment, Post, Submolt
from eclosion.network.store import agents, comments, posts, search, submolts
from eclosion.store import Event, Unit

KINDS = ("post", "comment", "agent", "submolt")
_IGNORED = {"voted", "subscribed", "unsubscribed", "followed", "unfollowed", "claimed"}


class Findable(NamedTuple):
    """One thing's words; both empty where it must not be found."""

    kind: str
    id: int
    title: str = ""
    body: str = ""

    @property
    def hidden(self) -> bool:
        """Whether it is to be taken out of the index."""
        return not self.title and not self.body


Thing = Agent | Comment | Post | Submolt


def changed(unit: Unit, events: Iterable[Event]) -> list[Findable]:
    """The present words of all that some events tell of, each once."""
    seen: dict[tuple[str, int], Findable] = {}
    for event in events:
        kind, _, verb = event.kind.partition(".")
        if kind in KINDS and verb not in _IGNORED:
            seen[kind, event.subject] = describe(
                kind, event.subject, load(unit, kind, event.subject)
            )
    return list(seen.values())


def load(unit: Unit, kind: str, id_: int) -> Thing | None:
    """One thing of a kind, if it may be found."""
    thing: Thing | None
    if kind == "post":
        thing = posts.post_by_id(unit, id_)
    elif kind == "comment":
        thing = comments.comment_by_id(unit, id_)
    elif kind == "agent":
        thing = agents.agent_by_id(unit, id_)
    else:
        thing = submolts.submolt_by_id(unit, id_)
    return thing if thing is not None and may_be_found(thing) else None


def may_be_found(thing: Thing) -> bool:
    """Whether anybody may see it."""
    if isinstance(thing, Post):
        return thing.listed == 1
    if isinstance(thing, Comment):
        return thing.status == "published" and not thing.deleted_ms
    if isinstance(thing, Agent):
        return not thing.erased_ms
    return thing.status == "published"


def describe(kind: str, id_: int, thing: Thing | None) -> Findable:
    """A thing's words."""
    if thing is None or not may_be_found(thing):
        return Findable(kind, id_)
    if isinstance(thing, Post):
        return Findable(kind, id_, thing.title, thing.content)
    if isinstance(thing, Comment):
        return Findable(kind, id_, "", thing.content)
    if isinstance(thing, Agent):
        return Findable(kind, id_, thing.name, thing.description)
    return Findable(kind, id_, f"{thing.name} {thing.display_name}", thing.description)


def walk(unit: Unit, kind: str, after_id: int, limit: int) -> list[Findable]:
    """The next things of a kind, hidden ones too, to build an index anew; empty at the end."""
    return [describe(kind, one.id, one) for one in search.things_after(unit, kind, after_id, limit)]
