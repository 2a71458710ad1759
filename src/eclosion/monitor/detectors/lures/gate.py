"""Rules most messages out: one pass of Hyperscan says whether a text names a secret at all.

The patterns are those of ``lexicon`` without what Hyperscan does not know (looking around), so they let more pass and
never less; ``tests/monitor/lures`` holds the two together. The database is compiled when it is first asked.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache

import hyperscan

from eclosion.monitor import compiled
from eclosion.monitor.detectors.lures import lexicon

_SECRET, _THING, _SETTING = 1, 2, 4

YOURS = r"\byour (?:[\w'-]+ ){0,2}(?:token|key|login|pin)\b"
"""Weak words that count whatever the message is about."""

APART = 40
BEFORE, AFTER = 170, 70
MOST_PLACES = 200
"""So many places of one text are looked at."""

_LETTERS = bytes(
    ord(chr(code).lower()) if code < 128 and chr(code).isalpha() else code if code > 127 else 32
    for code in range(256)
)
_ASKING = frozenset(
    one.encode()
    for one in (
        f"{lexicon.GIVE}|{lexicon.GIVING}|need|needs|want|wants|require|requires|what|whats|which"
        "|borrow|missing|accept|waiting|have|use|like|known|know|see|ask|gave|told|sent|trusted"
        "|please|pls|plz|honoured|mind|required"
    ).split("|")
)
_HEARER = frozenset(
    b"you your u ur me us i we here please pls plz kindly someone it all every everyone agents our"
    b" my now asap what whats this let".split()
)
_AROUND = re.compile(r"\(\?<?[=!]")


def _without_lookaround(pattern: str) -> str:
    """The pattern without its lookaheads and lookbehinds, which only make it match less."""
    kept, place = [], 0
    while start := _AROUND.search(pattern, place):
        kept.append(pattern[place : start.start()])
        place = _end_of_group(pattern, start.end())
    return "".join([*kept, pattern[place:]])


def _end_of_group(pattern: str, place: int) -> int:
    depth, in_class = 1, False
    while depth:
        sign = pattern[place]
        if sign == "\\":
            place += 1
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
        else:
            depth += (sign == "(") - (sign == ")")
        place += 1
    return place


@cache
def _database() -> hyperscan.Database:
    strong, weak = (_without_lookaround(one.pattern) for one in (lexicon.STRONG, lexicon.WEAK))
    setting = f"{lexicon.OPENING.pattern}|{lexicon.CODES.pattern}"
    many = hyperscan.HS_FLAG_CASELESS
    return compiled.database(
        [one.encode() for one in (strong, YOURS, weak, setting)],
        [_SECRET, _SECRET, _THING, _SETTING],
        [many, many, many, many | hyperscan.HS_FLAG_SINGLEMATCH],
    )


class _Heard:
    """Where things are named, at most so many."""

    __slots__ = ("has_setting", "secrets", "things")

    def __init__(self) -> None:
        self.secrets: list[int] = []
        self.things: list[int] = []
        self.has_setting = False

    def hear(self, pattern: int, _start: int, end: int, *_: object) -> bool:
        if pattern == _SETTING:
            self.has_setting = True
            return False
        places = self.secrets if pattern == _SECRET else self.things
        if not places or end - places[-1] > APART:
            places.append(end)
        return len(places) > MOST_PLACES


def places_of_secrets(data: bytes) -> list[int]:
    """Where a text (UTF-8) names something that opens something, as ends in bytes; near ones only once."""
    heard = _Heard()
    with suppress(hyperscan.ScanTerminated):
        _database().scan(data, match_event_handler=heard.hear)
    return sorted({*heard.secrets, *heard.things}) if heard.has_setting else heard.secrets


def may_ask(data: bytes, places: list[int]) -> list[int]:
    """Those of the places around which words of asking stand."""
    kept = []
    for place in places:
        near = data[max(0, place - BEFORE) : place + AFTER].translate(_LETTERS).split()
        if not _ASKING.isdisjoint(near) and not _HEARER.isdisjoint(near):
            kept.append(place)
    return kept
