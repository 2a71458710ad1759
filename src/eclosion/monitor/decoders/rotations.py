"""Simple ciphers inside a chain: rotations, Atbash and reversal of a text that is known to be encoded.

Ciphers in running text are the ciphers detector's business. Here a layer was already found to hide something,
so the best of 53 readings may be taken where it is clearly English.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np

from eclosion.monitor.decoders import english

_LOWER = "abcdefghijklmnopqrstuvwxyz"
JUDGED_MAX = 600
CLEAR_BITS = 14.0
CLEAR_RATE = 0.9


@cache
def tables() -> dict[str, dict[int, int]]:
    """Translations that undo each cipher: ``rot13``, ``rot1`` to ``rot25`` (how far letters were moved), ``atbash``."""
    found = {}
    for shift in (13, *(one for one in range(1, 26) if one != 13)):
        moved = _LOWER[-shift:] + _LOWER[:-shift]
        found[f"rot{shift}"] = str.maketrans(_LOWER + _LOWER.upper(), moved + moved.upper())
    backwards = _LOWER[::-1]
    found["atbash"] = str.maketrans(_LOWER + _LOWER.upper(), backwards + backwards.upper())
    return found


@cache
def _rot47() -> dict[int, int]:
    return {33 + at: 33 + (at + 47) % 94 for at in range(94)}


def solve(text: str) -> tuple[tuple[str, ...], str] | None:
    """The cipher (and ``reversed`` before it, if so) that makes a text English, with the English; None if none does."""
    part = text[:JUDGED_MAX]
    flat = english.codes(part)
    letters = int(np.count_nonzero(flat))
    if letters < 5:
        return _solve47(text)
    as_is = english.bits_of(flat)
    best: tuple[str, ...] = ()
    best_bits = as_is
    for backwards in (False, True):
        for name, moved in _candidates(flat[::-1] if backwards else flat):
            bits = english.bits_of(moved)
            if bits > best_bits:
                best, best_bits = (("reversed",) if backwards else ()) + name, bits
    if best_bits < max(CLEAR_BITS, CLEAR_RATE * letters, as_is + 10):
        return _solve47(text)
    return best, undo(text, best)


def undo(text: str, names: tuple[str, ...]) -> str:
    """Take off ciphers, the outermost first."""
    for name in names:
        if name == "reversed":
            text = text[::-1]
        elif name == "rot47":
            text = text.translate(_rot47())
        else:
            text = text.translate(tables()[name])
    return text


def _candidates(flat: english.Codes) -> Iterator[tuple[tuple[str, ...], english.Codes]]:
    yield (), flat
    wide = flat.astype(np.int16)
    for shift in range(1, 26):
        moved = np.where(flat > 0, (wide - 1 - shift) % 26 + 1, 0)
        yield (f"rot{shift}",), moved.astype(np.uint8)
    yield ("atbash",), np.where(flat > 0, 27 - wide, 0).astype(np.uint8)


def _solve47(text: str) -> tuple[tuple[str, ...], str] | None:
    if not text.isascii() or " " in text[:60] or len(text) < 12:
        return None
    said = undo(text, ("rot47",))
    clear = english.bits(said[:JUDGED_MAX]) > CLEAR_BITS and english.rate(said[:JUDGED_MAX]) > 1.2
    return (("rot47",), said) if clear else None
