"""Cuts a text into sentences and says which of it is the speaker's own voice.

What stands in quotation marks, in a quoted line, a code fence or an inline code span is mentioned and not said. An
apostrophe is no quotation mark. All offsets count code points of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_END = re.compile(
    r"[.!?\u2026]+(?=[\s\"')\u201d*_]|$)[\"')\u201d*_]*\s*|\n+\s*|;\s+|\s[-\u2013\u2014]\s"
)
_QUOTED = re.compile(
    r"\"[^\"\n]{8,600}\"|\u201c[^\u201d\n]{8,600}\u201d|(?<![\w'])'[^'\n]{12,300}'(?!\w)"
    r"|\u00ab[^\u00bb\n]{8,600}\u00bb"
)
_QUOTE_LINE = re.compile(r"^[ \t]*>[^\n]*", re.MULTILINE)
_FENCED = re.compile(r"```[^`]{0,20000}```")
_CODE = re.compile(
    r"[;{}][ \t]*\n|[{}]\s*$|^\s*(?:def|class|import|from|const|let|var|if|for"
    r"|return|assert|print|export|echo|read|git|curl|kubectl|insert"
    r"|select|#|//|\$|@|-)\b.*(?:[=({\[<|]|&&|\s-\w\s)|\w+\([^)]*\)\s*[;{:=.]|</?\w+[^>]*>"
    r"|\w+\s*(?:==|!=|:=|=>|\+=)\s*\w|^\s*\$?\w+(?:\.\w+)*\s*="
    r"|^\s*[{\"'][\w\"' ]+[\"']\s*:|^\w+ERROR\b|^(?:error|fatal|warning|todo\(?\w*\)?|sudo):",
    re.IGNORECASE | re.MULTILINE,
)


class Sentence(NamedTuple):
    """A sentence in lower case, with where it begins in the text."""

    text: str
    start: int


def blank_mentions(text: str) -> str:
    """The text with what is quoted or fenced blanked out, as long as it was.

    A quoted passage is kept if it is all that there is: then it is not beside anything that could tell of it.
    """
    if "```" in text:
        text = _FENCED.sub(_blank, text)
    if ">" in text and (blanked := _QUOTE_LINE.sub(_blank, text)).strip():
        text = blanked
    if any(mark in text for mark in "\"'\u201c\u00ab"):
        blanked = _QUOTED.sub(_blank_sentence, text)
        if len(blanked.split()) >= 2:
            text = blanked
    return text


def sentences_of(lowered: str) -> Iterator[Sentence]:
    """The sentences, none longer than 600 characters: what is longer is cut."""
    start = 0
    for end in _END.finditer(lowered):
        yield from _cut(lowered, start, end.end())
        start = end.end()
    yield from _cut(lowered, start, len(lowered))


def looks_like_code(sentence: str) -> bool:
    """Whether it is rather a line of a program or of a log than a sentence."""
    return _CODE.search(sentence) is not None


def _cut(text: str, start: int, end: int) -> Iterator[Sentence]:
    while end - start > 600:
        yield Sentence(text[start : start + 600], start)
        start += 600
    if end > start:
        yield Sentence(text[start:end], start)


def _blank(match: re.Match[str]) -> str:
    return " " * (match.end() - match.start())


def _blank_sentence(match: re.Match[str]) -> str:
    """Blank a quoted sentence, but keep a title or a name in quotation marks: it is part of what is said.

    What ends like a sentence ("Password?") is one, however short.
    """
    inner = match[0]
    if inner.count(" ") < 3 and inner[-2] not in ".?!":
        return inner
    return f'"{" " * (len(inner) - 2)}"'
