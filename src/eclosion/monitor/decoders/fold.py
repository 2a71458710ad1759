"""Which plain letter a strange one stands for: styled, accented, turned, or only alike.

Worked out of Unicode's own names and decompositions (``unicodedata``), and for letters that only look alike out of
Unicode's confusables (``confusables.txt``, by way of the packages confusable-homoglyphs and confusables, both MIT).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from eclosion.monitor.decoders import english

_NAMED = re.compile(
    r"(?:NEGATIVE |PARENTHESIZED |CROSSED NEGATIVE )?(?:CIRCLED |SQUARED |SQUARE )?(?:REGIONAL INDICATOR SYMBOL|"
    r"(?:COMBINING |MODIFIER |FULLWIDTH )?LATIN (?:SUBSCRIPT )?(?:LETTER )?(?:SMALL |CAPITAL )*(?:SCRIPT )?) ?"
    r"(?:LETTER )?(?:SMALL |CAPITAL )*(?:DOTLESS |OPEN |SCRIPT |INSULAR |BARRED |LONG |AFRICAN )?"
    r"(?:SMALL |CAPITAL )*([A-Z])(?: WITH .*)?$"
)
_TURNED_LOWER = dict(
    zip(
        "\u0250q\u0254p\u01dd\u025f\u0183\u0265\u1d09\u027e\u029el\u026fuodb\u0279s\u0287n\u028c\u028dx\u028ez\u0131",
        "abcdefghijklmnopqrstuvwxyzi",
        strict=True,
    )
)
_TURNED_OTHER = dict(
    zip(
        "\u2200\u15fa\u0186\u2183\u15e1\u018e\u2132\u2141\u05e4\u017f\u02e5\u2142\ua780W\u0500\u15de\u1d1a\u22a5\u2534\u2229"
        "\u039b\u2144\u026a\u02d9\u00bf\u00a1,'\u201e\u0253\u0252\u01d0\u0638\u05df\u1d77\u1d11",
        "ABCCDEFGGJLLLMPPRTTUVYI.?!',\"gaijlgo",
        strict=True,
    )
)
_DROPPED = frozenset("\ufe0f\ufe0e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
_CAPITAL = re.compile(r"(?<=[a-z])[A-Z](?=[a-z])|(?<=[a-z])[A-Z]\b")
_WORD = re.compile(r"[A-Za-z0-9]{3,}")
_TWINS = {
    "i": "il",
    "l": "li",
    "1": "li",
    "0": "o0",
    "3": "e3",
    "5": "s5",
    "6": "b6",
    "8": "b8",
    "9": "g9",
    "4": "a4",
    "2": "s2",
}

TURNED = {key: value for key, value in {**_TURNED_OTHER, **_TURNED_LOWER}.items() if len(key) == 1}
TURNED_SIGNS = frozenset(key for key in TURNED if not key.isascii())


@cache
def confusables() -> dict[str, str]:
    """Letters and signs that look like an ASCII letter or digit, each with that one."""
    found: dict[str, str] = {}
    for line in (Path(__file__).parent / "confusables.txt").read_text("utf-8").splitlines():
        for one in line[2:]:
            found[one] = line[0]
    return found


@lru_cache(maxsize=16_384)
def plain(one: str) -> str:
    """The ASCII that a character is a style or an accent of; the character itself if of none."""
    if one.isascii():
        return one
    decomposed = unicodedata.normalize("NFKD", one)
    bare = "".join(part for part in decomposed if not unicodedata.combining(part))
    if bare and bare.isascii():
        return bare.strip("()") or bare
    name = unicodedata.name(one, "")
    if named := _NAMED.match(name):
        small = "SMALL" in name or "MODIFIER" in name
        return named[1].lower() if small else named[1]
    return one


@lru_cache(maxsize=16_384)
def apart(one: str) -> tuple[str, str]:
    """A letter and the mark on it, which is empty where there is none.

    Texts are never decomposed as a whole: thousands of marks on one letter would take their number squared.
    """
    whole = unicodedata.normalize("NFD", one)
    return whole[:1], whole[1:]


@lru_cache(maxsize=16_384)
def is_letter(one: str) -> bool:
    """Whether a character is a letter, a digit or a sign that stands for one."""
    return one.isalnum() or alike(one).isalnum()


def is_marked(one: str) -> bool:
    """Whether a character is a letter with a mark on it."""
    return not one.isascii() and apart(one)[1] != ""


def unmarked(text: str) -> str:
    """A text without the marks on its letters, however many."""
    return "".join(one if one.isascii() else _bare(one) for one in text)


@lru_cache(maxsize=16_384)
def _bare(one: str) -> str:
    return "" if unicodedata.category(one)[0] == "M" else apart(one)[0]


def joined(text: str) -> str:
    """Presentation forms as the letters that they are forms of."""
    return "".join(unicodedata.normalize("NFKC", one) for one in text)


@lru_cache(maxsize=16_384)
def is_styled(one: str) -> bool:
    """Whether a character is a plain letter in another dress, and not one that a language writes."""
    if one.isascii() or not (one.isalpha() or unicodedata.category(one) in {"So", "No"}):
        return False
    folded = plain(one)
    if len(folded) != 1 or not folded.isascii() or not folded.isalnum():
        return False
    return not _is_written(one)


@lru_cache(maxsize=16_384)
def alike(one: str) -> str:
    """The ASCII letter that a letter of another script looks like; the character itself if like none."""
    if one.isascii():
        return one
    folded = plain(one)
    if folded.isascii():
        return folded
    return confusables().get(one, one)


def fold(text: str) -> str:
    """Every character as the plain one that it stands for or looks like; a little letter among little ones."""
    folded = "".join("" if one in _DROPPED else alike(one) for one in text)
    folded = _CAPITAL.sub(lambda match: match[0].lower(), folded)
    return _WORD.sub(_settled, folded)


def _settled(match: re.Match[str]) -> str:
    """A word in which letters that look alike were taken for each other, if the right ones make it a word."""
    word = match[0]
    ranks = english.ranks()
    if word.lower() in ranks or len(word) < 3:
        return word
    choices = [_TWINS.get(one, one) for one in word.replace("rn", "m").lower()[:20]]
    for options in (choices, [_TWINS.get(one, one) for one in word.lower()[:20]]):
        spots = [at for at, one in enumerate(options) if len(one) > 1]
        for mask in range(min(64, 1 << len(spots))):
            letters = [one[0] for one in options]
            for bit, at in enumerate(spots):
                letters[at] = options[at][mask >> bit & 1]
            if "".join(letters) in ranks:
                return "".join(letters)
    return word


def _is_written(one: str) -> bool:
    """Whether it is a letter with an accent as languages in Latin script have, or a sign of everyday text."""
    name = unicodedata.name(one, "")
    if one in "\u00aa\u00ba\u00b2\u00b3\u00b9\u2122\u2120\u0131\u017f\u1e9e":
        return True
    return name.startswith("LATIN ") and " WITH " in name and ord(one) < 0x1F00
