"""Which decoders a text needs, told in one pass by Hyperscan: most text needs none.

Patterns are over UTF-8 bytes, broad, and cheap; each names the family of decoders that then looks closely. The
families ``TOKEN`` gives places as well, since long tokens are common and only they need to be read.
"""

from __future__ import annotations

import re
import threading
from enum import IntEnum
from typing import NamedTuple

import hyperscan

from eclosion.monitor.decoders.codebooks import NATO_WORD

_TOKEN_LEAST = 12


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


class Gate(NamedTuple):
    """What a text needs. ``starts`` are places of long tokens, in code points."""

    families: frozenset[Family]
    starts: list[int]


_LEAD = r"(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})"
_ODD = r"[!-.:-@\[-`{-~]"
_PATTERNS: dict[Family, str] = {
    Family.TOKEN: rf"(?:^|[^A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{{{_TOKEN_LEAST}}}",
    Family.DENSE: r"[!-~]{2}(?:[!\"#$%&'()*+,;<=>?@\[\\\]^`{|}~][!-~]{0,6}){3}[!-~]{2}",
    Family.HEX: r"(?:[0-9A-Fa-f]{2}[ \t\n,;:|/\\x$#uU+0-]{1,5}){5}[0-9A-Fa-f]{2}",
    Family.DIGITS: r"[0-9]{1,7}(?:[ \t\n,;:|/\\._o-]{1,4}[0-9]{1,7}){5}|[01]{7}|[1-5]{16}",
    Family.PERCENT: r"%[0-9A-Fa-f]{2}[^ \n]{0,30}%[0-9A-Fa-f]{2}",
    Family.ENTITIES: r"(?:&#[xX0-9][^&\n]{1,12}){4}",
    Family.BACKSLASH: r"(?:(?:\\[uUx0-3]|[uU]\+)[0-9A-Fa-f{]{2,8}[^\\+]{0,4}){4}",
    Family.MAIL: r"=\?[A-Za-z0-9_-]+\?[BbQq]\?|(?:=[0-9A-Fa-f]{2}.{0,60}){3}|[^\n]{70}=\r?\n",
    Family.YENC: r"=ybegin ",
    Family.CAPITALS: r"[ -`]{18}",
    Family.MORSE: r"(?:(?:[.*_-]|\xc2\xb7|\xe2\x80[\x90-\x94\xa2]|\xe2\x88\x92){1,7}[ /|\t\n\\]{1,7}){5}",
    Family.NATO: rf"(?i)\b(?:{NATO_WORD})[ ,./|_\n-]+(?:{NATO_WORD})\b",
    Family.BACON: r"(?:\b[abAB]{5}[ ,\n]{0,2}){3}|[abAB]{15}",
    Family.BRAILLE: r"(?:\xe2[\xa0-\xa3][\x80-\xbf].?){5}",
    Family.EMOJI: r"(?:\xf0\x9f[\x80-\xbf]{2}|\xe2[\x80-\xbf]{2}|\s){7}",
    Family.BASE2048: rf"{_LEAD}{{5}}",
    Family.MOVED: r"(?:\xf3[\xb0-\xbf]..|\xf4[\x80-\x8f]..|\xee..|\xef[\x80-\xa3].|\xf0\x93[\x80-\x91].){5}",
    Family.INVISIBLE: (
        r"\xf3\xa0[\x80\x81\x84-\x87][\x80-\xbf]|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\x9f-\xaf]"
        r"|\xef\xb8[\x80-\x8d]|(?:\xef\xb8[\x8e\x8f]){2}|[!-~]\xef\xb8[\x8e\x8f]|\xef\xbb\xbf|\xc2\xad|\xcd\x8f|\xe1\xa0[\x8b-\x8f]"
        r"|\xe3\x85\xa4|\xef\xbe\xa0|\xe1\x85[\x9f\xa0]|\xef\xbf[\xb9-\xbb]|\x1b\[|\x08{2}|\xe2\xa0\x80"
        r"|\xf0\x9d\x85[\xb3-\xba]|\xe1\x9e[\xb4\xb5]"
    ),
    Family.STYLED: (
        r"(?:(?:\xf0\x9d[\x90-\x9f][\x80-\xbf]|\xf0\x9f[\x84-\x87][\x80-\xbf]|\xef\xbc[\xa1-\xba]|\xef\xbd[\x81-\x9a]"
        r"|\xe2\x92[\x9c-\xbf]|\xe2\x93[\x80-\xa9]|\xe1\xb4[\x80-\xbf]|\xe1\xb5[\x80-\xbf]|\xe1\xb6[\x80-\xbf]"
        r"|\xca[\xb0-\xbf]|\xca[\x80-\xaf]|\xcb[\xa0-\xa4]|\xe2\x81[\xb0-\xbf]|\xe2\x82[\x80-\x9c]|\xc2[\xb2\xb3\xb9]"
        r"|\xe1\xb5[\xa2-\xaa]|\xea\x9c[\xb0\xb1]|\xe2\xb1\xbc)[ -~\xef\xb8\x8f\xe2\x80\x8d]{0,4}){4}"
    ),
    Family.MARKS: (
        r"(?:[A-Za-z](?:\xcc[\x80-\xbf]|\xcd[\x80-\xaf]).{0,12}){3}|(?:\xcc[\x80-\xbf]|\xcd[\x80-\xaf]){2}"
        r"|(?:(?:\xc3[\x80-\xbf]|[\xc4-\xc9][\x80-\xbf]|\xe1[\xb8-\xbb][\x80-\xbf])[ -~]{0,6}){6}"
    ),
    Family.MIXED: (
        r"[A-Za-z](?:[\xcd-\xd4][\x80-\xbf]|\xe1[\x8e-\x9f\xb4-\xb6].|\xea[\x9c-\xaf].|\xf0[\x90-\x9e]..|\xd5.|\xd6.|\xe2[\xb2\xb3\x84\x85].|[\xc6-\xcb][\x80-\xbf])"
        r"|(?:[\xcd-\xd4][\x80-\xbf]|\xe1[\x8e-\x9f\xb4-\xb6].|\xea[\x9c-\xaf].|\xf0[\x90-\x9e]..|\xd5.|\xd6.|\xe2[\xb2\xb3\x84\x85].|[\xc6-\xcb][\x80-\xbf])[A-Za-z]"
    ),
    Family.SPACED: r"(?:[^A-Za-z0-9][A-Za-z0-9!@$]){7}[^A-Za-z0-9]|(?:[^A-Za-z0-9 \n][A-Za-z0-9]){5}",
    Family.LEET: (
        r"(?:[A-Za-z][013457@$!|+][A-Za-z]|\b[0-9][A-Za-z]|[A-Za-z][0-9]\b).{0,40}[A-Za-z][013457@$!|+]"
        r"|[A-Za-z][0-9][A-Za-z][0-9]"
    ),
    Family.BLANKS: (
        r"(?:[ \t]+\r?\n[^\n]*){4}|\S(?:[ \t]*\t[ \t]*){4}|[^ \n|]  [^ |]{1,30}[^ \n|]  [^ |]"
        r"|\xe2\x80[\x80-\x8a]|\xe2\x80\xaf|\xe3\x80\x80|\xc2\xa0"
    ),
    Family.EQUATIONS: r"(?s)([A-Za-z]) = [0-9]{1,3}[A-Za-z] - [0-9]{1,3}[A-Za-z].*\n[A-Za-z] = [0-9]{1,3}[A-Za-z] - ",
    Family.TURNED: (
        r"(?:\xc9[\x90-\xaf]|\xca[\x80-\xaf]|\xc7[\x9d]|\xc6[\x80-\xbf]|\xe2[\x88\x85\x90].)[ -~]{0,3}"
        r"(?:\xc9[\x90-\xaf]|\xca[\x80-\xaf]|\xc7\x9d)"
    ),
    Family.ARABIC: r"(?:\xd9\x80.{0,4}){5}|(?:\xef[\xad-\xb7\xb9-\xbb][\x80-\xbf].?){6}",
}
_STARTED = re.compile(rb"[^\x80-\xbf]")
_local = threading.local()


