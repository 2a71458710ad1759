"""Letters in another order: rail fence and columns, found by trying every order of a few kinds.

The null model is English letters at random (the order is all that is hidden), so a text that is none gains nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import permutations
from typing import NamedTuple

import numpy as np

from eclosion.monitor.detectors.ciphers.beam import Grams, Ints

LETTERS_MIN = 36
LETTERS_MAX = 600
RAILS_MAX = 12
COLUMNS_MAX = 7
AT_ONCE = 360
"""So many orders are weighed at once: what they need stays in the processor's cache."""
COST_MS = 40.0


class Order(NamedTuple):
    """How the letters were put, what they say, and the bits gained, less what the choice of the order cost."""

    name: str
    decoded: str
    bits: float


def find(text: str, shipped: Callable[..., Grams]) -> Order | None:
    """The best order of a stretch: of its letters alone, or of all its characters with blanks as they are."""
    best: Order | None = None
    letters = "".join(one for one in text.lower() if "a" <= one <= "z")
    whole = "".join(one if "a" <= one <= "z" else " " for one in text.lower())
    for symbols, spaced in ((letters, False), (whole, True)):
        if not LETTERS_MIN <= len(symbols) <= LETTERS_MAX:
            continue
        codes = np.array([26 if one == " " else ord(one) - 97 for one in symbols], np.int64)
        grams = shipped(spaced=spaced)
        alone = float(grams.flat[0].take(codes).sum())
        for name, order, choices in _candidates(codes, grams):
            bits = alone - float(_bits(codes[order][None, :], grams)[0]) - math.log2(choices)
            if best is None or bits > best.bits:
                source = text if spaced else letters
                best = Order(name, "".join(source[place] for place in order), bits)
    return best


def _candidates(codes: Ints, grams: Grams) -> Iterator[tuple[str, Ints, int]]:
    """Orders as: name, for each plain place the place it is read from, and how many such there were to choose from."""
    size = len(codes)
    for rails in range(2, min(RAILS_MAX, size // 3) + 1):
        yield f"rail fence of {rails}", _unfenced(size, rails), 4 * RAILS_MAX
    for columns in range(2, COLUMNS_MAX + 1):
        orders = _permutations(columns)
        bits = np.concatenate(
            [
                _bits(codes[_columned(size, columns, orders[first : first + AT_ONCE])], grams)
                for first in range(0, len(orders), AT_ONCE)
            ]
        )
        best = orders[int(bits.argmin())][None, :]
        name = "columns " + "".join(str(one + 1) for one in best[0].tolist())
        yield name, _columned(size, columns, best)[0], 4 * COLUMNS_MAX * len(orders)


def _unfenced(size: int, rails: int) -> Ints:
    """Where each plain letter stands in a rail fence."""
    swing = 2 * rails - 2
    rows = [min(place % swing, swing - place % swing) for place in range(size)]
    written = np.argsort(rows, kind="stable")
    order = np.empty(size, np.int64)
    order[written] = np.arange(size)
    return order


def _columned(size: int, columns: int, orders: Ints) -> Ints:
    """Where each plain letter stands if rows were written and columns read in an order; shape orders x size."""
    places = np.arange(size)
    heights = np.bincount(places % columns, minlength=columns)
    read = heights[orders]
    starts = np.empty_like(orders)
    np.put_along_axis(starts, orders, read.cumsum(axis=1) - read, axis=1)
    return starts.take(places % columns, axis=1) + places // columns


@lru_cache(maxsize=COLUMNS_MAX)
def _permutations(columns: int) -> Ints:
    """All orders of so many columns; shape orders x columns."""
    return np.array(list(permutations(range(columns))), np.int64)


def _bits(codes: Ints, grams: Grams) -> np.typing.NDArray[np.float32]:
    """Bits of each row of symbols, the first three left out of their contexts."""
    size = grams.size
    index = codes[:, :-3]
    for offset in (1, 2, 3):
        index = index * size + codes[:, offset : codes.shape[1] - 3 + offset]
    head = grams.flat[0].take(codes[:, :3]).sum(axis=1)
    return grams.flat[3].take(index).sum(axis=1) + head  # type: ignore[no-any-return]
