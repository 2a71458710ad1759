"""JSON from strangers: decoded quickly where it is well-formed, with patience where it is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any


class NotJson(Exception):
    """This is no JSON; ``str`` says what is wrong, without quoting it."""


@cache
def _quick() -> Callable[[str | bytes], Any] | None:
    """Msgspec's decoder: twice as fast as the standard library's, which takes over where it is not installed."""
    try:
        import msgspec
    except ImportError:
        return None
    return msgspec.json.Decoder().decode


def decode(data: str | bytes) -> Any:
    """A JSON value.

    What the standard library takes beyond the standard (NaN, lone surrogates) is taken.

    Raises:
        NotJson: it is none, or nested too deeply.
    """
    quick = _quick()
    if quick is not None:
        try:
            return quick(data)
        except RecursionError:
            raise NotJson("it is nested too deeply") from None
        except (
            ValueError,
            TypeError,
        ):  # msgspec's errors, and text that is not UTF-8: try with patience
            pass
    try:
        return json.loads(data if isinstance(data, str) else to_text(data))
    except RecursionError:
        raise NotJson("it is nested too deeply") from None
    except ValueError as error:
        said = error.msg if isinstance(error, json.JSONDecodeError) else "a number is too long"
        raise NotJson(said) from None


def to_text(data: bytes) -> str:
    """Bytes as text: UTF-8, or Windows-1252 where that is more likely; never an error.

    Where a line is UTF-8 but for a broken byte or two, the rest of it stays what it is: a stray byte must not turn
    hidden characters into gibberish that no detector knows.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(one > "\x7f" for one in text) - broken
    return text if whole >= broken else data.decode("cp1252", "replace")
