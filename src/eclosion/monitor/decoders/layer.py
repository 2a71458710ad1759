"""What a decoder gives, and which bytes are taken for text."""

from __future__ import annotations

import re
from typing import NamedTuple

from eclosion.monitor.decoders import english

TEXT_MAX = 65_536
"""So many characters of one encoded part are decoded; what comes after is left. Bombs end here."""

CHANCE_BITS = 22.0
"""So much evidence that bytes are text is asked for: a million tokens of noise then give about one."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ufffd]")


class Layer(NamedTuple):
    """One part of a text that was found encoded, decoded.

    Attributes:
        codec: the encoding's name as rules use it: ``base64``, ``hex``.
        start, end: which characters of the text.
        text: what they say.
    """

    codec: str
    start: int
    end: int
    text: str


def as_text(data: bytes) -> str | None:
    """The text that bytes spell, or None where they may well do so by chance."""
    text = printable(data)
    return text if text is not None and evidence(text) >= CHANCE_BITS else None


def printable(data: bytes) -> str | None:
    """The text that bytes spell: UTF-8, or UTF-16 as some shells write it; None if they spell none.

    A character cut off at the end is forgiven; any control character but tab and line ends is not.
    """
    if len(data) >= 8 and data.count(0) > 0.3 * len(data):
        wide = "utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be"
        return _clean(data[: len(data) & ~1].decode(wide, "replace"))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(data) - 3:
            return None
        text = data[: error.start].decode("utf-8")
    return _clean(text)


def evidence(text: str) -> float:
    """How sure it is, in bits, that a text did not come from decoding noise.

    A random byte is any of 256; a letter of English is worth what its place among letters is (``english``), another
    ordinary character about as much as its rarity. Sixteen printable ASCII characters are enough whatever they say.
    """
    part = text[:400]
    plain = sum(" " <= one <= "~" for one in part)
    if plain >= 16 and plain >= 0.8 * len(part):
        return CHANCE_BITS + 1
    letters = sum("a" <= one <= "z" for one in part.lower())
    other = sum(
        _OTHER_BITS if ord(one) < 0x250 or one in _FAMILIAR else 0.5 for one in part if one > "~"
    )
    foreign = sum(0x370 <= ord(one) < 0xD800 for one in part)
    if foreign > 0.6 * len(part):  # one script throughout
        other += (
            6.0 * foreign
            if len({ord(one) >> 8 for one in part if ord(one) >= 0x370}) <= 3 + foreign // 6
            else 0
        )
    return 3.25 * letters + english.bits(part) + 2.0 * (plain - letters) + other


_OTHER_BITS = 2.0
_FAMILIAR = frozenset(
    "\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u2022\u2192\u20ac\u2122\ufe0f\u2713\u2705\u2764"
)


def _clean(text: str) -> str | None:
    text = text.strip("\x00")
    return None if not text or _CONTROL.search(text) else text
