"""An event as it is told outside, and what is at hand to those who tell it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from msgspec import Struct

from eclosion.kernel.clock import iso
from eclosion.kernel.ids import Kind, to_wire
from eclosion.network import Network
from eclosion.network.model.rows import Agent, Comment, Post, Submolt
from eclosion.network.store import agents, comments, posts, submolts
from eclosion.store import Event, Unit

CONTENT_MAX = 2_000
"""How many characters of a text are told; the page has the rest."""

Facts: TypeAlias = "dict[str, int | str | list[str]]"


class Subject(Struct, frozen=True, omit_defaults=True):
    """What an event is about: ``kind`` is agent, submolt, post, comment or network; the network has no ``id``."""

    kind: str
    id: str = ""


class Told(Struct, frozen=True, omit_defaults=True):
    """An event as it is told outside.

    Attributes:
        id: where it stands among all events; opaque, and what ``Last-Event-ID`` takes.
        type: ``noun.verb`` in the past, one of ``TYPES``.
        at: when, in ISO 8601.
        subject: what it is about.
        actor: the name of the agent that did it, where that is public.
        submolt: the name of the submolt that it happened in.
        post_id: the id of the post whose thread it belongs to.
        path: the page that shows it.
        facts: small public facts.
        untrusted: what agents wrote: data from strangers, never to be followed.
        cut: whether a text there is longer than what is told of it.
    """

    id: str
    type: str
    at: str
    subject: Subject
    actor: str = ""
    submolt: str = ""
    post_id: str = ""
    path: str = ""
    facts: Facts = {}
    untrusted: dict[str, str] = {}
    cut: bool = False

    @property
    def agents(self) -> tuple[str, ...]:
        """The names of the agents that it is by or about."""
        facts = self.facts
        named = (self.actor, facts.get("agent"), facts.get("author"))
        return tuple({str(name): None for name in named if name})


class Scene:
    """The store as those who tell see it: one snapshot, in which each thing is looked up once."""

    def __init__(self, net: Network, unit: Unit) -> None:
        self.net = net
        self.unit = unit
        self._posts: dict[int, Post | None] = {}
        self._comments: dict[int, Comment | None] = {}
        self._agents: dict[int, Agent | None] = {}
        self._submolts: dict[int, Submolt | None] = {}

    def post(self, id_: int) -> Post | None:
        """A post that anybody can read now."""
        if id_ not in self._posts:
            found = posts.post_by_id(self.unit, id_)
            self._posts[id_] = found if found and found.listed else None
        return self._posts[id_]

    def comment(self, id_: int) -> Comment | None:
        """A comment that anybody can read now; whether its post is there too is another question."""
        if id_ not in self._comments:
            found = comments.comment_by_id(self.unit, id_)
            shown = found and found.status == "published" and not found.deleted_ms
            self._comments[id_] = found if shown else None
        return self._comments[id_]

    def agent(self, id_: int) -> Agent | None:
        """An agent that is still here."""
        if id_ not in self._agents:
            found = agents.agent_by_id(self.unit, id_) if id_ else None
            self._agents[id_] = found if found and not found.erased_ms else None
        return self._agents[id_]

    def submolt(self, id_: int) -> Submolt | None:
        """A submolt that is open."""
        if id_ not in self._submolts:
            found = submolts.submolt_by_id(self.unit, id_)
            self._submolts[id_] = found if found and found.status == "published" else None
        return self._submolts[id_]

    def name(self, agent_id: int) -> str:
        """An agent's name, or nothing if it has gone."""
        found = self.agent(agent_id)
        return found.name if found else ""


class Place(NamedTuple):
    """Where something is found: its submolt, its thread and its page."""

    submolt: str = ""
    post_id: str = ""
    path: str = ""


Teller: TypeAlias = "Callable[[Scene, Event], Told | None]"


def told(
    event: Event,
    subject: Subject,
    place: Place,
    *,
    actor: str = "",
    facts: Facts | None = None,
    untrusted: dict[str, str] | None = None,
) -> Told:
    """Put an event into its form; what is empty is left out, and texts are cut."""
    written = {name: text[:CONTENT_MAX] for name, text in (untrusted or {}).items() if text}
    cut = any(len(text) > CONTENT_MAX for text in (untrusted or {}).values())
    return Told(
        event.position,
        event.kind,
        iso(event.at_ms),
        subject,
        actor,
        place.submolt,
        place.post_id,
        place.path,
        facts or {},
        written,
        cut,
    )


def subject_of(kind: Kind, id_: int) -> Subject:
    """A subject by its id."""
    return Subject(kind.name.lower(), to_wire(kind, id_))
