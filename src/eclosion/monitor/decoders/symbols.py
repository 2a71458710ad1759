"""Encodings that write bytes with rare characters: Ecoji, base 2048, base 100, and text moved up in Unicode.

Tables: Ecoji 1.0 (Keith Turner, Apache-2.0), rust-base2048 (LLFourn, MIT), base 100 (AdamNiederer).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from eclosion.monitor.decoders import english
from eclosion.monitor.decoders.layer import TEXT_MAX, Layer, as_text

_TABLES = Path(__file__).parent
_PADDING = "\u2615"
_PADDINGS4 = "\u269c\U0001f3cd\U0001f4d1\U0001f64b"
_TAILS2048 = "\u0f0d\u0f0e\u0f0f\u0f10\u0f11\u0f06\u0f08\u0f12"
_FIRST100 = 0x1F3F7
_BASE100 = re.compile(r"[\U0001f3f7-\U0001f4f6]{6,}")
_PICTURES = re.compile(
    "[\u231a-\u2bff\u3030-\u3299\U0001f000-\U0001faff](?:[\u231a-\u2bff\u3030-\u3299\U0001f000-\U0001faff]|\ufe0f?\n){7,}"
)
_HIGH = re.compile(
    r"[\U000f0000-\U000ffffd\U00100000-\U0010fffd\ue000-\uf8ff\U00013000-\U0001342f]{6,}"
)


@cache
def _ecoji() -> dict[str, int]:
    return {one: at for at, one in enumerate((_TABLES / "ecoji.txt").read_text("utf-8").strip())}


@cache
def _base2048() -> dict[str, int]:
    return {one: at for at, one in enumerate((_TABLES / "base2048.txt").read_text("utf-8").strip())}


@cache
def _base2048_run() -> re.Pattern[str]:
    signs = re.escape("".join(_base2048()) + _TAILS2048)
    return re.compile(rf"[{signs}]{{6,}}")


def find_emoji(text: str) -> Iterator[Layer]:
    """Ecoji and base 100, in runs of emoji without words between them."""
    known = _ecoji().keys() | set(_PADDING + _PADDINGS4)
    for match in _PICTURES.finditer(text):
        signs = "".join(match[0].split())[:TEXT_MAX].replace("\ufe0f", "")
        data = ecoji(signs) if known.issuperset(signs) else None
        if data and (said := as_text(data)):
            yield Layer("ecoji", match.start(), match.end(), said)
    for match in _BASE100.finditer(text):
        data = bytes(ord(one) - _FIRST100 for one in match[0][:TEXT_MAX])
        if said := as_text(data):
            yield Layer("base100", match.start(), match.end(), said)


def find_base2048(text: str) -> Iterator[Layer]:
    """Runs of letters of many scripts without a blank."""
    for match in _base2048_run().finditer(text):
        if len({ord(one) >> 8 for one in match[0][:200]}) < 4:
            continue  # a word of one script
        data = base2048(match[0][:TEXT_MAX])
        if data and (said := as_text(data)):
            yield Layer("base2048", match.start(), match.end(), said)


def find_moved(text: str) -> Iterator[Layer]:
    """ASCII moved to a private or rare plane by adding one number to each character."""
    for match in _HIGH.finditer(text):
        points = [ord(one) for one in match[0][:TEXT_MAX]]
        offset = points[0] & ~0xFF
        moved = [point - offset for point in points]
        if all(0 <= point < 0x180 for point in moved):
            said = "".join(map(chr, moved))
            if as_text(said.encode()) and english.rate(said) > 0.5:
                yield Layer("moved", match.start(), match.end(), said)


def ecoji(text: str) -> bytes | None:
    """The bytes of Ecoji 1.0: ten bits a sign, five bytes in four."""
    values = _ecoji()
    data = bytearray()
    for at in range(0, len(text) - 3, 4):
        group = text[at : at + 4]
        numbers = [values.get(one, 0) for one in group]
        last = _PADDINGS4.find(group[3])
        low = numbers[3] if last < 0 else last << 8
        bits = numbers[0] << 30 | numbers[1] << 20 | numbers[2] << 10 | low
        five = bits.to_bytes(5, "big")
        if _PADDING in group:
            data += five[: group.index(_PADDING)]
        else:
            data += five if last < 0 else five[:4]
    return bytes(data) or None


def base2048(text: str) -> bytes | None:
    """The bytes of base 2048: eleven bits a sign, and what is left over in the last."""
    values = _base2048()
    number = filled = 0
    for at, one in enumerate(text):
        value = values.get(one)
        final = at == len(text) - 1
        if value is None:
            if not final or one not in _TAILS2048:
                return None
            width = -filled % 8
            value = _TAILS2048.index(one)
        else:
            width = 11
            if final:
                width = -filled % 8
                width += 8 if width < 4 else 0
        if value >> width:
            return None
        number = number << width | value
        filled += width
    return number.to_bytes(filled // 8, "big") if filled % 8 == 0 else None
