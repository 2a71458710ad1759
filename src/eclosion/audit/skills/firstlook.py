"""Which of many patterns may stand in a text: one pass of Hyperscan for all, at hundreds of megabytes a second.

Every pattern is given to it loosened (bounded repetitions made unbounded), so that it compiles quickly and never says
no where the true pattern, tried afterwards by ``re``, would say yes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import hyperscan

_FROM_NONE = re.compile(r"\{0,\d{2,}\}")
_FROM_SOME = re.compile(r"\{[1-9]\d*,\d*\}")
_FLAGS = (
    hyperscan.HS_FLAG_CASELESS
    | hyperscan.HS_FLAG_MULTILINE
    | hyperscan.HS_FLAG_PREFILTER
    | hyperscan.HS_FLAG_SINGLEMATCH
)


class FirstLook:
    """All patterns in one pass. Not for two threads at once."""

    def __init__(self, patterns: Iterable[str]) -> None:
        loose = [_FROM_SOME.sub("+", _FROM_NONE.sub("*", one)).encode() for one in patterns]
        self._database = hyperscan.Database()
        self._database.compile(
            expressions=loose, ids=list(range(len(loose))), flags=[_FLAGS] * len(loose)
        )
        self._found: set[int] = set()

    def candidates(self, words: str) -> set[int]:
        """The numbers of the patterns that may stand in the text."""
        self._found = set()
        self._database.scan(words.encode("utf-8", "replace"), match_event_handler=self._note)
        return self._found

    def _note(self, number: int, start: int, end: int, flags: int, context: object) -> None:
        self._found.add(number)
