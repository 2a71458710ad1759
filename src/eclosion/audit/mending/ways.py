"""Which places of a settings file a key means: ``mcpServers.*.trust`` is one place for each server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eclosion.audit.mending.tree import Way


def ways_to(settings: Any, key: str) -> Iterator[Way]:
    """Every way that a key stands for in some settings, by the same reading as conditions have (``values_at``)."""
    if not key:
        yield ()
        return
    if isinstance(settings, dict):
        parts = key.split(".")
        for count in range(1, len(parts) + 1):
            name = ".".join(parts[:count])
            if name != "*" and name in settings:
                for way in ways_to(settings[name], ".".join(parts[count:])):
                    yield (name, *way)
    if key == "*" or key.startswith("*."):
        steps: Any = (
            settings
            if isinstance(settings, dict)
            else range(len(settings))
            if isinstance(settings, list)
            else ()
        )
        for step in steps:
            for way in ways_to(settings[step], key[2:]):
                yield (step, *way)


def value_at(settings: Any, way: Way) -> Any:
    """What stands at the end of a way; None if nothing does."""
    for step in way:
        try:
            settings = settings[step]
        except (KeyError, IndexError, TypeError):
            return None
    return settings


def new_way(key: str, example: dict[str, Any]) -> Way:
    """The way for a key that stands nowhere yet, written as an example has it: some agents write ``"a.b": 1``."""
    found = next(ways_to(example, key), None)
    return found if found is not None else tuple(key.split("."))
