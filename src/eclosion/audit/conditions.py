"""Whether settings are as a condition says. What always holds: a value of a kind that nobody thought of is no match."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from eclosion.audit.model import Condition
from eclosion.audit.patterns import fits

TESTS = frozenset("is is_not in not_in matches above below present absent".split())


def values_at(settings: Any, key: str) -> Iterator[Any]:
    """Everything that stands under a key; ``*`` goes into every name of a table and every item of a list.

    Some agents write ``"a.b": 1`` where others write ``"a": {"b": 1}``: both are found.
    """
    if not key:
        yield settings
    elif isinstance(settings, dict):
        for name, rest in _ways(key):
            if name in settings:
                yield from values_at(settings[name], rest)
    if key == "*" or key.startswith("*."):
        inner = settings.values() if isinstance(settings, dict) else settings
        for one in inner if isinstance(settings, dict | list) else ():
            yield from values_at(one, key[2:])


def _ways(key: str) -> Iterator[tuple[str, str]]:
    """Every first name that a key can begin with, and the rest."""
    parts = key.split(".")
    for count in range(1, len(parts) + 1):
        name = ".".join(parts[:count])
        if name != "*":
            yield name, ".".join(parts[count:])


def holds(condition: Condition, settings: dict[str, Any]) -> bool:
    """Whether the condition is met: by any of the values, where there are several."""
    found = list(values_at(settings, condition.key))
    if condition.test == "absent":
        return not found
    if condition.test == "present":
        return bool(found)
    if condition.test == "is_not":  # an absent setting is not what it should be either
        return not found or any(not _same(one, condition.value) for one in found)
    if condition.test == "not_in":
        return not found or any(not _is_in(one, condition.value) for one in found)
    return any(_fits(condition, one) for one in found)


def speaks_of(condition: Condition, value: Any) -> bool:
    """Whether this one value, or item of a list, is what the condition is about."""
    match condition.test:
        case "present":
            return True
        case "absent":
            return False
        case "is_not":
            return not _same(value, condition.value)
        case "not_in":
            return not _is_in(value, condition.value)
    return _fits(condition, value)


def all_hold(conditions: tuple[Condition, ...], settings: dict[str, Any]) -> bool:
    """Whether every one is met."""
    return all(holds(one, settings) for one in conditions)


def _fits(condition: Condition, found: Any) -> bool:
    value = condition.value
    match condition.test:
        case "is":
            return _same(found, value)
        case "in":
            return _is_in(found, value)
        case "matches":
            patterns = value if isinstance(value, list) else [value]
            texts = found if isinstance(found, list) else [found]
            return any(_like(text, patterns) and not _like(text, condition.but) for text in texts)
        case "above":
            return _is_number(found) and found > value
        case "below":
            return _is_number(found) and found < value
    return False


def _same(found: Any, value: Any) -> bool:
    # True is not 1 in anybody's settings.
    return type(found) is type(value) and found == value


def _is_in(found: Any, values: Any) -> bool:
    return any(_same(found, one) for one in values)


def _like(text: Any, patterns: Iterable[str]) -> bool:
    return isinstance(text, str) and any(fits(text, one) for one in patterns)


def _is_number(found: Any) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool)
