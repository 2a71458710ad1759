"""An agent's own sandbox, as the settings that switch it on and tell it what to hide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from eclosion.audit.inventory import Machine, place_of
from eclosion.audit.mending.editing import said, setting
from eclosion.audit.mending.hiding import hidden_names, written_as
from eclosion.audit.mending.tree import Way, applied
from eclosion.audit.mending.ways import value_at
from eclosion.audit.model import Agent, Layer, Mend, Wall


class NoNative(Exception):
    """The agent has no sandbox of its own; the message says so, for people."""


class Native(NamedTuple):
    """Settings to put into a file.

    Attributes:
        path: which.
        text: the settings alone, as they would stand in an empty one.
    """

    path: str
    text: str


def native_settings(machine: Machine, agent: Agent, sensitive: Iterable[str]) -> Native:
    """The settings that put an agent into its own sandbox.

    Raises:
        NoNative: it has none.
    """
    wall = next((one for one in agent.kind.walls if one.fix), None)
    layer = _layer(machine, agent, wall) if wall else None
    if wall is None or layer is None:
        raise NoNative(f"{agent.kind.name} has no sandbox of its own that would do.")
    path = place_of(machine, agent.kind, layer)[0]
    text = ""
    for mend in wall.fix:
        if mend.action == "set":
            text = _set(text, layer, _way(mend, layer), mend.value)
    for name in hidden_names(sensitive, machine.home):
        for key, form in wall.hides:
            text = _hide(text, layer, wall, key, written_as(form, name))
    return Native(path, text)


def _layer(machine: Machine, agent: Agent, wall: Wall) -> Layer | None:
    """The strongest of the user's files in which these settings stand."""
    first = next((mend.key.partition(".")[0] for mend in wall.fix), "")
    users = [
        one
        for one in agent.kind.layers
        if one.scope == "user" and place_of(machine, agent.kind, one)
    ]
    under = [one for one in users if one.under == first]
    return next(iter(under or [one for one in reversed(users) if not one.under]), None)


def _way(mend: Mend, layer: Layer) -> Way:
    parts = tuple(mend.key.split("."))
    return parts[1:] if layer.under and parts[0] == layer.under else parts


def _hide(text: str, layer: Layer, wall: Wall, key: str, name: str) -> str:
    way = tuple(key.split("."))
    if wall.denied_by:
        return _set(text, layer, (*way, name), wall.denied_by[0])
    listed = value_at(said(text, layer.format), way)
    if listed is None:
        return _set(text, layer, way, [name])
    return _set(text, layer, (*way, len(listed)), name)


def _set(text: str, layer: Layer, way: Way, value: object) -> str:
    return applied(text, setting(text, layer.format, way, value))
