"""Grows a text that matches a regular expression, by chance but the same for a seed."""

import importlib
import random
from typing import Any

_PARSER: Any = importlib.import_module("re._parser")  # what `re` itself reads with
_SPREAD = 6
_PRINTED = [chr(one) for one in range(33, 127)]


def grow(pattern: str, seed: int) -> str:
    """A text that ``pattern`` matches as a whole; open repeats grow a few times more than they must."""
    chance = random.Random(seed)
    return "".join(_some(part, chance) for part in _PARSER.parse(pattern))


def _some(part: Any, chance: random.Random) -> str:
    kind, value = str(part[0]), part[1]
    if kind == "LITERAL":
        return chr(value)
    if kind == "NOT_LITERAL":
        return chance.choice([one for one in _PRINTED if ord(one) != value and one.isalnum()])
    if kind == "ANY":
        return chance.choice("abc ")
    if kind == "IN":
        return chance.choice(_members(value))
    if kind == "BRANCH":
        return "".join(_some(one, chance) for one in chance.choice(value[1]))
    if kind == "SUBPATTERN":
        return "".join(_some(one, chance) for one in value[3])
    if kind in {"MAX_REPEAT", "MIN_REPEAT"}:
        low, high, inner = value
        times = chance.randint(low, min(int(high), low + _SPREAD))
        return "".join(_some(one, chance) for _ in range(times) for one in inner)
    assert kind == "AT", kind
    return ""


def _members(parts: Any) -> list[str]:
    members: set[str] = set()
    negated = False
    for kind, value in parts:
        name = str(kind)
        if name == "NEGATE":
            negated = True
        elif name == "LITERAL":
            members.add(chr(value))
        elif name == "RANGE":
            members |= {chr(one) for one in range(value[0], value[1] + 1)}
        else:
            members |= {one for one in [*_PRINTED, " "] if _is_of(str(value), one)}
    if negated:
        return sorted(one for one in _PRINTED if one not in members and one.isalnum())
    return sorted(members)


def _is_of(category: str, one: str) -> bool:
    return {
        "CATEGORY_DIGIT": one.isdigit(),
        "CATEGORY_SPACE": one == " ",
        "CATEGORY_NOT_SPACE": one != " ",
        "CATEGORY_WORD": one.isalnum() or one == "_",
        "CATEGORY_NOT_DIGIT": not one.isdigit(),
    }[category]
