"""From a text or a query to words, and from words to what an engine's index is asked.

A query is never index syntax: it is cut into words of letters and digits, and only those are handed on, quoted.
Whatever else is in it, quotes, operators, brackets, emoji, is not looked at.
"""

from __future__ import annotations

import re
import unicodedata

WORDS_MAX = 12
WORD_MAX = 40
BODY_MAX = 20_000
PREFIX_MIN = 3
_TITLE_MARK = "qz"
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """The words of a text in lower case and without accents, a space between each."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in text if not unicodedata.combining(char))
    return " ".join(word[:WORD_MAX] for word in _WORD.findall(text.lower()))


def query_words(query: str) -> list[str]:
    """The distinct words of a query in their order, ``WORDS_MAX`` at most."""
    return list(dict.fromkeys(fold(query[:1_000]).split()))[:WORDS_MAX]


def titled(words: list[str]) -> list[str]:
    """Words as they stand in a title: marked, for an index cannot tell cheaply where in a text a word stands."""
    return [_TITLE_MARK + word for word in words]


def match(engine: str, words: list[str], *, prefix: bool = False) -> str:
    """What to ask an index for all of some words, or with ``prefix`` for words that begin like them."""
    if engine == "sqlite":
        return " AND ".join(
            f'"{word}"*' if prefix and len(word) >= PREFIX_MIN else f'"{word}"' for word in words
        )
    return " & ".join(
        f"'{word}':*" if prefix and len(word) >= PREFIX_MIN else f"'{word}'" for word in words
    )


def phrase(engine: str, words: list[str]) -> str:
    """What to ask an index for words that stand next to each other in this order."""
    if engine == "sqlite":
        return '"' + " ".join(words) + '"'
    return " <-> ".join(f"'{word}'" for word in words)
