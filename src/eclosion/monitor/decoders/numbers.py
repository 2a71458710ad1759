"""Characters written as numbers: hexadecimal, binary, octal and decimal lists in their spellings, and A=1 lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eclosion.monitor.decoders import english
from eclosion.monitor.decoders.layer import TEXT_MAX, Layer, as_text

_MARK = r"(?:0[xX]|\$|\#|x)?"
_HEX_LIST = re.compile(
    rf"(?<![0-9A-Za-z]){_MARK}[0-9A-Fa-f]{{2}}(?:[ \t,;:|/\-]{{0,2}}[\r\n]?{_MARK}[0-9A-Fa-f]{{2}}){{5,}}"
    r"(?![0-9A-Za-z])"
)
_BINARY = re.compile(
    r"(?<![0-9A-Za-z])(?:0b)?[01]{4,}(?:[ \t,;_|\-]{0,2}[\r\n]?(?:0b)?[01]{4,})*(?![0-9A-Za-z])"
)
_DECIMAL = re.compile(r"(?<![\d.])\d{2,7}(?:(?:, ?|; ?|[ \t\-:/|]|\r?\n)\d{2,7}){5,}(?![\d.])")
_OCTAL = re.compile(
    r"(?<![0-9A-Za-z])(?:\\|0o?)?[0-3]?[0-7]{2}(?:(?:[ ,;\-]{1,2}(?:\\|0o?)?|\\)[0-3]?[0-7]{2}){5,}(?![0-9A-Za-z])"
)
_PLACES = re.compile(r"(?<![\d.])\d{1,2}(?:(?:[ ,.\-]|, | / |/| {2,4}|\n)\d{1,2}){7,}(?![\d.])")
_NUMBER = re.compile(r"\d+")
_HEX_UNIT = re.compile(rf"{_MARK}([0-9A-Fa-f]{{2}})")
_OCTAL_UNIT = re.compile(r"[0-3]?[0-7]{2}")
_ENDS = ((0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (0, 2))
"""So many units at both ends may be words or numbers beside the list: "be 68 65 6c", "2. 104 101"."""

_POLYBIUS = re.compile(r"(?<!\d)[1-5]{2}(?:[ ,]?[1-5]{2}){7,}(?!\d)")
_SQUARE = "abcdefghiklmnopqrstuvwxyz"


def find_hex(text: str) -> Iterator[Layer]:
    """Pairs of hexadecimal digits with marks or signs between them."""
    for match in _HEX_LIST.finditer(text):
        pairs = list(_HEX_UNIT.finditer(match[0][: TEXT_MAX * 4]))
        for first, last in _ENDS:
            some = pairs[first : len(pairs) - last]
            bare = "".join(pair[1] for pair in some)
            said = as_text(bytes.fromhex(bare)) if len(some) > 5 else None
            if said and not (bare.isdigit() and english.rate(said) < 0.5):  # else decimal numbers
                start = match.start()
                yield Layer("hex", start + some[0].start(), start + some[-1].end(), said)
                break


def find_binary(text: str) -> Iterator[Layer]:
    """Ones and zeros: 8, 7, 16 or 32 a character, or 5 (A=0)."""
    for match in _BINARY.finditer(text):
        groups = re.findall(r"(?<![01])[01]+", match[0][: TEXT_MAX * 10].replace("0b", " "))
        bits = "".join(groups)
        if len(bits) < 40:
            continue
        for said in _from_bits(bits, {len(group) for group in groups}):
            yield Layer("binary", match.start(), match.end(), said)
            break


def find_decimal(text: str) -> Iterator[Layer]:
    """Code points in decimal, by twos and threes."""
    for match in _DECIMAL.finditer(text):
        parts = list(_NUMBER.finditer(match[0][: TEXT_MAX * 5]))
        for first, last in _ENDS:
            some = parts[first : len(parts) - last]
            numbers = [int(one[0]) for one in some]
            if len(some) > 5 and max(numbers) < 0x110000 and (said := _from_points(numbers)):
                start = match.start()
                yield Layer("decimal", start + some[0].start(), start + some[-1].end(), said)
                break


def find_octal(text: str) -> Iterator[Layer]:
    """Code points in octal."""
    for match in _OCTAL.finditer(text):
        parts = list(_OCTAL_UNIT.finditer(match[0][: TEXT_MAX * 5]))
        for first, last in _ENDS:
            some = parts[first : len(parts) - last]
            points = [int(one[0], 8) for one in some]
            said = as_text(bytes(points)) if len(some) > 5 and max(points) < 256 else None
            wide = sum(len(one[0]) == 3 for one in some) == len(some)
            if said and english.rate(said) > (-0.5 if wide else 0.5):
                start = match.start()
                yield Layer("octal", start + some[0].start(), start + some[-1].end(), said)
                break


def find_places(text: str) -> Iterator[Layer]:
    """Letters by their place in the alphabet (A=1), or in a square of five by five."""
    for match in _PLACES.finditer(text):
        numbers = [int(one) for one in _NUMBER.findall(match[0])]
        if not all(1 <= one <= 27 or one == 0 for one in numbers):
            continue
        marks = _gaps(match[0])
        said = "".join(
            mark + (chr(96 + number) if 1 <= number <= 26 else " ")
            for mark, number in zip(marks, numbers, strict=True)
        )
        if english.bits(said) > 18 and english.rate(said) > 1.2:
            yield Layer("a1z26", match.start(), match.end(), said)
    for match in _POLYBIUS.finditer(text):
        pairs = re.findall(r"[1-5]{2}", match[0])
        said = "".join(_SQUARE[(int(one[0]) - 1) * 5 + int(one[1]) - 1] for one in pairs)
        if english.bits(said) > 18 and english.rate(said) > 1.2:
            yield Layer("polybius", match.start(), match.end(), said)


def bits_to_text(bits: str, width: int) -> str | None:
    """Text of so many bits a character, the highest first; up to the last whole character."""
    usable = len(bits) - len(bits) % width
    numbers = [int(bits[at : at + width], 2) for at in range(0, usable, width)]
    if width <= 8:
        return as_text(bytes(numbers))
    return _from_points(numbers) if max(numbers, default=0x110000) < 0x110000 else None


def _from_bits(bits: str, sizes: set[int]) -> Iterator[str]:
    told = sizes.pop() if len(sizes) == 1 else 0
    for width in dict.fromkeys([told if told in {7, 8, 16, 32} else 8, 8, 7, 16, 32]):
        said = bits_to_text(bits, width) if len(bits) % width == 0 or width == 8 else None
        if said and (width in {told, 8} or english.rate(said) > 0.5):
            yield said


def _from_points(numbers: list[int]) -> str | None:
    if all(number < 256 for number in numbers):
        said = as_text(bytes(numbers))
    else:
        if any(0xD800 <= number < 0xE000 for number in numbers):
            return None
        if numbers == sorted(set(numbers)):
            return None  # they rise throughout, as years and page numbers do and letters do not
        said = as_text("".join(map(chr, numbers)).encode())
    if said is None:
        return None
    letters = sum(one.isalpha() for one in said)
    spoken = letters >= 0.5 * len(said) and (english.rate(said) > 0 or not said.isascii())
    return said if spoken or (said.isascii() and len(said) >= 16) else None


def _is_lettered(digits: str) -> bool:
    """Whether decimal digits, read as hexadecimal pairs, would be letters in the main."""
    pairs = [digits[at : at + 2] for at in range(0, len(digits), 2)]
    return sum("41" <= pair <= "7a" for pair in pairs) >= 0.7 * len(pairs)


def _gaps(text: str) -> list[str]:
    """What stands before each number: a blank where the sign between two numbers is not the usual one."""
    signs = re.findall(r"(?<=\d)\D+(?=\d)", text)
    usual = max(set(signs), key=signs.count)
    return ["", *("" if sign == usual else " " for sign in signs)]
