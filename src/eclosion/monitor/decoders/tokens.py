"""Runs of tokens that are written strangely in one way: what disguises of letters have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

_TOKEN = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W\d_]")


class Run(NamedTuple):
    """Tokens side by side: from ``start`` to ``end``, so many of them strange, of so many with letters in all."""

    start: int
    end: int
    strange: int
    tokens: int


def runs(
    text: str, is_strange: Callable[[str], bool], *, bridge: int = 1, share: float = 0.6
) -> Iterator[Run]:
    """Join strange tokens with at most ``bridge`` plain ones between them, while ``share`` of the tokens is strange."""
    start = end = strange = tokens = plain = 0
    open_ = False
    for token in _TOKEN.finditer(text):
        if is_strange(token[0]):
            if open_ and strange + 1 < share * (tokens + plain + 1):
                yield Run(start, end, strange, tokens)
                open_ = False
            if not open_:
                start, strange, tokens, open_ = token.start(), 0, 0, True
                plain = 0
            strange, tokens, plain, end = strange + 1, tokens + plain + 1, 0, token.end()
        elif open_ and _LETTERS.search(token[0]):
            plain += 1
            if plain > bridge:
                yield Run(start, end, strange, tokens)
                open_ = False
    if open_:
        yield Run(start, end, strange, tokens)
