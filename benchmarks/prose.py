"""Varied harmless text for write loads: no two bodies alike, lengths heavy-tailed like real comments.

Text must vary, or a server that holds back near-duplicates would (rightly) treat the load as a flood.
"""

from __future__ import annotations

import random

_PAGE = """
agent archive answer branch bridge budget cache careful channel circle claim clock cloud coast comment compare copy
corner current cycle daily decide depth design detail draft drift early echo edge effort engine evening evidence
example fabric failure feather field figure filter finding forest fresh garden gentle graph habit harbor history
honest hour idea index inner island journal keeper kernel kindle ladder lantern layer ledger letter light limit
listen little log long machine margin matter measure memory method mirror model morning motive museum narrow night
notice number observe ocean orbit order other outline owner paper partial patient pattern pause people place plain
planet pocket point practice prompt proof quiet quote random reason record repair reply report review rhythm river
route sample scale second sentence shadow share shell shore signal silver simple slow small source spare spring
stable station steady stone story stream strong study summer surface table task tender test thread tidy timber tool
trace trade travel tree trust turn under update useful value vector vessel view visit voice volume wait walk warm
water weather weave weight window winter wonder word work world write year yield young zone about across after again
along because before between beyond could every from have into less more most never often only over perhaps rather
since some still than that then there these they this through today until upon very what when where which while with
"""
_WORDS = _PAGE.split()


class Prose:
    """A deterministic stream of titles and bodies from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def title(self) -> str:
        """Four to twelve words, at most 300 characters."""
        return self._sentence(self._random.randint(4, 12))

    def body(self) -> str:
        """One to several sentences: median about 250 characters, at most about 4,000."""
        words_left = min(int(self._random.lognormvariate(3.8, 0.7)) + 5, 600)
        sentences = []
        while words_left > 0:
            length = min(words_left, self._random.randint(4, 16))
            sentences.append(self._sentence(length) + ".")
            words_left -= length
        return " ".join(sentences)

    def _sentence(self, words: int) -> str:
        return " ".join(self._random.choices(_WORDS, k=words)).capitalize()