def scan(text: str) -> Gate:
    """Look once. Hyperscan's working memory is one for each thread."""
    data = text.encode("utf-8", "replace")
    database: hyperscan.Database | None = getattr(_local, "database", None)
    if database is None:
        database = _local.database = _compiled()
    families: set[int] = set()
    ends: list[int] = []

    def note(family: int, _start: int, end: int, _flags: int, _context: object) -> None:
        if family == Family.TOKEN:
            ends.append(end)
        else:
            families.add(family)

    database.scan(data, match_event_handler=note)
    starts = [end - _TOKEN_LEAST for end in ends]
    if len(data) != len(text):
        starts = _in_points(data, starts)
    if starts:
        families.add(Family.TOKEN)
    return Gate(frozenset(map(Family, families)), starts)


def _compiled() -> hyperscan.Database:
    database = hyperscan.Database()
    several = [Family.TOKEN]
    database.compile(
        expressions=[pattern.encode("ascii") for pattern in _PATTERNS.values()],
        ids=[int(family) for family in _PATTERNS],
        elements=len(_PATTERNS),
        flags=[0 if family in several else hyperscan.HS_FLAG_SINGLEMATCH for family in _PATTERNS],
    )
    return database


def _in_points(data: bytes, places: list[int]) -> list[int]:
    """Byte places as places in code points, for places in rising order."""
    points, before, found = [], 0, 0
    for place in places:
        found += len(data[before:place].decode("utf-8", "replace"))
        before = place
        points.append(found)
    return points
