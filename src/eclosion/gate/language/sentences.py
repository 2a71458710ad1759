"""From a text to clean sentences in a row.

What always holds: a sentence that comes out holds no markup, address, name of an account or hidden character,
begins like a sentence and ends like one. Where a sentence had to be dropped the row ends, so that neighbours in a
row were neighbours in the text.
"""

from __future__ import annotations

import re
import unicodedata

WORDS_MIN, WORDS_MAX = 3, 45
CHARS_MAX = 400

_BLOCKS = re.compile(r"```.*?(?:```|\Z)|<!--.*?-->|<[^<>\n]{1,200}>", re.DOTALL)
_LINKS = re.compile(r"!?\[([^\[\]\n]{0,200})\]\([^()\n]{0,400}\)")
_ADDRESSES = re.compile(r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.\w+|(?<!\w)[@#]\w+")
_EMPHASIS = re.compile(r"(\*\*|__|~~|`)")
_STARS = re.compile(r"(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
_NOT_PROSE = re.compile(
    r"^\s*(#{1,6}\s|[-*+•]\s|\d{1,3}[.)]\s|>|\||={3,}|-{3,}|[A-Z][\w ]{0,30}:\s*$)"
)
_ENDS = re.compile(r"(?<=[.!?])[\"')]*\s+(?=[\"'(]*[A-Z0-9])")
_ABBREVIATIONS = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|vs|etc|e\.g|i\.e|cf|No|Fig|approx|Inc|Ltd)|\b[A-Z])\.[\"')]*$"
)
_GOOD = re.compile(r"^[\"'(]*[A-Z0-9].*[.!?][\"')]*$", re.DOTALL)
_SEEN = "\t\n\r\f\v\u200d\ufeff"
"""Ends of lines, what joins emoji, and what begins files."""

_QUOTES = str.maketrans({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'})
_LETTERS = re.compile(r"[^\W\d_]")


def plain(text: str) -> str:
    """One line of visible text: no control, format, private or unassigned character, no marks piled on letters.

    Hidden characters are where one can speak to a machine unseen by people (tags, zero width, bidirectional).
    """
    kept = []
    for char in unicodedata.normalize("NFKC", text.translate(_QUOTES)):
        kind = unicodedata.category(char)
        if kind in {"Zs", "Zl", "Zp"} or char in "\t\n\r\f\v":
            kept.append(" ")
        elif kind[0] != "C" and kind not in {"Mn", "Me"}:
            kept.append(char)
    return " ".join("".join(kept).split())


def hidden_count(text: str) -> int:
    """How many characters of a text are not seen: format, private, unassigned, or control other than line ends."""
    return sum(1 for char in text if unicodedata.category(char)[0] == "C" and char not in _SEEN)


def split(text: str) -> list[str]:
    """The sentences of one line of plain text."""
    found: list[str] = []
    start = 0
    for end in _ENDS.finditer(text):
        piece = text[max(start, end.end() - 40) : end.end()].strip()
        if _ABBREVIATIONS.search(piece[-12:]):
            continue
        found.append(text[start : end.end()].strip())
        start = end.end()
    rest = text[start:].strip()
    return [*found, rest] if rest else found


def rows(body: str) -> list[list[str]]:
    """Rows of clean sentences. Headings, lists, tables, quotations and code end a row, as does an unclean sentence."""
    text = _BLOCKS.sub("\n\n# \n\n", body)
    text = _LINKS.sub(r"\1", text)
    found: list[list[str]] = []
    row: list[str] = []
    for block in re.split(r"\n\s*\n", text):
        lines = block.splitlines()
        if not lines or not block.strip():
            continue
        if any(_NOT_PROSE.match(line) for line in lines):
            found.append(row)
            row = []
            continue
        for sentence in split(plain(_EMPHASIS.sub("", " ".join(lines)))):
            clean = _clean(sentence)
            if clean is None:
                found.append(row)
                row = []
            else:
                row.append(clean)
    found.append(row)
    return [row for row in found if row]


def _clean(sentence: str) -> str | None:
    """The sentence without what does not belong to prose; None if it is none."""
    if len(sentence) > 2 * CHARS_MAX or _ADDRESSES.search(sentence):
        return None
    text = _STARS.sub("", "".join(char for char in sentence if _is_prose(char)))
    text = " ".join(text.split())
    words = text.split()
    if not WORDS_MIN <= len(words) <= WORDS_MAX or len(text) > CHARS_MAX:
        return None
    if not _GOOD.match(text) or len(_LETTERS.findall(text)) < 0.6 * len(text):
        return None
    return text


def _is_prose(char: str) -> bool:
    """Letters, digits, spaces and punctuation; symbols such as emoji go."""
    return char.isascii() or unicodedata.category(char)[0] in "LNPZ"
