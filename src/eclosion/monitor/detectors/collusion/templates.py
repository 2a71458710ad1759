"""Texts from one mould: the same sentences by several actors, whatever names and numbers were filled in.

Near duplicates by a sketch (Broder, "On the resemblance and containment of documents", 1997): of a text's sentences, in
lower case, without digits, signs, addresses and names after an @, the four with the smallest hashes stand for it. Two
texts that share most of their sentences share most of these: all but one of three or four, and all of fewer. One pass
of ``bytes.translate`` masks and cuts, so a text of 2 KB costs some ten microseconds; a sketch of words would cost ten
times that.
"""

from __future__ import annotations

import re
from typing import Final
from zlib import crc32

from eclosion.monitor.detectors.collusion.groups import Group
from eclosion.monitor.detectors.collusion.memory import Fading

SKETCH: Final = 4
SENTENCE_BYTES: Final = 28
LONE_BYTES: Final = 60
"""A text of one or two sentences counts only if they are this long together: "thanks for sharing" is said by
everybody."""
HALF: Final = 90_000

_CUT = b".!?\n;"
_MENTION = re.compile(rb"@[\w.-]+")
_URL = re.compile(rb"http\S+")
_TABLE: Final = bytes(
    10
    if one in _CUT
    else one + 32
    if 65 <= one <= 90
    else 32
    if one < 48 or one in b"@[\\]^_`{|}~:<=>"
    else one
    for one in range(256)
)


class Templates:
    """What was said before, by its sketches."""

    def __init__(self, half: int = HALF) -> None:
        self._seen: Fading[int, int | Group] = Fading(half)

    def see(self, sketch: list[int], actor: str, at_ms: int) -> Group | None:
        """The group of those who have said what has this sketch, if others have; the actor is now of it."""
        if not sketch:
            return None
        who = hash(actor)
        if not self._seen.knows_any(sketch):
            self._seen.put_all(sketch, who)
            return None
        known = [self._seen.get(one) for one in sketch]
        group = _shared_by(known)
        others = [before for before in known if isinstance(before, int) and before != who]
        of_group = sum(before is group for before in known) if group else 0
        need = len(sketch) if len(sketch) < 3 else len(sketch) - 1
        if of_group < min(2, len(sketch)):
            group, of_group = None, 0
        if of_group + len(others) < need:
            for one, before in zip(sketch, known, strict=True):
                if before is None:
                    self._seen.put(one, who)
            return None
        if group is None:
            group = Group(members=set(others), messages=len(set(others)), first_ms=at_ms)
        for one, before in zip(sketch, known, strict=True):
            if not isinstance(before, Group):
                self._seen.put(one, group)
        group.join(actor, at_ms)
        return group


def _shared_by(known: list[int | Group | None]) -> Group | None:
    """The group that most of a sketch belongs to: one sentence that two groups share must not make them one."""
    groups = [before for before in known if isinstance(before, Group)]
    return max(groups, key=lambda one: sum(other is one for other in groups), default=None)


def sketch_of(raw: bytes) -> list[int]:
    """Up to four hashes that stand for a text (UTF-8); none if it says too little of its own."""
    if len(raw) < LONE_BYTES:
        return []
    if b"@" in raw:
        raw = _MENTION.sub(b"@", raw)
    if b"://" in raw:
        raw = _URL.sub(b"@", raw)
    masked = raw.translate(_TABLE, b"0123456789")
    sentences = [one.strip() for one in masked.split(b"\n") if len(one) >= SENTENCE_BYTES]
    if len(sentences) < 3 and sum(map(len, sentences)) < LONE_BYTES:
        return []
    return sorted({crc32(one) << 12 | len(one) & 4095 for one in sentences})[:SKETCH]
