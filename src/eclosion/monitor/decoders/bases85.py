"""Denser encodings that use punctuation: Ascii85, base 85 (RFC 1924's alphabet), Z85, base 91.

They have no blanks within, so a token of ordinary text with much odd punctuation is tried.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from eclosion.monitor.decoders.layer import TEXT_MAX, Layer, as_text

_TOKEN = re.compile(r"(?<!\S)\S{10,}")
_ODD = re.compile(r"[!\"#$%&'()*+,;<=>?@\[\\\]^`{|}~]")
_ADDRESS = re.compile(r"(?i)https?://|www\.|\]\((?:http|/|#)")
_FRAMED = re.compile(r"<~(.*?)~>", re.DOTALL)
_PROSE = re.compile(r"[a-z]{4,}")
_WRAPPING = "\"'`()[]{}<>*_,.;:"

_ALPHABETS = {
    "ascii85": "".join(map(chr, range(33, 118))),
    "base85": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~",
    "z85": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#",
}
_VALUES = {
    name: {one: value for value, one in enumerate(alphabet)}
    for name, alphabet in _ALPHABETS.items()
}
_FIRST_LEAST, _FIRST_MOST = 10, 41
"""The first digit of a group whose first byte is a printable ASCII character."""

_ALPHABET91 = (
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&()*+,./:;<=>?@[]^_`{|}~"'
)
_VALUES91 = {one: value for value, one in enumerate(_ALPHABET91)}


def find_dense(text: str) -> Iterator[Layer]:
    """Decode every token that is dense with punctuation and spells text."""
    done = 0
    for framed in _FRAMED.finditer(text) if "<~" in text else ():
        said = _base85("".join(framed[1].split())[:TEXT_MAX], "ascii85")
        if said:
            done = framed.end()
            yield Layer("ascii85", framed.start(), framed.end(), said)
    for token in _TOKEN.finditer(text, done):
        if token[0].islower() or token[0].isupper() or token[0][1:].islower():
            continue  # a word in quotes
        odd = len(_ODD.findall(token[0][:400]))
        if odd < 1 or odd * 25 < min(400, len(token[0])) or _ADDRESS.search(token[0]):
            continue
        if 2 * sum(map(len, _PROSE.findall(token[0][:400]))) > min(400, len(token[0])):
            continue
        found = _decode(token[0])
        if found is not None:
            codec, start, end, said = found
            yield Layer(codec, token.start() + start, token.start() + end, said)


def dense_token(token: str) -> Layer | None:
    """A text that is one token and is known to be encoded: tried whatever its signs are."""
    found = _decode(token) if len(token) >= 10 else None
    return Layer(found[0], found[1], found[2], found[3]) if found else None


def _decode(token: str) -> tuple[str, int, int, str] | None:
    """As it stands; else without what may be quotes or a full stop around it."""
    for start, end in _cuts(token):
        piece = token[start:end][:TEXT_MAX]
        for codec in _VALUES:
            if said := _base85(piece, codec):
                return codec, start, end, said
        if len(piece) >= 12 and (said := _base91(piece)):
            return "base91", start, end, said
    return None


def _cuts(token: str) -> Iterator[tuple[int, int]]:
    yield 0, len(token)
    if token[-1] in _WRAPPING:
        yield 0, len(token) - 1
    if token[0] in _WRAPPING:
        yield 1, len(token)
        if token[-1] in _WRAPPING:
            yield 1, len(token) - 1
            if token[-2] in _WRAPPING:
                yield 1, len(token) - 2
    colon = token.find(":", 0, 16)
    if 0 < colon < len(token) - 10:
        yield colon + 1, len(token)
    equals = token.find("=", 0, 16)
    if 0 < equals < len(token) - 10:
        yield equals + 1, len(token)


def _base85(text: str, codec: str) -> str | None:
    values = _VALUES[codec]
    firsts = [values.get(one, -1) for one in text[:40:5]]
    if sum(_FIRST_LEAST <= one <= _FIRST_MOST for one in firsts) < 0.7 * len(firsts):
        return None  # no group of four bytes begins with an ASCII character
    if codec == "ascii85" and ("z" in text or "y" in text):
        text = text.replace("z", "!!!!!").replace("y", "+<VdL")
    if len(text) < 10 or len(text) % 5 == 1:
        return None
    short = -len(text) % 5
    digits = [values.get(one, -1) for one in text] + [84] * short
    if min(digits) < 0:
        return None
    data = bytearray()
    for at in range(0, len(digits), 5):
        number = 0
        for digit in digits[at : at + 5]:
            number = number * 85 + digit
        if number > 0xFFFFFFFF:
            return None
        data += struct.pack(">I", number)
    return as_text(bytes(data[: len(data) - short]))


def _starts_as_text(text: str) -> bool:
    """Whether the first characters of base 91 give printable bytes: most tokens stop here."""
    number = filled = 0
    for at in range(0, 12, 2):
        high, low = _VALUES91.get(text[at + 1], -1), _VALUES91.get(text[at], -1)
        if high < 0 or low < 0:
            return False
        pair = low + high * 91
        number |= pair << filled
        filled += 13 if pair & 8191 > 88 else 14
        while filled > 7:
            if (byte := number & 255) < 32 and byte not in {9, 10, 13}:
                return False
            number >>= 8
            filled -= 8
    return True


def _base91(text: str) -> str | None:
    """Joachim Henke's basE91: 13 or 14 bits in two characters."""
    if len(text) > 26 and not _starts_as_text(text):
        return None
    pair, number, filled = -1, 0, 0
    data = bytearray()
    for one in text:
        value = _VALUES91.get(one)
        if value is None:
            return None
        if pair < 0:
            pair = value
            continue
        pair += value * 91
        number |= pair << filled
        filled += 13 if pair & 8191 > 88 else 14
        while filled > 7:
            data.append(number & 255)
            number >>= 8
            filled -= 8
        pair = -1
    if pair >= 0:
        data.append((number | pair << filled) & 255)
    return as_text(bytes(data))
