"""What the model knows of a place where a secret is named: the words and kinds of words around it.

The sentence is read as words, as pairs of words, and as runs of two to four kinds of words; the sentence before and the
one after it as words and pairs of kinds. The same function serves training and use.
"""

from __future__ import annotations

import itertools
import re

from eclosion.monitor.detectors.lures.classes import KINDS, NUMBER, OTHER

VERSION = 1
BEFORE, AFTER = 260, 150
"""So many bytes around a place are read."""
NEAR_BEFORE, NEAR_AFTER = 110, 60
"""The same of a first look."""
_WORDS_BEFORE, _WORDS_AFTER, _WORDS_NEXT = 22, 12, 12
_TOKEN = re.compile(r"[a-z.][a-z'_-]*[a-z]|[a-z]|[0-9]+|[?!.:;,\n\"`>(){}=@$#|]")

_LETTERS = bytes(
    code + 32
    if 65 <= code <= 90
    else code
    if (chr(code).isalpha() and code < 128) or code in b"?'"
    else 32
    for code in range(256)
)


def features_at(data: bytes, place: int) -> set[str]:
    """The features of a place (the end, in bytes, of what is named) in a text (UTF-8)."""
    before = _TOKEN.findall(_plain(data[max(0, place - BEFORE) : place]))
    after = _TOKEN.findall(_plain(data[place : place + AFTER]))
    kinds_before, kinds_after = _kinds(before), _kinds(after)
    begin = _end_before(kinds_before, len(kinds_before))
    first = max(begin, len(before) - _WORDS_BEFORE)
    end = _end_after(kinds_after, 0)
    last = min(end, _WORDS_AFTER)
    ending = kinds_after[end] if end < len(kinds_after) else "."
    start = "^" if first == begin else "~"
    found = _runs([start, *kinds_before[first:], "|", *kinds_after[:last], ending])
    found |= {f"b:{kind}" for kind in kinds_before[first:]}
    found |= {f"a:{kind}" for kind in kinds_after[:last]}
    found |= _worded(before[first:], after[:last])
    earlier = _end_before(kinds_before, begin - 1)
    found |= _beside("p", before[earlier:begin], kinds_before[earlier:begin])
    following = _end_after(kinds_after, end + 1)
    if following < len(kinds_after):
        found.add(f"ne:{kinds_after[following]}")
    following = min(following, end + 1 + _WORDS_NEXT)
    return found | _beside("n", after[end + 1 : following], kinds_after[end + 1 : following])


def words_near(data: bytes, place: int) -> set[bytes]:
    """The words around a place, and nothing about their order: enough to pass most places by."""
    return set(data[max(0, place - NEAR_BEFORE) : place + NEAR_AFTER].translate(_LETTERS).split())


def _plain(part: bytes) -> str:
    return part.decode("utf-8", "ignore").lower().replace("\u2019", "'")


def _kinds(tokens: list[str]) -> list[str]:
    return [KINDS.get(one) or (NUMBER if one[0].isdigit() else OTHER) for one in tokens]


def _end_before(kinds: list[str], place: int) -> int:
    """Where the sentence that ends before ``place`` begins."""
    while place > 0 and kinds[place - 1] not in {".", "?"}:
        place -= 1
    return max(place, 0)


def _end_after(kinds: list[str], place: int) -> int:
    while place < len(kinds) and kinds[place] not in {".", "?"}:
        place += 1
    return min(place, len(kinds))


def _runs(kinds: list[str]) -> set[str]:
    """Runs of two, three and four."""
    pairs = [f"{one} {other}" for one, other in itertools.pairwise(kinds)]
    triples = [f"{one} {other}" for one, other in zip(pairs, kinds[2:], strict=False)]
    fours = [f"{one} {other}" for one, other in zip(triples, kinds[3:], strict=False)]
    return {*pairs, *triples, *fours}


def _worded(before: list[str], after: list[str]) -> set[str]:
    """The sentence's own words, and which of them stand side by side."""
    found = {f"bw:{word}" for word in before} | {f"aw:{word}" for word in after}
    found |= {f"w:{one} {other}" for one, other in itertools.pairwise(before)}
    found |= {f"w:{one} {other}" for one, other in itertools.pairwise(after)}
    if before:
        found.add(f"t:{before[-1]}")
        found |= {f"tt:{' '.join(before[-2:])}", f"ta:{before[-1]} {after[0] if after else '.'}"}
    return found


def _beside(name: str, words: list[str], kinds: list[str]) -> set[str]:
    """The sentence before, or after."""
    found = {f"{name}:{kind}" for kind in kinds} | {f"{name}w:{word}" for word in words}
    return found | {f"{name}:{one} {other}" for one, other in itertools.pairwise(kinds)}
