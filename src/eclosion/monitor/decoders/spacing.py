"""Letters kept apart by signs, and words put together again from a row of letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import log

from eclosion.monitor.decoders import english
from eclosion.monitor.decoders.layer import TEXT_MAX, Layer

_SIGN = r"[-._*|/~+=,:;'\"\u00b7\u2022\u2010-\u2015]"
_JOINED = re.compile(
    rf"(?<![^\W_])[^\W_](?:{_SIGN}[^\W_]){{1,}}(?![^\W_])(?:[ \t]+(?:[^\W_](?:{_SIGN}[^\W_])*)(?=[\s.,!?]|$))*"
)
_SPACED = re.compile(
    r"(?<![^\W_])[^\W_]"
    r"(?:(?:[ \t]{1,4}|\r?\n|[ \t]*[-._*|/~,\u00b7\u2022\u3000\u2000-\u200a][ \t]*)[^\W_](?![^\W_])){5,}"
)
_GAP = re.compile(r"[ \t]{2,}|\n")
_WORD_MAX = 18


def find_spaced(text: str) -> Iterator[Layer]:
    """Single letters with a blank or a sign between each."""
    done = 0
    for match in _JOINED.finditer(text):
        words = [re.sub(_SIGN, "", word) for word in match[0].split()]
        longest = max(map(len, words))
        said = " ".join(words)
        if sum(map(len, words)) < 6 or (longest < 4 and len(words) < 4) or said.isdigit():
            continue
        if _reads(said):
            done = match.end()
            yield Layer("spaced", match.start(), match.end(), said)
    for match in _SPACED.finditer(text):
        if match.start() < done:
            continue
        part = match[0][:TEXT_MAX]
        if _GAP.search(part) and len(_GAP.findall(part)) < 0.5 * len(part) / 2:
            said = " ".join(re.sub(r"[\W_]+", "", word) for word in _GAP.split(part))
        else:
            said = re.sub(r"[\W_]+", "", part)
        if not said.replace(" ", "").isalpha() and sum(map(str.isdigit, said)) > 0.4 * len(said):
            continue
        said = said if " " in said else cut(said)
        if _reads(said):
            yield Layer("spaced", match.start(), match.end(), said)


def cut(letters: str) -> str:
    """Put the likeliest blanks into a row of letters: common words are cheap, letters of no word dear."""
    lower = letters.lower()
    ranks = english.ranks()
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(lower) + 1):
        candidates = []
        for start in range(max(0, end - _WORD_MAX), end):
            word = lower[start:end]
            rank = ranks.get(word)
            if rank is not None:
                cost = log(rank + 12) + (4 if end - start == 1 and word not in "ai" else 0)
            elif word.isdigit():
                cost = 6.0 + end - start
            else:
                cost = 8.0 + 3.2 * (end - start)
            candidates.append((best[start][0] + cost, start))
        best.append(min(candidates))
    words, end = [], len(lower)
    while end:
        start = best[end][1]
        words.append(letters[start:end])
        end = start
    return " ".join(reversed(words))


def _reads(said: str) -> bool:
    return english.bits(said) > 10 and english.rate(said) > 0.4
