"""Which decoders a text needs, told cheaply: most text needs none.

Three looks, each at a small part of the cost of the decoders: Hyperscan over the bytes for what needs patterns, counts
of short byte strings, and the bytes beyond ASCII taken out and looked at alone. All are broad; each names a family of
decoders that then looks closely. Long tokens are common, so their places are given as well.
"""

from __future__ import annotations

import re
import threading
from enum import IntEnum
from functools import cache, lru_cache
from typing import NamedTuple

import hyperscan

from eclosion.monitor import compiled
from eclosion.monitor.decoders.codebooks import NATO_WORD
from eclosion.monitor.decoders.reversal import GATE_ENDINGS, gate_words

_TOKEN_LEAST = 16


class Family(IntEnum):
    """Decoders that are called together. The numbers are ids of patterns."""

    TOKEN = 0
    DENSE = 1
    HEX = 2
    DIGITS = 3
    PERCENT = 4
    ENTITIES = 5
    BACKSLASH = 6
    MAIL = 7
    YENC = 8
    CAPITALS = 9
    MORSE = 10
    NATO = 11
    BACON = 12
    BRAILLE = 13
    EMOJI = 14
    BASE2048 = 15
    MOVED = 16
    INVISIBLE = 17
    STYLED = 18
    MARKS = 19
    MIXED = 20
    SPACED = 21
    LEET = 22
    REVERSED = 23
    BLANKS = 24
    EQUATIONS = 25
    TURNED = 26
    ARABIC = 27
    CASE = 28


class Gate(NamedTuple):
    """What a text needs. ``starts`` are places of long tokens, in code points."""

    families: frozenset[Family]
    starts: list[int]


_ALWAYS: dict[Family, str] = {
    Family.TOKEN: rf"[A-Za-z0-9+/_-]{{{_TOKEN_LEAST}}}",
    Family.DENSE: r"[!-~]{2}(?:[!\"#$%&'()*+,;<=>?@\[\\\]^`{|}~][!-~]{1,16}){2}",
    Family.CAPITALS: r"[A-Z][!-@][ -`]{0,9}[A-Z][!-@][ -`]{6}",
    Family.BACON: r"[abAB]{5}[ ,\n]{0,2}[abAB]{5}[ ,\n]{0,2}[abAB]{5}",
    Family.CASE: r"(?:[a-z][A-Z]{1,3}[a-z ].{0,14}){4}",
    Family.SPACED: r"[^A-Za-z0-9](?:[A-Za-z0-9][^A-Za-z0-9]{1,3}){4}[A-Za-z0-9][^A-Za-z0-9]",
    Family.NATO: rf"(?i)\b(?:{NATO_WORD})[ ,./|_<>\n-]+(?:{NATO_WORD})\b",
}
_WITH_DIGITS: dict[Family, str] = {
    Family.HEX: r"(?:[0-9A-Fa-f]{2}[ \t\n,;:|/\\x$#uU+0-]{1,5}){5}[0-9A-Fa-f]{2}",
    Family.DIGITS: r"[0-9]{1,7}(?:[ \t\n,;:|/\\._o-]{1,4}[0-9]{1,7}){5}|[01]{7}|[1-5]{16}",
}
_PERCENTS = re.compile(rb"%[0-9A-Fa-f]{2}")
_ESCAPES = re.compile(rb"\\(?:[uUx][0-9A-Fa-f{]{2}|[0-3][0-7]{2})")
_QUOTED = re.compile(rb"=(?:[0-9A-F]{2}|[0-9a-f]{2})")
_MORSE_SIGNS = re.compile(rb"[.\-_*/|\n\\]{14,}")

