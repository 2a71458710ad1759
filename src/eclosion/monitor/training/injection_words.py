"""Weighs single words, so that most of what agents say is passed by without weighing the whole text."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

_WORD = re.compile(r"(?<![\w'])[a-z][a-z_]{1,19}(?![\w'])")
WORDS_MOST = 700
LEAST, MOST = 1.3, 4.0
SEEN_LEAST = 3


def weigh_words(attacks: Iterable[str], harmless: Iterable[str]) -> dict[str, float]:
    """The words that say most about an attack, with the log of how much oftener they stand in one."""
    bad = Counter(word for text in attacks for word in _WORD.findall(text.lower()))
    good = Counter(word for text in harmless for word in _WORD.findall(text.lower()))
    bads, goods = bad.total(), good.total()
    weights = {
        word: math.log((count + 0.3) / bads) - math.log((good[word] + 1.5) / goods)
        for word, count in bad.items()
        if count >= SEEN_LEAST
    }
    telling = [word for word, weight in weights.items() if weight > LEAST]
    telling.sort(key=lambda word: (-weights[word] * bad[word], word))
    return {word: min(MOST, weights[word]) for word in telling[:WORDS_MOST]}
