"""What the model knows of a place where a secret is named: the words and kinds of words around it.

The sentence is read as words, as pairs of words, and as runs of two to four kinds of words; the sentence before and the
one after it as words and pairs of kinds. The same function serves training and use.
"""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

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


class Around(NamedTuple):
    """What stands around a place, cut into sentences.

    Attributes:
        before, after: words and marks of the place's own sentence; ``before`` ends with what is named.
        start: ``^`` if ``before`` is the whole beginning of the sentence, else ``~``.
        ending: the kind of what ends the sentence.
        earlier, following: words and marks of the sentence before, and of the one after.
        next_ending: the kind of what ends that one; empty if it is not seen.
    """

    before: list[str]
    after: list[str]
    start: str
    ending: str
    earlier: list[str]
    following: list[str]
    next_ending: str


def around(data: bytes, place: int) -> Around:
    """What stands around a place (the end, in bytes, of what is named) in a text (UTF-8)."""
    before = _TOKEN.findall(_plain(data[max(0, place - BEFORE) : place]))
    after = _TOKEN.findall(_plain(data[place : place + AFTER]))
    kinds_before, kinds_after = _kinds(before), _kinds(after)
    begin = _end_before(kinds_before, len(kinds_before))
    first = max(begin, len(before) - _WORDS_BEFORE)
    end = _end_after(kinds_after, 0)
    following = _end_after(kinds_after, end + 1)
    return Around(
        before[first:],
        after[: min(end, _WORDS_AFTER)],
        "^" if first == begin else "~",
        kinds_after[end] if end < len(kinds_after) else ".",
        before[_end_before(kinds_before, begin - 1) : begin],
        after[end + 1 : min(following, end + 1 + _WORDS_NEXT)],
        kinds_after[following] if following < len(kinds_after) else "",
    )


def features_at(data: bytes, place: int) -> set[str]:
    """The features of a place in a text."""
    return features_of(around(data, place))


def features_of(seen: Around) -> set[str]:
    """The features of what stands around a place."""
    kinds_before, kinds_after = _kinds(seen.before), _kinds(seen.after)
    found = _runs([seen.start, *kinds_before, "|", *kinds_after, seen.ending])
    found |= {f"b:{kind}" for kind in kinds_before}
    found |= {f"a:{kind}" for kind in kinds_after}
    found |= _worded(seen.before, seen.after)
    found |= _beside("p", seen.earlier, _kinds(seen.earlier))
    if seen.next_ending:
        found.add(f"ne:{seen.next_ending}")
    return found | _beside("n", seen.following, _kinds(seen.following))


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
