"""The words of a text with their places and how they are written. It knows nothing of languages or ciphers."""

from __future__ import annotations

import re
from typing import NamedTuple

LETTERS_MAX = 24
ACRONYM_MAX = 5
TOKEN = re.compile(r"[A-Za-z]+")
_HEX = frozenset("abcdefABCDEF")
_HUMPS = re.compile(r"(?:[A-Z][a-z]{2,}){2,3}")


class Word(NamedTuple):
    """A run of letters: where it is, in lower case, and whether it stands as a word does, as a
    name, and whether it is whole: neither digits nor other letters before or after.
    """

    start: int
    end: int
    word: str
    is_plain_shape: bool
    is_name: bool
    is_whole: bool


def words_of(text: str) -> list[Word]:
    """The runs of letters of a text."""
    found = []
    for match in TOKEN.finditer(text):
        start, end = match.span()
        word = match.group()
        glued = (start > 0 and (text[start - 1].isalnum() or text[start - 1] == "\\")) or (
            end < len(text) and text[end].isalnum()
        )
        if "-" in text[max(0, start - 1) : start] + text[end : end + 1]:
            glued = glued or _HEX.issuperset(word)
        shaped = word.islower() or word.istitle() or word.isupper() or _HUMPS.fullmatch(word)
        fits = bool(shaped) and not glued and len(word) <= LETTERS_MAX
        snake = "_" in text[max(0, start - 1) : start] + text[end : end + 1]
        named = snake or not (word.islower() or (word.isupper() and len(word) > ACRONYM_MAX))
        found.append(Word(start, end, word.lower(), fits, named, bool(shaped) and not glued))
    return found
