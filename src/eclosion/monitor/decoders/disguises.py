"""Letters in disguise: styled, heaped with marks, exchanged for others that look alike, upside down, Arabic forms.

Whoever sees such text can mostly read it; a filter cannot. What it says is given in plain letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from eclosion.monitor.decoders import english, fold
from eclosion.monitor.decoders.layer import Layer
from eclosion.monitor.decoders.tokens import runs

_MARK = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_WORD = re.compile(r"[^\W\d_]+")
_TATWEEL = re.compile(
    "[\u0621-\u064a\u066e-\u06d3\u064b-\u065f]\u0640(?=[\u0621-\u064a\u066e-\u06d3])"
)
_FORM_RUN = re.compile(
    "[\ufb50-\ufdff\ufe70-\ufefc](?:[\ufb50-\ufdff\ufe70-\ufefc\\s\u0600-\u06ff]*[\ufb50-\ufdff\ufe70-\ufefc]){3,}"
)
_ARABIC = re.compile("[\u0621-\u064a]")
PART_MAX = 20_000
"""So much of one disguised part is read."""

_VOWELS = frozenset("aeiou")


def find_styled(text: str) -> Iterator[Layer]:
    """Mathematical, full-width, circled, squared, small capital, raised and lowered letters."""
    for run in runs(text, _is_mostly_styled):
        part = text[run.start : run.end]
        styled = sum(map(fold.is_styled, part))
        said = "".join("" if one in "\ufe0f\ufe0e\u200d" else fold.plain(one) for one in part)
        if styled >= 6 and english.bits(said) > (12 if styled < 12 else 4):
            yield Layer("styled", run.start, run.end, said)


def find_marks(text: str) -> Iterator[Layer]:
    """Letters heaped with combining marks, and English whose vowels all carry accents."""
    for run in runs(text, _is_heaped, share=0.5):
        part = text[run.start : run.end][:PART_MAX]
        said = fold.unmarked(part)
        marks = len(_MARK.findall(part)) + sum(map(fold.is_marked, part))
        letters = sum(one.isascii() and one.isalpha() for one in said)
        if marks >= 6 and letters >= 4 and marks >= 0.3 * letters and english.bits(said) > 8:
            yield Layer("zalgo", run.start, run.end, said)
    for run in runs(text, _is_accented, bridge=2, share=0.5):
        part = text[run.start : run.end][:PART_MAX]
        said = fold.unmarked(part)
        if run.strange >= 3 and _is_english(said) and not _MARK.search(part):
            yield Layer("diacritics", run.start, run.end, said)


def find_alike(text: str) -> Iterator[Layer]:
    """Words in which letters of other scripts stand for Latin ones that they look like."""
    for run in runs(text, _is_mixed, bridge=3, share=0.25):
        part = text[run.start : run.end]
        said = fold.fold(part)
        words = [word for word in _WORD.findall(part) if _mixing(word)]
        known = [word for word in words if fold.fold(word).lower() in english.ranks()]
        sure = sum(len(word) >= 3 for word in known) >= 1 or len(words) >= 3
        if sure and english.rate(said) > 0.8 and english.bits(said) > 4:
            yield Layer("homoglyphs", run.start, run.end, said)


def find_turned(text: str) -> Iterator[Layer]:
    """Text upside down, to be read from its end."""
    for run in runs(
        text, lambda token: not fold.TURNED_SIGNS.isdisjoint(token), bridge=3, share=0.3
    ):
        start, end = run.start, run.end
        said = "".join(fold.TURNED.get(one, one) for one in reversed(text[start:end]))
        turned = sum(one in fold.TURNED_SIGNS for one in text[start:end])
        if turned >= 4 and english.bits(said) > 12 and english.rate(said) > 0.8:
            yield Layer("upside-down", start, end, said)


def find_arabic(text: str) -> Iterator[Layer]:
    """Arabic letters as presentation forms, or stretched by a tatweel behind nearly each."""
    for match in _FORM_RUN.finditer(text):
        yield Layer("arabic-forms", match.start(), match.end(), fold.joined(match[0][:PART_MAX]))
    stretched = list(_TATWEEL.finditer(text))
    if len(stretched) >= 6:
        start, end = stretched[0].start(), stretched[-1].end()
        end = min(
            (place for place in (text.find(one, end) for one in " \n") if place >= 0),
            default=len(text),
        )
        part = text[start:end]
        if len(stretched) >= 0.3 * len(_ARABIC.findall(part)):
            yield Layer("tatweel", start, end, part.replace("\u0640", ""))


def _is_mostly_styled(token: str) -> bool:
    styled = 0 if token.isascii() else sum(map(fold.is_styled, token))
    if not styled:
        return False
    if styled == 2 and all("\U0001f1e6" <= one <= "\U0001f1ff" for one in token):
        return False  # a flag
    return styled >= 0.5 * sum(one.isalpha() or fold.is_styled(one) for one in token)


def _is_heaped(token: str) -> bool:
    marks = 0 if token.isascii() else len(_MARK.findall(token))
    if not marks:
        return False
    bases = sum("a" <= one.lower() <= "z" for one in token)
    return bases > 0 and (marks >= 0.25 * bases)


def _is_accented(token: str) -> bool:
    """Whether all vowels of a word carry one accent."""
    if token.isascii():
        return False
    vowels = marked = 0
    kinds = set()
    for one in token[:40].lower():
        base, mark = fold.apart(one)
        if base in _VOWELS:
            vowels += 1
            if mark:
                marked += 1
                kinds.add(mark)
    return marked >= 1 and marked >= 0.8 * vowels and len(kinds) == 1


def _is_english(text: str) -> bool:
    words = _WORD.findall(text.lower())
    if len(words) < 3:
        return False
    known = sum(word in english.ranks() for word in words)
    return known >= 0.6 * len(words) and english.rate(text) > 1.2


def _is_mixed(token: str) -> bool:
    """Whether letters in it only look like ASCII, and (nearly) all of it would be ASCII if they were."""
    if token.isascii():
        return False
    strange = foldable = letters = 0
    for one in token[:80]:
        if one.isascii():
            foldable += one.isalnum()
            letters += one.isalnum()
        elif fold.is_letter(one):
            letters += 1
            if fold.alike(one).isascii():
                foldable += 1
                strange += not fold.is_marked(one)
    return strange > 0 and foldable >= 0.75 * letters


def _mixing(word: str) -> bool:
    """Whether a word mixes Latin letters with such as only look like them."""
    ascii_ = alike = 0
    for one in word:
        if one.isascii():
            ascii_ += 1
        elif fold.plain(one).isascii() and not fold.is_styled(one):
            ascii_ += 1  # an accent
        elif fold.alike(one).isascii():
            alike += 1
        else:
            return False
    return (
        alike > 0
        and ascii_ + alike >= 3
        and (ascii_ > 0 or alike >= 4)
        and fold.fold(word).isascii()
    )
