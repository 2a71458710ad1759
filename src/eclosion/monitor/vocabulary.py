"""The words of one site, learned from what passes: product names, nicknames, abbreviations.

What looks like a cipher is often somebody's jargon. A word is a site's own once several different authors have used
it; so a few who share a cipher cannot teach it to the monitor (``authors`` is above the size of a
small ring), and a crowd that uses one word speaks it openly. The memory is bounded: the rarest words make room.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from eclosion.kernel.errors import Invalid
from eclosion.monitor.passage import Passage

WORDS_MAX = 50_000
LETTERS = range(3, 25)
_WORD = re.compile(r"[^\W\d_]{3,24}")


class Vocabulary:
    """Words and who has used them.

    Args:
        authors: so many different authors make a word the site's own.
        sample: only one observation in so many is learned from, since learning costs more than looking.
    """

    def __init__(self, authors: int = 8, sample: int = 8) -> None:
        self._authors = authors
        self._sample = sample
        self._seen = 0
        self._users: dict[str, set[int]] = {}
        self._known: set[str] = set()

    def knows(self, word: str) -> bool:
        """Whether a word in lower case is the site's own."""
        return word in self._known

    def learn(self, passage: Passage) -> None:
        """Take note of an observation's words, if it is its turn."""
        self._seen += 1
        if self._seen % self._sample:
            return
        author = hash(passage.observation.actor)
        for word in set(_WORD.findall(passage.lowered[:4_000])):
            if word in self._known:
                continue
            users = self._users.setdefault(word, set())
            users.add(author)
            if len(users) >= self._authors:
                self._known.add(word)
                del self._users[word]
        if len(self._users) > WORDS_MAX:
            self._make_room()
        if len(self._known) > WORDS_MAX:
            self._known = set(list(self._known)[: WORDS_MAX // 2])

    def _make_room(self) -> None:
        """Forget words of few authors until half of the room is free."""
        fewest = 1
        while len(self._users) > WORDS_MAX // 2:
            self._users = {word: who for word, who in self._users.items() if len(who) > fewest}
            fewest += 1

    def save(self, path: Path) -> None:
        """Write the site's own words to a file; authors are not kept."""
        path.write_text(json.dumps({"words": sorted(self._known)}, ensure_ascii=True), "utf-8")

    def load(self, path: Path) -> None:
        """Take the words of a file.

        Raises:
            Invalid: it is no such file.
        """
        try:
            words = json.loads(path.read_text("utf-8"))["words"]
            self._known |= {str(word).lower() for word in words[:WORDS_MAX]}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Invalid(
                f"{path} is no vocabulary: {error}.", 'It is JSON: {"words": ["…"]}.'
            ) from None
