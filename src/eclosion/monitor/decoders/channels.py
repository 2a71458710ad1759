"""Bits in how an open text is written: in its capitals, in the width of its gaps, in the blanks at its lines' ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eclosion.monitor.decoders import english
from eclosion.monitor.decoders.layer import CHANCE_BITS, Layer, evidence
from eclosion.monitor.decoders.numbers import bits_to_text
from eclosion.monitor.decoders.tokens import runs

_TRAILING = re.compile(r"[ \t]+(?=\r?\n|$)")
_GAP = re.compile(r"(?<=\S)([ \u00a0\u2000-\u200a\u202f\u205f\u3000]+)(?=\S)")
_EQUATION = re.compile(r"^([^\s=]) = (\d{1,3})\1 - (\d{1,3})\1\b[^\n]*$", re.MULTILINE)
_USUAL_CAPITALS = re.compile(
    r"[A-Z]?[a-z]{2,}(?:[A-Z][a-z]+)*(?:[A-Z]{2,5})?s?|[A-Z]{2,}s|[a-z][A-Z]{2}|[a-z][A-Z][a-z]{2,}|[A-Z]{2,}(?:[A-Z][a-z]+)+"
)
"""Words, names in camel case, abbreviations and their plurals."""

_LETTER = re.compile(r"[A-Za-z]")
_TOKEN = re.compile(r"\S+")
_BESIDE = 4
_BITS_LEAST = 32
_BACON = "abcdefghijklmnopqrstuvwxyz"


def find_blanks(text: str) -> Iterator[Layer]:
    """Bits in blanks: tabs and spaces at ends of lines, one or two spaces between words, rare kinds of space."""
    ends = list(_TRAILING.finditer(text))
    tail = "".join(match[0] for match in ends)
    two = len(tail) >= _BITS_LEAST and "\t" in tail and " " in tail
    if two and (said := _from_marks(tail.replace(" ", "0").replace("\t", "1"))):
        yield Layer("trailing-blanks", ends[0].start(), ends[-1].end(), said)
    gaps = list(_GAP.finditer(text))
    if len(gaps) < _BITS_LEAST:
        return
    usual = [match[1] == " " for match in gaps]
    odd = len(usual) - sum(usual)
    if odd >= 8 and len({match[1] for match in gaps}) <= 3:
        bits = "".join("0" if one else "1" for one in usual)
        first = usual.index(False)
        for begin in range(max(0, first - 8), first + 1):
            if said := _from_marks(bits[begin:]):
                yield Layer("gaps", gaps[begin].start(), gaps[-1].end(), said)
                return


def find_capitals(text: str) -> Iterator[Layer]:
    """Capitals strewn into words: what they say as bits, else the text in small letters."""
    for run in runs(text, is_strewn, bridge=5, share=0.3):
        start, end = _widened(text, run.start, run.end)
        part = text[start:end]
        letters = _LETTER.findall(part)
        if run.strange < 3 or len(letters) < 16:
            continue
        bits = "".join("1" if one.isupper() else "0" for one in letters)
        said = _from_marks(bits) or _bacon(bits)
        lower = part.lower()
        if said:
            yield Layer("case-bits", start, end, said)
        elif run.strange >= 4 and english.rate(lower) > 1.2:
            yield Layer("random-case", start, end, lower)


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    """With the words beside a run that have capitals within, too, though names might have them so."""
    before = list(_TOKEN.finditer(text, max(0, start - 60), start))[-_BESIDE:]
    after = list(_TOKEN.finditer(text, end, end + 60))[:_BESIDE]
    left = next((one.start() for one in before if _has_inner_capital(one[0])), start)
    right = next((one.end() for one in reversed(after) if _has_inner_capital(one[0])), end)
    return left, right


def _has_inner_capital(token: str) -> bool:
    letters = "".join(_LETTER.findall(token))
    return letters[1:] != letters[1:].lower()


def find_equations(text: str) -> Iterator[Layer]:
    """One letter a line, written as ``x = 3x - 2x``; empty lines between words."""
    found = [one for one in _EQUATION.finditer(text) if int(one[2]) == int(one[3]) + 1]
    if len(found) < 6:
        return
    said, last = [], found[0].start()
    for one in found:
        between = text[last : one.start()].count("\n")
        said.append((" " if between > 1 else "") + one[1])
        last = one.end()
    yield Layer("equations", found[0].start(), found[-1].end(), "".join(said))


def is_strewn(token: str) -> bool:
    """Whether capitals stand in a word where neither names nor identifiers have them."""
    letters = "".join(_LETTER.findall(token))
    if len(letters) < 3 or letters.isupper() or letters[1:].islower():
        return False
    return _USUAL_CAPITALS.fullmatch(letters) is None


def _from_marks(bits: str) -> str:
    texts = []
    for one in (bits, bits.translate({48: "1", 49: "0"})):
        for width in (8, 7):
            usable = one[: len(one) - len(one) % width]
            while usable.endswith("0" * width):
                usable = usable[:-width]
            if len(usable) >= _BITS_LEAST and (said := bits_to_text(usable, width)):
                texts.append(said)
    best = max(texts, key=evidence, default="")
    return best if evidence(best) >= CHANCE_BITS and english.rate(best) > 0 else ""


def _bacon(bits: str) -> str:
    for one in (bits, bits.translate({48: "1", 49: "0"})):
        values = [int(one[at : at + 5], 2) for at in range(0, len(one) - 4, 5)]
        while values and values[-1] in {0, 31}:
            values.pop()
        if len(values) >= 6 and max(values) < 26:
            said = "".join(_BACON[value] for value in values)
            if english.bits(said) > 14 and english.rate(said) > 1.2:
                return said
    return ""