_BEYOND: dict[Family, re.Pattern[bytes]] = {
    family: re.compile(pattern, re.DOTALL)
    for family, pattern in {
        Family.BRAILLE: rb"(?:\xe2[\xa0-\xa3].){5}",
        Family.EMOJI: rb"(?:\xf0\x9f..|\xe2[\x98-\xad].|\xef\xb8\x8f){7}",
        Family.BASE2048: rb"(?:[\xc2-\xdf].|[\xe0\xe1\xea].{2}){6}",
        Family.MOVED: rb"(?:\xf3[\xb0-\xbf]..|\xf4[\x80-\x8f]..|\xee..|\xef[\x80-\xa3].|\xf0\x93[\x80-\x91].){5}",
        Family.INVISIBLE: (
            rb"\xf3\xa0|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xb8[\x80-\x8e]|(?:\xef\xb8\x8f){2}"
            rb"|\xef\xbb\xbf|\xc2\xad|\xcd\x8f|\xe1\xa0[\x8b-\x8f]|\xe3\x85\xa4|\xef\xbe\xa0|\xe1\x85[\x9f\xa0]"
            rb"|\xef\xbf[\xb9-\xbb]|\xf0\x9d\x85[\xb3-\xba]|\xe1\x9e[\xb4\xb5]|\xf3[\xa1-\xaf]"
        ),
        Family.STYLED: (
            rb"(?:(?:\xf0\x9d[\x90-\x9f].|\xf0\x9f[\x84-\x87].|\xef\xbc[\xa1-\xba]|\xef\xbd[\x81-\x9a]|\xe2\x92[\x9c-\xbf]"
            rb"|\xe2\x93[\x80-\xa9]|\xe1\xb4.|\xe1\xb5.|\xe1\xb6.|\xca.|\xc9.|\xcb[\xa0-\xa4]|\xe2\x81[\xb0-\xbf]"
            rb"|\xe2\x82[\x80-\x9c]|\xc2[\xb2\xb3\xb9]|\xea\x9c[\xb0\xb1]|\xe2\xb1\xbc|\xe2\x84.)(?:\xef\xb8\x8f|\xe2\x80\x8d)?){5}"
        ),
        Family.MARKS: rb"(?:(?:\xcc.|\xcd[\x80-\xaf]).?.?){3}|(?:\xc3.|[\xc4-\xc9].|\xe1[\xb8-\xbb].){5}",
        Family.MIXED: (
            rb"[\xc6-\xcb\xcd-\xd6].|\xe1[\x8e-\x9f\xb4-\xb6]|\xea[\x9c-\xaf]|\xf0[\x90-\x9e]|\xe2[\xb2\xb3\x84\x85]|\xe0"
        ),
        Family.TURNED: (
            rb"(?:\xc9[\x90-\xaf]|\xca[\x80-\xaf]|\xc7\x9d|\xc6.|\xe2[\x88\x85\x90].|\xe1\xb4.|\xc4\xb1|\xc7\x90){4}"
        ),
        Family.ARABIC: rb"(?:\xd9\x80.{0,6}){5}|(?:\xef[\xad-\xb7\xb9-\xbb].){5}",
        Family.BLANKS: rb"(?:\xe2\x80[\x80-\x8a]|\xe2\x80\xaf|\xe3\x80\x80|\xc2\xa0|\xe2\x81\x9f){4}",
        Family.MORSE: rb"(?:\xc2\xb7|\xe2\x80[\x90-\x94\xa2]|\xe2\x88\x92){8}",
        Family.LEET: rb"\xe2\x82\xac|\xc2[\xa2\xa3]",
    }.items()
}


_COMMON = re.compile(
    rb"\xe2\x80[\x90-\xa7\xb0-\xbf]|\xe2[\x86-\x9e].|\xf0\x9f[\x88-\xbf].|\xef\xb8\x8f(?!\xef\xb8\x8f)|\xe2\x80\x8d(?=[\xe2\xf0])"
    rb"|[\xc2\xc3][^\xa0\xad\xa2\xa3\xb7]|[\xe4-\xe9]..|\xe3[\x81-\x84\x86-\xbf].|\xe3\x80[^\x80]|\xef\xbc[\x80-\xa0]",
    re.DOTALL,
)
"""What everyday text has beyond ASCII: dashes and quotes, arrows and pictures, Latin accents, Chinese and Japanese."""

_PLAIN = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ,'"
_FIGURES = bytes(range(48, 58))
_LEET = bytes(
    97 if chr(one).isalpha() and one < 128 else 48 if chr(one) in "0123456789@$!|+" else 32
    for one in range(256)
)
_TOKENS = bytes(
    97 if chr(one) in "+/_-" or (one < 128 and chr(one).isalnum()) else 32 for one in range(256)
)
_LONG_TOKEN = b" " + b"a" * _TOKEN_LEAST
_USUAL = bytes(one for one in range(256) if one > 127 or chr(one) in '\n!"#()*-./0123456789:;?`')
"""Signs of everyday text: what only they are in holds no escape, no equation and no blanks but the usual."""
_BEYOND_MAX = 64
_ASCII = bytes(range(128))
_local = threading.local()
_compiling = threading.Lock()


def scan(text: str, data: bytes | None = None) -> Gate:
    """Look once at a text, which may be given in UTF-8 as well; a passage keeps what was seen (``Passage.gate``)."""
    if data is None:
        data = text.encode("utf-8", "replace")
    heard: list[int] = []
    database, scratch = _database("always")
    database.scan(b" %b " % data, match_event_handler=compiled.note, context=heard, scratch=scratch)
    starts = _long_tokens(data) if Family.TOKEN in heard else []
    rest = data.translate(None, _PLAIN)
    figures = len(rest) - len(rest.translate(None, _FIGURES))
    if figures >= 6:
        database, scratch = _database("digits")
        database.scan(data, match_event_handler=compiled.note, context=heard, scratch=scratch)
    families = set(map(Family, heard))
    _count(data, rest, figures, families)
    if len(data) != len(text):
        beyond = data.translate(None, _ASCII)
        families |= _of_short(beyond) if len(beyond) <= _BEYOND_MAX else _beyond(beyond)
        starts = _in_points(data, starts)
    return Gate(frozenset(families), starts)


