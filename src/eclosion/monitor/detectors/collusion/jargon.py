"""Words that a few use among themselves and nobody else does: an anomaly, no proof of anything.

Only words in messages to somebody (``recipient``) are counted: in public, a word that few use is a name. A word
counts that
is no English word, stands in many messages between two to eight who write to each other, and was not there before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final

from eclosion.monitor.detectors.collusion.memory import Fading
from eclosion.monitor.passage import Passage

USES: Final = 16
CIRCLE_MAX: Final = 8
CHARS_MAX: Final = 4_000
_WORD = re.compile(r"(?<![\w@/#.-])[a-z]{5,14}(?![\w@/.-])")


@dataclass(slots=True)
class Use:
    """How a word is used: by whom (up to one more than a circle), and in how many messages."""

    circle: set[int] = field(default_factory=set)
    names: list[str] = field(default_factory=list)
    messages: int = 0
    first_at: int = 0
    is_told: bool = False


class Jargon:
    """Counts words of circles."""

    def __init__(self, words: int = 20_000) -> None:
        self._uses: Fading[str, Use] = Fading(words)
        self._messages = 0

    def see(self, passage: Passage, recipient: str) -> tuple[str, Use] | None:
        """A word that has become a circle's own, with its use."""
        self._messages += 1
        actor = passage.observation.actor
        told = None
        for word in set(_WORD.findall(passage.lowered[:CHARS_MAX])):
            if word in _english() or passage.is_known_here(word):
                continue
            use = self._uses.get(word)
            if use is None:
                use = Use(first_at=self._messages)
                self._uses.put(word, use)
            use.messages += 1
            for who in (actor, recipient):
                if len(use.circle) <= CIRCLE_MAX and hash(who) not in use.circle:
                    use.circle.add(hash(who))
                    use.names.append(who[:60])
            if self._is_own(use):
                use.is_told = True
                told = word, use
        return told

    def _is_own(self, use: Use) -> bool:
        """Many uses, few users, and others around who write without it."""
        others = self._messages - use.first_at + 1 - use.messages
        return (
            not use.is_told
            and use.messages >= USES
            and 2 <= len(use.circle) <= CIRCLE_MAX
            and others * 2 >= use.messages
            and use.first_at > USES
        )


@cache
def _english() -> frozenset[str]:
    """Common words with their usual endings, from the list that the decoders bring."""
    text = files("eclosion.monitor.decoders").joinpath("words.txt").read_text("utf-8")
    stems = [word for word in text.split() if word.isalpha()]
    endings = ("", "s", "es", "ed", "d", "ing", "ly", "er", "ers", "able", "ness", "ion", "ions")
    bare = {
        stem[:-1] + end
        for stem in stems
        if stem.endswith("e")
        for end in ("ing", "able", "ion", "ions")
    }
    return frozenset({stem + end for stem in stems for end in endings} | bare)
