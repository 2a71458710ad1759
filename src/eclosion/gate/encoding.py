"""Text forms that have one spelling only: base64url without padding, and JSON without doubled names.

What always holds: two different texts never decode to the same bytes, so a spent text cannot come back in disguise.
"""

from __future__ import annotations

import base64
import json
from typing import Any


def to_text(data: bytes) -> str:
    """Base64url without padding (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_text(text: str) -> bytes:
    """The bytes behind ``to_text``.

    Raises:
        ValueError: there is any other character, padding, or a spelling that ``to_text`` would not choose.
    """
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if to_text(data) != text:
        raise ValueError("not the one spelling")
    return data


def to_json(value: object) -> bytes:
    """Compact JSON with sorted names, in ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def from_json(data: bytes) -> dict[str, Any]:
    """A JSON object whose names are all different.

    Raises:
        ValueError: it is anything else.
    """
    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant
        )
    except RecursionError as error:
        raise ValueError("too deep") from error
    expect(isinstance(value, dict), "not an object")
    return dict(value)


def expect(holds: bool, reason: str) -> None:
    """Go on only if something holds.

    Raises:
        ValueError: it does not; for this reason.
    """
    if not holds:
        raise ValueError(reason)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
