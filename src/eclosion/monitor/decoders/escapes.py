"""Escapes and mail encodings: percent, HTML entities, backslash, quoted-printable, MIME words, UU and yEnc.

Sources: RFC 3986 (percent), RFC 2045 and 2047 (quoted-printable, MIME words), POSIX uuencode, yEnc 1.3.
Most of these are honest in markup and addresses; ``found`` texts say how much was really veiled.
"""

from __future__ import annotations

import binascii
import html
import quopri
import re
from collections.abc import Iterator
from email.header import decode_header
from urllib.parse import unquote_plus

from eclosion.monitor.decoders.layer import TEXT_MAX, Layer, as_text, printable

_PERCENT = re.compile(r"[\w.~!*'()+:@,;$/-]*(?:%[0-9A-Fa-f]{2}[\w.~!*'()+:@,;$%/-]*)+")
_UNITS_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_ENTITIES = re.compile(
    r"(?:[\w .,!?'-]{0,3}&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});?){4,}[\w.,!?'-]{0,3}"
)
_NUMERIC = re.compile(r"&#[xX]?[0-9A-Fa-f]{1,7};?")
_BACKSLASH = re.compile(
    r"(?:[\w .,!?'-]{0,2}(?:\\u\{?[0-9A-Fa-f]{4,6}\}?|\\U[0-9A-Fa-f]{8}|\\x[0-9A-Fa-f]{2}|\\[0-3][0-7]{2}"
    r"|[uU]\+[0-9A-Fa-f]{4,6})){4,}"
)
_BACKSLASH_UNIT = re.compile(
    r"\\u\{?([0-9A-Fa-f]{4,6})\}?|\\U([0-9A-Fa-f]{8})|\\x([0-9A-Fa-f]{2})|\\([0-3][0-7]{2})|[uU]\+([0-9A-Fa-f]{4,6})"
)
_BYTES = re.compile(r"(?:\\x[c-fC-F89abAB][0-9A-Fa-f])+")
_QUOTED = re.compile(r"(?:[^\n]*=(?:[0-9A-F]{2}|[0-9a-f]{2}|\r?\n))+[^\n]*")
_QUOTED_UNIT = re.compile(r"=([0-9A-F]{2}|[0-9a-f]{2})(?![0-9A-Za-z]{30})")
_SOFT_BREAK = re.compile(r"^(?=(?:[^ \n]* ){6}).{60,110}[^=]=\r?\n ?[^\s=]", re.MULTILINE)
_MIME_WORD = re.compile(r"(?:=\?[\w-]+\?[BbQq]\?[^?\s]*\?=\s*)+")
_YENC = re.compile(r"=ybegin [^\r\n]*\r?\n(?:=ypart [^\r\n]*\r?\n)?(.*?)\r?\n?=yend", re.DOTALL)
_UU_CHARS = re.compile(r"[ -`]+")
_UU_RUN = re.compile(r"[ -`]{8,}(?:\n[ -`]{2,})*")
_UU_START = re.compile(r"(?:(?<=\s)|^)[!-M](?=[ -`]{4})", re.MULTILINE)


def find_percent(text: str) -> Iterator[Layer]:
    """Percent-encoding, as far as a token reaches."""
    for match in _PERCENT.finditer(text):
        said = unquote_plus(match[0][:TEXT_MAX], errors="replace")
        if "\ufffd" not in said and printable(said.encode("utf-8", "replace")):
            yield Layer("percent", match.start(), match.end(), said)


def find_entities(text: str) -> Iterator[Layer]:
    """Runs of HTML entities of which most are numbers."""
    for match in _ENTITIES.finditer(text):
        numeric = len(_NUMERIC.findall(match[0]))
        if numeric < 4:
            continue
        said = html.unescape(match[0][: TEXT_MAX * 6])
        if printable(said.encode("utf-8", "replace")):
            yield Layer("entities", match.start(), match.end(), said)


def find_backslashes(text: str) -> Iterator[Layer]:
    r"""``\u0041``, ``\x41``, ``\101`` and ``U+0041`` where they stand close together."""
    for match in _BACKSLASH.finditer(text):
        part = match[0][: TEXT_MAX * 6]
        gaps = set(_BACKSLASH_UNIT.split(part)[6:-6:6])
        part = _BYTES.sub(_bytes_as_points, part)
        if len(gaps) == 1:  # the same sign between all: a list and not words
            said = "".join(map(_point, _BACKSLASH_UNIT.finditer(part)))
        else:
            said = _BACKSLASH_UNIT.sub(_point, part)
        joined = said.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if printable(joined.encode("utf-8", "replace")):
            yield Layer("escapes", match.start(), match.end(), joined)


def find_mail(text: str) -> Iterator[Layer]:
    """Quoted-printable and MIME words."""
    for match in _MIME_WORD.finditer(text):
        said = _mime_word(match[0])
        if said:
            yield Layer("mime-word", match.start(), match.end(), said)
    for match in _QUOTED.finditer(text):
        units = list(_QUOTED_UNIT.finditer(match[0]))
        soft = _SOFT_BREAK.search(match[0]) is not None
        if len(units) < 3 and not soft:
            continue
        start, end = (0, len(match[0])) if soft else _around(match[0], units)
        if 3.4 * len(units) < end - start:
            start, end = (
                0,
                len(match[0]),
            )  # a line with some escapes, not a part that is all escapes
        part = match[0][start:end]
        said = printable(quopri.decodestring(part[: TEXT_MAX * 3].encode("utf-8", "replace")))
        if said and said != part:
            yield Layer("quoted-printable", match.start() + start, match.start() + end, said)


