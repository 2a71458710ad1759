"""Which n-grams of words stand where in a text, as numbers of buckets: what the classifier weighs.

Everything is done on arrays, because a loop over words in Python would cost more than the whole monitor may. A word's
hash is a difference of prefix sums of a polynomial over its bytes (Karp and Rabin 1987), modulo 2^32, so all
words of a text are hashed by one cumulative sum; pairs and triples are made from the words' hashes. The same functions
serve training and use, and a change in here makes the shipped weights worthless: ``VERSION`` goes into them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

VERSION = 1
BUCKET_BITS = 17
BUCKETS = 1 << BUCKET_BITS

MOST_BYTES = 1 << 16
"""The longest text that is hashed at once; longer ones are cut by the caller."""

_RATIO = 0x01000193
_PAIR, _TRIPLE, _SKIP = np.uint32(0x9E3779B1), np.uint32(0x85EBCA77), np.uint32(0xC2B2AE3D)
_SCATTER = np.uint32(0x2C1B3C6D)
_SHIFT = np.uint32(32 - BUCKET_BITS)
_MIX = np.uint32(15)

Hashes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.intp]


def _spell() -> bytes:
    """How a byte counts: letters in lower case, digits and bytes over 127 as they are, all else as a space."""
    table = bytearray(b" " * 256)
    for code in range(256):
        letter = chr(code)
        if code > 127 or letter.isalnum() or letter in "'_":
            table[code] = ord(letter.lower()) if code < 128 else code
    return bytes(table)


_SPELLING = _spell()


def _powers() -> tuple[Hashes, Hashes]:
    inverse = pow(_RATIO, -1, 1 << 32)
    up, down = np.empty(MOST_BYTES + 4, np.uint32), np.empty(MOST_BYTES + 4, np.uint32)
    high, low = 1, 1
    for place in range(MOST_BYTES + 4):
        up[place], down[place] = high, low
        high, low = (high * _RATIO) & 0xFFFFFFFF, (low * inverse) & 0xFFFFFFFF
    return up, down


_UP, _DOWN = _powers()


class Words(NamedTuple):
    """The words of a text, in order.

    Attributes:
        hashes: one for each word, shape ``(n,)``.
        starts: where each begins, in bytes of the text.
        ends: the byte after each.
    """

    hashes: Hashes
    starts: Places
    ends: Places


def read_words(text: bytes) -> Words:
    """The words of ``text``, which is UTF-8 of at most ``MOST_BYTES`` bytes."""
    spelled = np.frombuffer(b" %b " % text.translate(_SPELLING), np.uint8)
    sums = np.multiply(spelled, _UP[: spelled.size], dtype=np.uint32).cumsum(dtype=np.uint32)
    lettered = spelled != 32
    edges = (lettered[1:] != lettered[:-1]).nonzero()[0]
    at_edges = sums[edges]
    starts, ends = edges[0::2], edges[1::2]
    hashes = (at_edges[1::2] - at_edges[0::2]) * _DOWN[starts]
    hashes ^= hashes >> _MIX
    return Words(hashes, starts, ends)


def buckets_of(hashes: Hashes) -> tuple[Hashes, ...]:
    """The buckets of single words, pairs, triples and pairs around a gap, each by the place of its first word."""
    single = (hashes * _SCATTER) >> _SHIFT
    pairs = hashes[:-1] * _PAIR + hashes[1:]
    triples = pairs[:-1] * _TRIPLE + hashes[2:]
    gaps = hashes[:-2] * _SKIP + hashes[2:]
    return (
        single,
        (pairs ^ (pairs >> _MIX)) * _SCATTER >> _SHIFT,
        (triples ^ (triples >> _MIX)) * _SCATTER >> _SHIFT,
        (gaps ^ (gaps >> _MIX)) * _SCATTER >> _SHIFT,
    )
