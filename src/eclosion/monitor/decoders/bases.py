"""Base-n encodings of one unbroken token: 16, 32, 36, 45, 58, 62, 64 and their variants.

Sources: RFC 4648 (16, 32, 64), RFC 9285 (45), the Bitcoin alphabet (58), Crockford's base 32, z-base-32.
A token that decodes to nothing but printable text did so by chance once in 100,000 at 12 bytes; words and identifiers
of ordinary text fail here.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from eclosion.monitor.decoders.layer import TEXT_MAX, Layer, as_text

TOKEN = re.compile(r"[A-Za-z0-9+/_-]+={0,6}")
_WRAPPED = re.compile(r"[A-Za-z0-9+/_-]+(?:[ \t]*\r?\n[ \t>]*[A-Za-z0-9+/_-]+)+={0,6}")
_WRAP_LEAST = 24
_HEX = re.compile(r"(?:0[xX])?((?:[0-9a-f]{2}){4,}|(?:[0-9A-F]{2}){4,}|(?:[0-9a-fA-F]{2}){4,})")
_BASE32 = re.compile(r"[A-Z2-7]+={0,6}|[a-z2-7]+={0,6}")
_FIGURE = re.compile(r"[0-9]")
_PROSE = re.compile(r"[a-z]{4,}")
_PARTS = re.compile(r"[^/_+-]{12,}")
_MIXED = re.compile(r"(?=.*[A-Z])(?=.*[a-z0-9]).+|(?=.*[a-z])(?=.*[0-9]).+", re.DOTALL)

_TO_URL = str.maketrans("-_", "+/")
_RFC32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_OTHER32 = {
    "base32hex": str.maketrans("0123456789ABCDEFGHIJKLMNOPQRSTUV", _RFC32),
    "crockford32": str.maketrans("0123456789ABCDEFGHJKMNPQRSTVWXYZ", _RFC32),
    "zbase32": str.maketrans("YBNDRFG8EJKMCPQXOT1UWISZA345H769", _RFC32),
}
_DIGITS62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BIG = {
    "base58": "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
    "base62": _DIGITS62,
    "base62-inverted": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
}
_PIECE = 64
"""So many digits are put together before they are added to a large number, which is the dear part."""

_BIG_DIGITS = {
    name: {digit: value for value, digit in enumerate(alphabet)} for name, alphabet in _BIG.items()
}
_BIG_MAX = 4_096
"""Converting a large number costs the square of its length."""
_ALPHABET45 = {
    digit: value for value, digit in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
}
_RUN45 = re.compile(r"[0-9A-Z $%*+./:-]{12,}")


def find_tokens(text: str, starts: list[int]) -> Iterator[Layer]:
    """Decode the tokens that begin at these places."""
    done = 0
    for start in starts:
        if start < done:
            continue
        for token in _tokens(text, start):
            found = _decode_within(token, start)
            if found is not None:
                done = found.end
                yield found
                break


def find_base45(text: str) -> Iterator[Layer]:
    """Base 45 has the blank in its alphabet, so where it begins is tried out."""
    for run in _RUN45.finditer(text):
        head = run[0][:48]
        figures = sum(map(str.isdigit, head))
        signs = sum(one in "$%*+./:-" for one in head)
        if figures < 2 or figures + signs < 0.15 * len(head) or signs > 0.5 * len(head):
            continue  # shouting, rulers, tables
        for start in _edges(run[0]):
            found = _base45_from(run[0][start:])
            if found is not None:
                said, size = found
                yield Layer("base45", run.start() + start, run.start() + start + size, said)
                break


def decode_token(token: str) -> tuple[str, str] | None:
    """The encoding and text of a token, if it is one; the likelier encodings first."""
    token = token[:TEXT_MAX]
    bare = token.rstrip("=")
    if len(bare) >= 8 and (hexed := _HEX.fullmatch(bare)):
        said = as_text(bytes.fromhex(hexed[1]))
        if said:
            return "hex", said
    if len(bare) >= 10 and _BASE32.fullmatch(token) and (said := _base32(bare.upper())):
        return "base32", said
    if len(bare) < 10 or not _MIXED.fullmatch(bare):
        return None
    if said := base64_text(bare):
        return ("base64url" if "-" in bare or "_" in bare else "base64"), said
    if bare.isalnum():
        return _rarer(bare)
    return None


def base64_text(bare: str) -> str | None:
    """Base 64 of either alphabet, without padding; a lone character at the end is left."""
    usable = bare[: len(bare) - (len(bare) % 4 == 1)].translate(_TO_URL)
    try:
        data = binascii.a2b_base64(usable + "=" * (-len(usable) % 4))
    except binascii.Error:
        return None
    return as_text(data)


def _base45_from(run: str) -> tuple[str, int] | None:
    """The text and its size; up to four signs at the end may not belong to it."""
    for size in range(len(run), max(11, len(run) - 5), -1):
        data = base45(run[: min(size, TEXT_MAX)])
        if data is not None and (said := as_text(data)):
            return said, size
    return None


def base45(text: str) -> bytes | None:
    """Base 45 (RFC 9285), or None if it is none."""
    if len(text) % 3 == 1:
        return None
    data = bytearray()
    for at in range(0, len(text), 3):
        values = [_ALPHABET45[one] for one in text[at : at + 3]]
        number = sum(value * 45**place for place, value in enumerate(values))
        if number > (0xFFFF if len(values) == 3 else 0xFF):
            return None
        data += number.to_bytes(2 if len(values) == 3 else 1, "big")
    return bytes(data)


def big_base(text: str, digits: dict[str, int], size: int) -> bytes | None:
    """A text as one large number in that base."""
    number = piece = filled = 0
    for one in text:
        value = digits.get(one)
        if value is None:
            return None
        piece = piece * size + value
        filled += 1
        if filled == _PIECE:
            number, piece, filled = number * size**_PIECE + piece, 0, 0
    number = number * size**filled + piece
    data: bytes = number.to_bytes((number.bit_length() + 7) // 8 or 1, "big")
    return data


def _tokens(text: str, start: int) -> Iterator[str]:
    """The token there; before it the same with the lines below it, if these may be wrapped at a fixed width."""
    token = TOKEN.match(text, start)
    if token is None or (token[0].islower() and not _FIGURE.search(token[0])):
        return  # words with hyphens, paths
    if not token[0].islower() and 2 * sum(map(len, _PROSE.findall(token[0]))) > len(token[0]):
        return  # names in camel case, addresses
    if token.end() - start >= _WRAP_LEAST and text[token.end() : token.end() + 1] in {"\r", "\n"}:
        wrapped = _WRAPPED.match(text, start)
        if wrapped is not None:
            lines = [line.strip(" \t>") for line in wrapped[0].splitlines()]
            width = len(lines[0])
            if all(len(line) == width for line in lines[:-1]) and len(lines[-1]) <= width:
                yield wrapped[0]
    yield token[0]


def _decode_within(token: str, start: int) -> Layer | None:
    joined = re.sub(r"[\s>]+", "", token) if "\n" in token else token
    if found := decode_token(joined):
        return Layer(found[0], start, start + len(token), found[1])
    for part in _PARTS.finditer(token) if not token.isalnum() else ():
        if found := decode_token(part[0]):
            return Layer(found[0], start + part.start(), start + part.end(), found[1])
    if "\n" not in token and len(token) >= 24 and _MIXED.fullmatch(token):
        for cut in (1, 2, 3):
            if (said := base64_text(token.rstrip("=")[cut:])) and said.count(" ") * 12 > len(said):
                return Layer("base64", start + cut, start + len(token), said)
    return None


def _base32(bare: str) -> str | None:
    usable = bare[: len(bare) - (len(bare) % 8 in {1, 3, 6})]
    padded = usable + "=" * (-len(usable) % 8)
    from base64 import b32decode

    try:
        return as_text(b32decode(padded))
    except (binascii.Error, ValueError):
        return None


def _rarer(bare: str) -> tuple[str, str] | None:
    if len(bare) <= _BIG_MAX:
        for name, digits in _BIG_DIGITS.items():
            data = big_base(bare, digits, len(digits))
            if data is not None and (said := as_text(data)):
                return name.removesuffix("-inverted"), said
    for name, table in _OTHER32.items():
        upper = bare.upper()
        if upper != bare and bare.lower() != bare:
            break
        said = _base32(upper.translate(table))
        if said:
            return name, said
    return None


def _edges(run: str) -> list[int]:
    """Where in a run of its alphabet the encoded part may begin: at the front, and behind blanks near it."""
    return [0, *(at + 1 for at, one in enumerate(run[:60]) if one in " :")][:12]