def _around(text: str, units: list[re.Match[str]]) -> tuple[int, int]:
    """From the first unit to the last, with the rest of their words."""
    start, end = units[0].start(), units[-1].end()
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return start, end


def find_yenc(text: str) -> Iterator[Layer]:
    """YEnc between its first and last line, each character a byte (Latin-1 or Windows-1252)."""
    for match in _YENC.finditer(text):
        data = bytearray()
        escaped = False
        for one in match[1][:TEXT_MAX].replace("\r", "").replace("\n", ""):
            code = ord(one) if ord(one) < 256 else (one.encode("cp1252", "replace")[0])
            if code == 61 and not escaped:
                escaped = True
                continue
            data.append((code - 42 - (64 if escaped else 0)) & 255)
            escaped = False
        if said := as_text(bytes(data)):
            yield Layer("yenc", match.start(), match.end(), said)


def find_uu(text: str) -> Iterator[Layer]:
    """Lines of uuencode: a length, then so many groups of four without a small letter."""
    done, first = 0, -1
    said = bytearray()
    for match in _uu_starts(text):
        if match.start() < done:
            continue
        line = _uu_line(text, match.start())
        if line is None:
            continue
        data, end = line
        if first >= 0 and text[done : match.start()].strip():
            yield from _uu_layer(first, done, said)
            first, said = -1, bytearray()
        first = match.start() if first < 0 else first
        said += data
        done = end
    if first >= 0:
        yield from _uu_layer(first, done, said)


def _uu_starts(text: str) -> Iterator[re.Match[str]]:
    """Places within stretches that have no small letter."""
    for run in _UU_RUN.finditer(text):
        yield from _UU_START.finditer(text, max(0, run.start() - 1), run.end())


def _uu_layer(start: int, end: int, data: bytes | bytearray) -> Iterator[Layer]:
    if text := as_text(bytes(data)):
        yield Layer("uuencode", start, end, text)


def _uu_line(text: str, start: int) -> tuple[bytes, int] | None:
    count = (ord(text[start]) - 32) & 63
    size = 1 + (count + 2) // 3 * 4
    line = text[start : start + size]
    if len(line) < size and not text[start : start + size + 1].endswith("\n"):
        line = line.ljust(size)  # blanks at the end of a line are often lost
    elif "\n" in line:
        line = line[: line.index("\n")].ljust(size)
    following = text[start + size : start + size + 1]
    if following and not (following.isspace() or following in "`\"'"):
        return _uu_chunks(text, start)
    if not _UU_CHARS.fullmatch(line):
        return None
    try:
        data = binascii.a2b_uu(line)
    except binascii.Error:
        return None
    end = min(len(text), start + size)
    newline = text.find("\n", start, end)
    said = data.decode("utf-8", "ignore")  # a character may be cut in two by the line's end
    clean = len(said.encode()) >= len(data) - 6 and said.replace("\n", " ").isprintable()
    return (data, newline if newline >= 0 else end) if clean else None


def _uu_chunks(text: str, start: int) -> tuple[bytes, int] | None:
    """Chunks that follow each other without a line end, as some programs write them: three at least."""
    data, at, chunks = bytearray(), start, 0
    while at < len(text):
        count = ord(text[at]) - 32
        size = 1 + (count + 2) // 3 * 4
        chunk = text[at : at + size]
        if not 0 < count <= 45 or len(chunk) < size or not _UU_CHARS.fullmatch(chunk):
            break
        try:
            data += binascii.a2b_uu(chunk)
        except binascii.Error:
            break
        at, chunks = at + size, chunks + 1
        if text[at : at + 1].isspace():
            break
    sure = chunks > 2 and as_text(bytes(data)) is not None
    return (bytes(data), at) if sure else None


def _bytes_as_points(match: re.Match[str]) -> str:
    r"""Bytes of UTF-8 above ASCII as the characters that they spell: ``\\xc3\\xa9`` is one letter."""
    data = bytes(int(one, 16) for one in re.findall(r"[0-9A-Fa-f]{2}", match[0]))
    try:
        return "".join(
            f"\\u{ord(one):04x}" if ord(one) < 0x10000 else f"\\U{ord(one):08x}"
            for one in data.decode()
        )
    except UnicodeDecodeError:
        return match[0]


def _point(match: re.Match[str]) -> str:
    digits = match[1] or match[2] or match[3] or match[5]
    number = int(digits, 16) if digits else int(match[4], 8)
    return chr(number) if number < 0x110000 else "\ufffd"


def _mime_word(text: str) -> str | None:
    try:
        parts = decode_header(text.strip())
        said = "".join(
            part.decode(charset or "ascii") if isinstance(part, bytes) else part
            for part, charset in parts
        )
    except (ValueError, LookupError):
        return None
    return printable(said.encode("utf-8", "replace"))


def veiled_share(codec: str, text: str) -> float:
    """How much of a percent-encoded or quoted text is escapes for letters and digits, which need none."""
    pattern = _UNITS_PERCENT if codec == "percent" else re.compile(r"=[0-9A-Fa-f]{2}")
    units = [chr(int(unit[1:], 16)) for unit in pattern.findall(text)]
    return sum(one.isascii() and one.isalnum() for one in units) * 3 / len(text) if text else 0.0
