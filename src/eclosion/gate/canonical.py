"""JSON in its one canonical form (RFC 8785), for signatures that others make and check over a document.

What always holds: names are sorted by their UTF-16 code units, numbers are written as ECMAScript writes them, and what
has no such form (numbers beyond a double's, broken surrogates, other types) is refused.
"""

from __future__ import annotations

import json
import math

_SAFE = 2**53 - 1
DEPTH_MAX = 64


def canonical_json(value: object, depth: int = 0) -> bytes:
    """A value as canonical bytes.

    Raises:
        ValueError: it has no canonical form.
    """
    return _write(value, depth).encode(
        "utf-8"
    )  # a lone surrogate raises UnicodeEncodeError, a ValueError


def _write(value: object, depth: int) -> str:
    if depth > DEPTH_MAX:
        raise ValueError("too deep")
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        if abs(value) > _SAFE:
            raise ValueError("a number is larger than a double can tell")
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list):
        return f"[{','.join([_write(one, depth + 1) for one in value])}]"
    if isinstance(value, dict):
        return _object(value, depth)
    raise ValueError(f"{type(value).__name__} has no place in JSON")


def _object(value: dict[object, object], depth: int) -> str:
    if not all(isinstance(name, str) for name in value):
        raise ValueError("names are text")
    names = sorted((str(name) for name in value), key=lambda name: name.encode("utf-16-be"))
    told = [f"{_write(name, depth)}:{_write(value[name], depth + 1)}" for name in names]
    return f"{{{','.join(told)}}}"


def _number(value: float) -> str:
    """As ECMAScript's Number::toString does it (ECMA-262, section 6.1.6.1.20)."""
    if not math.isfinite(value):
        raise ValueError("a number is not finite")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, power = f"{abs(value)!r}e0".partition("e")
    whole, _, rest = mantissa.partition(".")
    power = power.partition("e")[0]
    digits = (whole + rest).lstrip("0")
    point = len(whole) + int(power) - (len(whole + rest) - len(digits))
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return f"{sign}{digits}{'0' * (point - count)}"
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    tail = f".{digits[1:]}" if count > 1 else ""
    return f"{sign}{digits[0]}{tail}e{point - 1:+d}"
