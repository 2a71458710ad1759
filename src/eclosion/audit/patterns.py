"""Shell patterns for paths and for the words of settings, one reading for all of the audit.

``*`` and ``?`` stay within a folder, ``**/`` is any folders or none, ``**`` is anything; ``[*]`` is a star itself.
"""

from __future__ import annotations

import re
from functools import lru_cache


def expression(pattern: str) -> str:
    """A pattern as a regular expression that must fit to the end."""
    out, rest = "", pattern
    while rest:
        if rest.startswith("**/"):
            out, rest = out + "(?:[^/]*/)*", rest[3:]
        elif rest.startswith("**"):
            out, rest = out + ".*", rest[2:]
        elif rest[0] == "*":
            out, rest = out + "[^/]*", rest[1:]
        elif rest[0] == "?":
            out, rest = out + "[^/]", rest[1:]
        elif rest[0] == "[" and "]" in rest:
            piece, _, after = rest.partition("]")
            out, rest = out + piece + "]", after
        else:
            out, rest = out + re.escape(rest[0]), rest[1:]
    return f"(?:{out})\\Z"


@lru_cache(maxsize=4_096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(expression(pattern), re.DOTALL)


def fits(text: str, pattern: str) -> bool:
    """Whether a text is as the pattern says."""
    return _compiled(pattern).match(text) is not None
