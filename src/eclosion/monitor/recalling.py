"""What follows from a text alone, kept for when the same text comes again: two of five messages of agents are repeats.

It knows texts by a digest and holds none of them, nor anything that depends on who spoke, when or where. Its memory is
bounded: two generations, of which the older is dropped whole when the newer is full.
"""

from __future__ import annotations

from collections.abc import Hashable
from hashlib import blake2b

TEXTS = 4_096
BYTES_MAX = 4_096
"""A longer text is hardly ever said again."""

Facts = dict[Hashable, object]
"""What follows from one text, by the name of what was asked."""


class Recall:
    """Facts about the texts of late.

    Args:
        texts: how many texts a generation has.
    """

    def __init__(self, texts: int = TEXTS) -> None:
        self._texts = texts
        self._new: dict[bytes, Facts] = {}
        self._old: dict[bytes, Facts] = {}

    def of(self, data: bytes) -> Facts | None:
        """The facts about a text (UTF-8), empty where it is new; None for one that is too long to be kept."""
        if len(data) > BYTES_MAX:
            return None
        digest = blake2b(data, digest_size=16).digest()
        facts = self._new.get(digest)
        if facts is None:
            facts = self._old.pop(digest, None)
            if facts is None:
                facts = {}
            if len(self._new) >= self._texts:
                self._old, self._new = self._new, {}
            self._new[digest] = facts
        return facts
