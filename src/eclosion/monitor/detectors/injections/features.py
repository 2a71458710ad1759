"""Which n-grams stand where in a text, as numbers of buckets: what the classifier weighs.

Everything is done on arrays, because a loop over words in Python would cost more than the whole monitor may. A token's
hash is a difference of prefix sums of a polynomial over its bytes (Karp and Rabin 1987), modulo 2^32, so all tokens of
a text are hashed by one cumulative sum, and so are all runs of letters. The same functions serve training and use; a
change in here makes the shipped weights worthless, so ``VERSION`` goes into them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

VERSION = 2
BUCKET_BITS = 17
BUCKETS = 1 << BUCKET_BITS
RUN_LENGTHS = (3, 5)
"""So many bytes at a time are looked at inside and across words: misspelled and disguised words keep some of them."""

MOST_BYTES = 1 << 16
"""The longest text that is read at once."""

_RATIO = 0x01000193
_PAIR, _TRIPLE, _SKIP = np.uint32(0x9E3779B1), np.uint32(0x85EBCA77), np.uint32(0xC2B2AE3D)
_SCATTER = np.uint32(0x2C1B3C6D)
_SHIFT = np.uint32(32 - BUCKET_BITS)
_MIX = np.uint32(15)
_SPACE, _LETTER, _MARK = 0, 1, 2
_STOP = ord(".")

Hashes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.intp]


def _spell() -> tuple[bytes, npt.NDArray[np.uint8]]:
    """How a byte counts: letters in lower case, marks that end or open something as one of a kind, all else a space."""
    table, kinds = bytearray(b" " * 256), np.zeros(256, np.uint8)
    for code in range(256):
        if code > 127 or chr(code).isalnum() or chr(code) in "'_":
            table[code] = ord(chr(code).lower()) if code < 128 else code
    marks = {b".!?\n": b".", b":;": b":", b'"`': b'"', b"[]{}()<>|": b"(", b"$%&@#/\\=+": b"/"}
    for group, mark in marks.items():
        for code in group:
            table[code] = mark[0]
    for code in range(256):
        if table[code] != 32:
            kinds[table[code]] = _MARK if bytes([table[code]]) in marks.values() else _LETTER
    return bytes(table), kinds


_SPELLING, _KINDS = _spell()


def _powers() -> tuple[Hashes, Hashes]:
    inverse = pow(_RATIO, -1, 1 << 32)
    up, down = np.empty(MOST_BYTES + 8, np.uint32), np.empty(MOST_BYTES + 8, np.uint32)
    high, low = 1, 1
    for place in range(MOST_BYTES + 8):
        up[place], down[place] = high, low
        high, low = (high * _RATIO) & 0xFFFFFFFF, (low * inverse) & 0xFFFFFFFF
    return up, down


_UP, _DOWN = _powers()


class Read(NamedTuple):
    """A text as buckets.

    Attributes:
        grams: buckets of tokens, pairs, triples and pairs around a gap, each row by the place of its first token,
            shape ``(4, n)``.
        runs: buckets of runs of bytes, each row by the byte it begins at, shape ``(len(RUN_LENGTHS), bytes)``.
        starts: where each token begins, in bytes of the text; shape ``(n,)``.
        stops: which tokens end a sentence or a line (the first one always does); shape ``(n,)``.
    """

    grams: Hashes
    runs: Hashes
    starts: Places
    stops: npt.NDArray[np.bool_]


def read(text: bytes) -> Read:
    """Read a text (UTF-8, at most ``MOST_BYTES`` bytes); what stands before and after it counts as a full stop."""
    spelled = np.frombuffer(b" . %b . ." % text.translate(_SPELLING), np.uint8)
    sums = np.multiply(spelled, _UP[: spelled.size], dtype=np.uint32).cumsum(dtype=np.uint32)
    kinds = _KINDS[spelled]
    edges = (kinds[1:] != kinds[:-1]).nonzero()[0]
    at_edges = sums[edges]
    hashes = (at_edges[1:] - at_edges[:-1]) * _DOWN[edges[:-1]]
    kept = kinds[edges[1:]] != _SPACE
    hashes, starts = hashes[kept], edges[:-1][kept]
    stops = spelled[starts + 1] == _STOP
    hashes ^= hashes >> _MIX
    tokens = hashes.size - 2
    grams = np.empty((4, tokens), np.uint32)
    grams[0] = hashes[:-2]
    grams[1] = hashes[:-2] * _PAIR + hashes[1:-1]
    grams[2] = grams[1] * _TRIPLE + hashes[2:]
    grams[3] = hashes[:-2] * _SKIP + hashes[2:]
    runs = np.empty((len(RUN_LENGTHS), spelled.size - RUN_LENGTHS[-1]), np.uint32)
    for row, length in enumerate(RUN_LENGTHS):
        width = runs.shape[1]
        runs[row] = (sums[length : length + width] - sums[:width]) * _DOWN[:width]
        runs[row] += np.uint32(length)
    return Read(_buckets(grams), _buckets(runs), starts[:tokens] - 2, stops[:tokens])


def _buckets(hashes: Hashes) -> Hashes:
    hashes ^= hashes >> _MIX
    hashes *= _SCATTER
    hashes >>= _SHIFT
    return hashes
