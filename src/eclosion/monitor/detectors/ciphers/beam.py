"""Finds the most English reading of a text under an unknown key, one key letter after the other.

A beam search (after Nuhn, Schamper and Ney 2013, "Beam search for solving substitution ciphers"): all partial keys kept
so far are extended by every letter, and the best go on. A place in the text counts as soon as its letter is known, by
the longest known context of up to three symbols before it. Which contexts are known depends on the step alone, so each
place costs one look-up for a whole beam: numpy does the inner loops.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from eclosion.monitor.detectors.ciphers import tables
from eclosion.monitor.detectors.ciphers.tables import Floats

Ints = npt.NDArray[np.int64]
ORDERS = 4
_WORST = np.float32(1e9)


class Grams:
    """Bits of a symbol given the 0, 1, 2 or 3 before it, from a table that has them given 3.

    Args:
        longest: shape AxAxAxA, where A is 26 letters, or 27 with a blank.
    """

    def __init__(self, longest: Floats) -> None:
        self.size = longest.shape[0]
        self._longest = longest

    @cached_property
    def flat(self) -> list[Floats]:
        """By order, from one symbol to four, each in one dimension."""
        size = self.size
        chance = np.exp2(-self._longest.astype(np.float64)).reshape(-1, size)
        chance /= chance.sum(axis=1, keepdims=True)
        threes = np.full(size**3, 1.0 / size**3)
        for _ in range(12):  # how often each triple stands in a long text: the chain's own rest
            joint = (threes[:, None] * chance).reshape(size, size**3)
            threes = joint.sum(axis=0)
        cube = threes.reshape(size, size, size)
        found = [self._longest.reshape(-1)]
        for shorter in (cube, cube.sum(axis=0), cube.sum(axis=(0, 1))):
            share = shorter / shorter.sum(axis=-1, keepdims=True)
            found.append((-np.log2(share + 1e-12)).astype(np.float32).reshape(-1))
        return found[::-1]


@lru_cache(maxsize=2)
def shipped(*, spaced: bool) -> Grams:
    """By the tables that come with the package, with or without blanks."""
    known = tables.shipped()
    return Grams(known.spaced if spaced else known.letters)


class Problem(NamedTuple):
    """A text to be read.

    Attributes:
        readings: what each place says under each key letter; shape places x 26. A blank's row is all 26.
        steps: at which step each place becomes known: the index of its key letter; -1 for a blank.
        size: how many key letters there are.
        distinct: whether no two key letters may be the same, as in a substitution.
    """

    readings: Ints
    steps: Ints
    size: int
    distinct: bool


class Reading(NamedTuple):
    """A key, a number from 0 to 25 for each key letter, and the bits of the text under it."""

    key: tuple[int, ...]
    bits: float


def cost_ms(problem: Problem, width: int) -> float:
    """About how long a search takes."""
    return 2.0 + 3 * len(problem.steps) * (0.03 + 9e-5 * width)


def search(problem: Problem, grams: Grams, width: int, best: int = 1) -> list[Reading]:
    """The ``best`` readings, most English first, of a beam of ``width``."""
    places = problem.readings.shape[0]
    keys = np.zeros((1, problem.size), np.int64)
    bits = np.zeros(1, np.float32)
    before = _orders(problem.steps, -1)
    for step in range(problem.size):
        after = _orders(problem.steps, step)
        gains = np.zeros((len(keys), 26), np.float32)
        for place in range(places):
            if after[place] != before[place]:
                _count(problem, grams, keys, step, place, int(after[place]), gains)
                if before[place]:
                    gains -= _known(problem, grams, keys, place, int(before[place]))[:, None]
        total = bits[:, None] + gains
        if problem.distinct and step:
            rows = np.repeat(np.arange(len(keys)), step)
            total[rows, keys[:, :step].ravel()] = _WORST
        flat = total.ravel()
        keep = min(width, flat.size)
        chosen = np.argpartition(flat, keep - 1)[:keep]
        chosen = chosen[flat[chosen] < _WORST / 2]
        keys = keys[chosen // 26]
        keys[:, step] = chosen % 26
        bits = flat[chosen]
        before = after
    order = np.argsort(bits, kind="stable")[:best]
    return [Reading(tuple(int(one) for one in keys[row]), float(bits[row])) for row in order]


def _orders(steps: Ints, step: int) -> Ints:
    """For each place, how many symbols up to and with it are known at a step, at most ``ORDERS``; 0 if it is not."""
    orders = np.zeros(len(steps), np.int64)
    run = 0
    for place, known_at in enumerate(steps.tolist()):
        run = run + 1 if known_at <= step else 0
        orders[place] = min(run, ORDERS)
    return orders


def _count(
    problem: Problem, grams: Grams, keys: Ints, step: int, place: int, order: int, gains: Floats
) -> None:
    """Add a place's bits for every partial key and every letter of this step."""
    base: Ints | int = 0
    moving = np.zeros(26, np.int64)
    scale = 1
    for back in range(order):
        where = place - back
        known_at = int(problem.steps[where])
        if known_at == step:
            moving = moving + problem.readings[where] * scale
        elif known_at < 0:
            base = base + 26 * scale
        else:
            base = base + problem.readings[where][keys[:, known_at]] * scale
        scale *= grams.size
    index = moving + (base if isinstance(base, int) else base[:, None])
    gains += grams.flat[order - 1].take(index)


def _known(problem: Problem, grams: Grams, keys: Ints, place: int, order: int) -> Floats:
    """A place's bits as they were counted before, for every partial key."""
    index = np.zeros(len(keys), np.int64)
    scale = 1
    for back in range(order):
        where = place - back
        known_at = int(problem.steps[where])
        index += scale * (26 if known_at < 0 else problem.readings[where][keys[:, known_at]])
        scale *= grams.size
    return grams.flat[order - 1].take(index)
