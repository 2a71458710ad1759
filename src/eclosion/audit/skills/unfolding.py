"""Takes words out of what they are wrapped in, so that every rule looks at what a machine would run.

Base64, hexadecimal, base85, compressed data, escapes, characters given as numbers, strings cut in pieces or turned
round, invisible characters: each is undone where it stands, and what comes out is unfolded again, four times at most.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from eclosion.audit.skills.firstlook import FirstLook

DEPTH_MAX = 4
LAYERS_MAX = 64
LAYER_CHARS_MAX = 256 * 1024
_RUN = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{20,}={0,2}(?![A-Za-z0-9+/=])")
_BASE64_WRAPPED = re.compile(
    r"(?<![^\s\"'`])(?:[A-Za-z0-9+/]{40,80}\n){1,2000}[A-Za-z0-9+/]{4,80}={0,2}"
)
_ALL_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){16,}")
_ESCAPED = re.compile(
    r"(?:\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\u\{[0-9a-fA-F]{1,6}\}|\\[0-3][0-7]{2}){6,}"
)
_ONE_ESCAPE = re.compile(
    r"\\x([0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\u\{([0-9a-fA-F]{1,6})\}|\\([0-3][0-7]{2})"
)
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2}){8,}")
_BASE85 = re.compile(r"(?:b85decode|a85decode)\(\s*b?r?(['\"])([^'\"\n]{20,20000})\1")
_NUMBERS = re.compile(
    r"(?:fromCharCode\s*\(|bytes\(\s*\[|bytearray\(\s*\[|\[)\s*((?:0x[0-9a-fA-F]{1,2}|\d{1,3})(?:\s*,\s*(?:0x[0-9a-fA-F]{1,2}|\d{1,3})){7,})"
)
_CHR = re.compile(r"(?:chr\(\s*\d{1,3}\s*\)\s*[+.&]\s*){3,}chr\(\s*\d{1,3}\s*\)", re.IGNORECASE)
_JOINED = re.compile(r"(['\"])\s*(?:\+|\.\.|\\\n|\n)\s*\1")
_TURNED = re.compile(
    r"(['\"])([^'\"\n]{12,2000})\1\s*(?:\[::-1\]|\.split\(['\"]{2}\)\.reverse\(\)|\s*\|\s*rev\b)"
)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\u180e]")
_TAGS = re.compile("[\U000e0020-\U000e007e]{4,}")
_BLANKS = re.compile(r"\n{12,}|[ \t]{200,}")


class Layer(NamedTuple):
    """Words as they stand, or as they are under a wrapping.

    Attributes:
        words: the text.
        how: what was undone, outermost first: ``("base64", "gzip")``; empty for the file as it stands.
        start: where in the file the wrapped piece begins.
    """

    words: str
    how: tuple[str, ...] = ()
    start: int = 0


def unfold(words: str) -> list[Layer]:
    """The text and everything found wrapped in it, the text itself first."""
    layers = [Layer(words)]
    seen = {words}
    at = 0
    while at < len(layers) and len(layers) < LAYERS_MAX:
        outer = layers[at]
        at += 1
        if len(outer.how) >= DEPTH_MAX:
            continue
        for how, start, inner in _undone(outer.words):
            if inner in seen or len(layers) >= LAYERS_MAX:
                continue
            seen.add(inner)
            layers.append(
                Layer(
                    inner[:LAYER_CHARS_MAX], (*outer.how, how), outer.start if outer.how else start
                )
            )
    return layers


def _undone(words: str) -> Iterator[tuple[str, int, str]]:
    for number in sorted(_first_look().candidates(words)):
        how, pattern, undo = _WAYS[number]
        for found in pattern.finditer(words):
            inner = undo(found)
            if inner:
                yield how, found.start(), inner
    if not words.isascii():
        for found in _TAGS.finditer(words):
            yield "tag characters", found.start(), _from_tags(found)
    if words.isascii():
        joined = _JOINED.sub("", words) if _JOINED.search(words) else words
    else:
        joined = _INVISIBLE.sub("", words)
    if joined != words:
        yield "pieces" if words.isascii() else "invisible characters", 0, joined
    if (flat := _BLANKS.sub("\n", words)) != words:
        yield "blank space", 0, flat


def _from_run(found: re.Match[str]) -> str:
    """A long run of letters and digits: hexadecimal if it can be, else base64."""
    text = found[0] if _ALL_HEX.fullmatch(found[0]) else ""
    return _readable(_tried(lambda: bytes.fromhex(text))) if text else _from_base64(found)


def _from_base64(found: re.Match[str]) -> str:
    text = re.sub(r"\s", "", found[0]).rstrip("=")
    if text.isalpha() and (text.islower() or text.isupper()):
        return ""
    raw = _tried(lambda: base64.b64decode(text.translate(_URL_SAFE) + "=" * (-len(text) % 4)))
    return _readable(raw)


def _from_escapes(found: re.Match[str]) -> str:
    def one(match: re.Match[str]) -> str:
        value = next(part for part in match.groups() if part)
        number = int(value, 8 if match[4] else 16)
        return chr(number) if number < 0x110000 else ""

    return _ONE_ESCAPE.sub(one, found[0])


def _from_percent(found: re.Match[str]) -> str:
    return _readable(_tried(lambda: bytes.fromhex(found[0].replace("%", ""))))


def _from_base85(found: re.Match[str]) -> str:
    decode = base64.a85decode if found[0].startswith("a") else base64.b85decode
    return _readable(_tried(lambda: decode(found[2].encode())))


def _from_numbers(found: re.Match[str]) -> str:
    numbers = [
        int(part.strip(), 0) if part.strip().startswith("0x") else int(part)
        for part in found[1].split(",")
    ]
    return (
        _readable(bytes(number for number in numbers if number < 256)) if max(numbers) < 256 else ""
    )


def _from_chr(found: re.Match[str]) -> str:
    return "".join(chr(int(number)) for number in re.findall(r"\d{1,3}", found[0]))


def _from_turned(found: re.Match[str]) -> str:
    return found[2][::-1]


def _from_tags(found: re.Match[str]) -> str:
    return "".join(chr(ord(char) - 0xE0000) for char in found[0])


_URL_SAFE = str.maketrans("-_", "+/")
_WAYS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    # What it is called, how it looks, how it is undone.
    ("base64", _RUN, _from_run),
    ("base64", _BASE64_WRAPPED, _from_base64),
    ("escapes", _ESCAPED, _from_escapes),
    ("percent signs", _PERCENT, _from_percent),
    ("base85", _BASE85, _from_base85),
    ("numbers", _NUMBERS, _from_numbers),
    ("numbers", _CHR, _from_chr),
    ("turned round", _TURNED, _from_turned),
)


@lru_cache(maxsize=1)
def _first_look() -> FirstLook:
    return FirstLook(pattern.pattern for _, pattern, _ in _WAYS)


def _tried(undo: Callable[[], bytes]) -> bytes:
    try:
        return undo()
    except (ValueError, binascii.Error):
        return b""


def _readable(raw: bytes) -> str:
    """As text if it is one, unpacked if it is compressed; empty for anything else."""
    if raw[:2] in {b"\x1f\x8b", b"\x78\x9c", b"\x78\xda", b"\x78\x01"}:
        raw = _inflated(raw)
    if len(raw) < 8:
        return ""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    printable = sum(char.isprintable() or char in "\n\r\t" for char in text[:4_096])
    return text if printable >= 0.97 * len(text[:4_096]) else ""


def _inflated(raw: bytes) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(raw, LAYER_CHARS_MAX)
    except zlib.error:
        return b""
