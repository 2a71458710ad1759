"""How much an encoded part matters: by what it says, and by how openly the encoding is used elsewhere.

Agents paste tokens, pictures and addresses all day. So noise and bare data are no finding; escapes in addresses and
markup are none as long as they escape what must be; and what a reader can read anyway (styled letters) weighs less
than what only a program can.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from eclosion.kernel.finding import Severity, Span
from eclosion.monitor.decoders.escapes import veiled_share
from eclosion.monitor.decoders.reading import Kind
from eclosion.monitor.decoders.views import View

UNSEEN = frozenset(
    {
        "tags",
        "variation-selectors",
        "zero-width",
        "bidi",
        "split-words",
        "terminal",
        "trailing-blanks",
        "gaps",
    }
)
"""Found by ``Invisible``."""

ESCAPES = frozenset({"percent", "entities", "escapes", "quoted-printable", "mime-word"})
"""At home in addresses, markup, source text and mail."""

READABLE = frozenset(
    {
        "styled",
        "diacritics",
        "random-case",
        "arabic-forms",
        "tatweel",
        "zalgo",
        "leet",
        "spaced",
        "upside-down",
    }
)
"""A person can read it nearly as it stands."""

NUMBERS = frozenset({"decimal", "octal", "a1z26", "polybius", "binary"})
"""Lists of numbers are mostly numbers."""

_STRUCTURE = re.compile(r"[{}<>;=\s]")
_VEILED_LEAST = 0.25
_BY_KIND = {
    Kind.WORDS: Severity.MEDIUM,
    Kind.ADDRESS: Severity.MEDIUM,
    Kind.SECRET: Severity.HIGH,
    Kind.ORDER: Severity.HIGH,
}


class Part(NamedTuple):
    """All views of one encoded part of a text: the one that says most, and how it weighs."""

    view: View
    severity: Severity
    confidence: float


def weigh(text: str, views: Iterable[View], unseen: bool) -> list[Part]:
    """The parts that are findings: with ``unseen`` those hidden in invisible signs, else the others."""
    by_span: dict[Span, list[View]] = {}
    for view in views:
        if (view.chain[0] in UNSEEN) == unseen:
            by_span.setdefault(view.span, []).append(view)
    parts = []
    for span, several in by_span.items():
        best = max(several, key=lambda one: (one.reading.kind, one.final, len(one.text)))
        severity = _severity(text[span.start : span.end], best)
        if severity is not None and not _is_part_of_token(text, best):
            parts.append(Part(best, severity, _confidence(best)))
    return parts


def _severity(part: str, view: View) -> Severity | None:
    outer, kind = view.chain[0], view.reading.kind
    if outer in ESCAPES and len(view.chain) == 1:
        return _of_escapes(part, view)
    if kind == Kind.NOISE:
        return Severity.LOW if outer in UNSEEN else None
    if kind == Kind.DATA:
        if outer in UNSEEN:
            return Severity.MEDIUM
        if outer in READABLE or outer in NUMBERS or _is_token(view.text):
            return None
        return Severity.INFO
    severity = _BY_KIND[kind]
    if outer in READABLE and len(view.chain) == 1:
        return Severity(severity - 1)
    if len([one for one in view.chain if one not in ESCAPES]) > 1 and severity < Severity.HIGH:
        return Severity.HIGH
    if outer in UNSEEN and outer not in {"bidi", "split-words"} and kind == Kind.ADDRESS:
        return Severity.HIGH
    return severity


def _of_escapes(part: str, view: View) -> Severity | None:
    """Escapes that were needed are no news; letters that need none were veiled."""
    outer, kind = view.chain[0], view.reading.kind
    if kind < Kind.WORDS:
        return None
    ascii_letters = sum(one.isascii() and one.isalpha() for one in view.text)
    if ascii_letters < 0.5 * sum(map(str.isalpha, view.text)):
        return None  # a script that must be escaped
    if outer in {"percent", "quoted-printable"} and veiled_share(outer, part) < _VEILED_LEAST:
        return Severity.INFO if kind < Kind.SECRET else Severity.LOW
    return Severity.LOW if kind < Kind.SECRET else Severity.MEDIUM


def _is_token(text: str) -> bool:
    """Whether decoded data is one unbroken word, as keys and names are."""
    return _STRUCTURE.search(text) is None


def _is_part_of_token(text: str, view: View) -> bool:
    """Whether it is a part of a JSON web token: JSON between full stops."""
    if view.reading.kind != Kind.DATA or not view.text.startswith("{"):
        return False
    start, end = view.span
    return text[end : end + 1] == "." or text[start - 1 : start] == "."


def _confidence(view: View) -> float:
    if view.reading.kind == Kind.NOISE:
        return 0.6
    if view.reading.kind == Kind.DATA:
        return 0.7
    return 0.99 if view.reading.bits >= 40 else 0.95
