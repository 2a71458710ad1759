"""Whether settings are as a condition says. What always holds: a value of a kind that nobody thought of is no match."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from eclosion.audit.model import Condition

TESTS = frozenset("is is_not in matches above below present absent".split())


def values_at(settings: Any, key: str) -> Iterator[Any]:
    """Everything that stands under a key; ``*`` goes into every name of a table and every item of a list."""
    name, _, rest = key.partition(".")
    if name == "*":
        inner = (
            settings.values()
            if isinstance(settings, dict)
            else settings
            if isinstance(settings, list)
            else ()
        )
        found = list(inner)
    elif isinstance(settings, dict) and name in settings:
        found = [settings[name]]
    else:
        return
    for one in found:
        if rest:
            yield from values_at(one, rest)
        else:
            yield one


def holds(condition: Condition, settings: dict[str, Any]) -> bool:
    """Whether the condition is met: by any of the values, where there are several."""
    found = list(values_at(settings, condition.key))
    if condition.test == "absent":
        return not found
    if condition.test == "present":
        return bool(found)
    if condition.test == "is_not":  # an absent setting is not what it should be either
        return not found or any(not _same(one, condition.value) for one in found)
    return any(_fits(condition.test, one, condition.value) for one in found)


def all_hold(conditions: tuple[Condition, ...], settings: dict[str, Any]) -> bool:
    """Whether every one is met."""
    return all(holds(one, settings) for one in conditions)


def _fits(test: str, found: Any, value: Any) -> bool:
    match test:
        case "is":
            return _same(found, value)
        case "in":
            return any(_same(found, one) for one in value)
        case "matches":
            patterns = value if isinstance(value, list) else [value]
            texts = found if isinstance(found, list) else [found]
            return any(_like(text, pattern) for text in texts for pattern in patterns)
        case "above":
            return _is_number(found) and found > value
        case "below":
            return _is_number(found) and found < value
    return False


def _same(found: Any, value: Any) -> bool:
    # True is not 1 in anybody's settings.
    return type(found) is type(value) and found == value


def _like(text: Any, pattern: str) -> bool:
    return isinstance(text, str) and fnmatchcase(text, pattern)


def _is_number(found: Any) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool)