def _count(data: bytes, rest: bytes, figures: int, families: set[Family]) -> None:
    """What counts of short byte strings can tell; ``rest`` is the text without letters, blanks and commas."""
    if rest.translate(None, _USUAL):
        _count_escapes(data, rest, families)
    if len(rest) > 18 and rest.count(b".-") + rest.count(b"-.") > 4:
        runs = _MORSE_SIGNS.findall(rest)
        if any(run.count(b".") > 3 and run.count(b"-") + run.count(b"_") > 3 for run in runs):
            families.add(Family.MORSE)
    double = data.count(b"  ")
    if double > 7 and double > 3 * data.count(b"\n  "):
        families.add(Family.BLANKS)
    if figures > 2 or rest.count(b"@") + rest.count(b"$") + rest.count(b"!") + rest.count(b"|") > 2:
        signs = data.translate(_LEET)
        within = signs.count(b"a0a")
        if within > 1 and within + signs.count(b" 0a") + signs.count(b"a0 ") > 3:
            families.add(Family.LEET)


def _count_escapes(data: bytes, rest: bytes, families: set[Family]) -> None:
    """The same of signs that escapes, equations and terminals are made of."""
    if rest.count(b"%") > 1 and len(_PERCENTS.findall(data)) > 1:
        families.add(Family.PERCENT)
    if rest.count(b"&#") > 3:
        families.add(Family.ENTITIES)
    if (rest.count(b"\\") > 3 and len(_ESCAPES.findall(data)) > 3) or (
        rest.count(b"+") > 3 and data.count(b"U+") + data.count(b"u+") > 3
    ):
        families.add(Family.BACKSLASH)
    if b"=" in rest:
        _count_equals(data, rest, families)
    if b"\t" in rest:
        families.add(Family.BLANKS)
    if b"\x1b[" in rest:
        families.add(Family.INVISIBLE)


def _count_equals(data: bytes, rest: bytes, families: set[Family]) -> None:
    if b"=?" in rest or b"=\n" in rest or len(_QUOTED.findall(data)) > 2:
        families.add(Family.MAIL)
    if b"=ybegin" in data:
        families.add(Family.YENC)
    if rest.count(b"=") > 5 and data.count(b" = ") > 5:
        families.add(Family.EQUATIONS)


def _long_tokens(data: bytes) -> list[int]:
    """Where tokens of ``_TOKEN_LEAST`` signs and more begin, in bytes."""
    signs = b" " + data.translate(_TOKENS)
    starts = []
    place = signs.find(_LONG_TOKEN)
    while place >= 0:
        starts.append(place)
        place = signs.find(_LONG_TOKEN, place + _TOKEN_LEAST)
    return starts


@lru_cache(maxsize=4_096)
def _of_short(beyond: bytes) -> frozenset[Family]:
    """The same few dashes, quotes and pictures stand in most texts."""
    return _beyond(beyond)


def _beyond(beyond: bytes) -> frozenset[Family]:
    """What the bytes beyond ASCII can tell."""
    families: set[Family] = set()
    if beyond.count(b"\xf0") + beyond.count(b"\xe2") > 6 and _BEYOND[Family.EMOJI].search(beyond):
        families.add(Family.EMOJI)
    if beyond.count(b"\xe2\x80") > 7 and _BEYOND[Family.MORSE].search(beyond):
        families.add(Family.MORSE)
    if beyond.count(b"\xc3") > 4 and _BEYOND[Family.MARKS].search(beyond):
        families.add(Family.MARKS)
    rest = _COMMON.sub(b"", beyond)
    if rest:
        families.update(family for family, one in _BEYOND.items() if one.search(rest))
    return frozenset(families)


def _database(name: str) -> tuple[hyperscan.Database, hyperscan.Scratch]:
    """One of the two databases, with a working memory that is the thread's own."""
    kept: tuple[hyperscan.Database, hyperscan.Scratch] | None = getattr(_local, name, None)
    if kept is None:
        with _compiling:
            database = _compiled(name == "digits")
        kept = database, hyperscan.Scratch(database)
        setattr(_local, name, kept)
    return kept


@cache
def _compiled(digits: bool) -> hyperscan.Database:
    patterns = [(int(family), one) for family, one in (_WITH_DIGITS if digits else _ALWAYS).items()]
    if not digits:
        patterns += [(int(Family.REVERSED), f"(?i)[^a-z]{word}[^a-z]") for word in gate_words()]
        patterns += [(int(Family.REVERSED), f"(?i)[^a-z]{end}[a-z]") for end in GATE_ENDINGS]
    return compiled.database(
        [pattern.encode("ascii") for _, pattern in patterns],
        [number for number, _ in patterns],
        [hyperscan.HS_FLAG_SINGLEMATCH] * len(patterns),
    )


def _in_points(data: bytes, places: list[int]) -> list[int]:
    """Byte places as places in code points, for places in rising order."""
    points, before, found = [], 0, 0
    for place in places:
        found += len(data[before:place].decode("utf-8", "replace"))
        before = place
        points.append(found)
    return points
