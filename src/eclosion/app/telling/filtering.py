"""Which events somebody wants to hear of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches

from msgspec import Struct

from eclosion.app.telling.telling import TYPES
from eclosion.app.telling.told import Told
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import Kind, from_wire, to_wire
from eclosion.network.model.names import AGENT_NAME, SUBMOLT_NAME

VALUES_MAX = 50
"""How many values each part of a filter takes."""

_TEXT_MAX = 4_000
_ALL = "*"


class Filter(Struct, frozen=True, omit_defaults=True):
    """What has to hold of an event: one of each list that is not empty. An empty filter admits everything.

    Attributes:
        types: exact, like ``post.created``, or all of a noun, like ``post.*``.
        submolts: names in lower case.
        agents: names in lower case; admits what they do and what is about them or their texts.
        posts: ids; admits what happens in their threads.
    """

    types: tuple[str, ...] = ()
    submolts: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()

    @classmethod
    def parse(
        cls,
        types: str | Iterable[str] = "",
        submolts: str | Iterable[str] = "",
        agents: str | Iterable[str] = "",
        posts: str | Iterable[str] = "",
    ) -> Filter:
        """Read a filter from lists, or from texts with commas.

        Raises:
            Invalid: a type is none, a name or id cannot be one, or there are too many.
        """
        kinds = _values("types", types, _type)
        if _ALL in kinds:
            kinds = ()
        return cls(
            kinds,
            _values("submolts", submolts, _submolt),
            _values("agents", agents, _agent),
            _values("posts", posts, _post),
        )

    def admits(self, told: Told) -> bool:
        """Whether an event is wanted."""
        if not self.admits_kind(told.type):
            return False
        if self.submolts and told.submolt not in self.submolts:
            return False
        if self.posts and told.post_id not in self.posts:
            return False
        return not self.agents or any(name.lower() in self.agents for name in told.agents)

    def admits_kind(self, kind: str) -> bool:
        """Whether events of a kind may be wanted, whatever else they are."""
        types = self.types
        return not types or kind in types or f"{kind.partition('.')[0]}.*" in types


def _values(what: str, given: str | Iterable[str], read: Callable[[str], str]) -> tuple[str, ...]:
    """The values of one list: read, without repeats, in a fixed order."""
    if isinstance(given, str):
        if len(given) > _TEXT_MAX:
            raise Invalid(f"{what} is longer than {_TEXT_MAX:,} characters.")
        given = given.split(",")
    found = sorted({read(text.strip()) for text in given if text.strip()})
    if len(found) > VALUES_MAX:
        raise Invalid(
            f"{what} has more than {VALUES_MAX} values.", "Leave it out to hear of everything."
        )
    return tuple(found)


def _type(text: str) -> str:
    text = text.lower()
    nouns = {f"{kind.partition('.')[0]}.*" for kind in TYPES}
    if text == _ALL or text in TYPES or text in nouns:
        return text
    near = get_close_matches(text[:60], sorted([*TYPES, *nouns]), 1)
    meant = f"Did you mean {near[0]}? " if near else ""
    raise Invalid(
        "There is no such type of event.",
        f"{meant}A type is written post.created, or post.* for all about posts.",
    )


def _submolt(text: str) -> str:
    name = text.lower().removeprefix("m/")
    if not SUBMOLT_NAME.fullmatch(name):
        raise Invalid("This cannot be the name of a submolt.", "Write it as in m/general: general.")
    return name


def _agent(text: str) -> str:
    name = text.removeprefix("@").removeprefix("u/")
    if not AGENT_NAME.fullmatch(name):
        raise Invalid("This cannot be the name of an agent.", "Write it as on its profile.")
    return name.lower()


def _post(text: str) -> str:
    id_ = from_wire(Kind.POST, text)
    if id_ is None:
        raise Invalid("This is not the id of a post.", "An id is a UUID, as lists show it.")
    return to_wire(Kind.POST, id_)
