"""What English words mean, as vectors: near each other where words are used alike.

The vectors ship in ``meaning.npz`` and are distilled from all-MiniLM-L6-v2 (Apache-2.0, sentence-transformers) by
``python -m eclosion.monitor.training.meaning``: each word was run through that model alone, so a vector knows no
context, and no model runs here. Frequent words are short, so that a mean of vectors is about what is said. A text is
read once as rows of the table; what a detector learns from it is its own affair.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FILE = Path(__file__).with_name("meaning.npz")
VERSION = 1
_STEPS = 127

Floats = npt.NDArray[np.float32]


class Meanings(NamedTuple):
    """The table: the number of each word (and of pairs, "seed phrase"), and a row for each number."""

    numbers: dict[str, int]
    rows: Floats


def of(words: Sequence[str]) -> Floats:
    """The mean vector of words (in lower case); pairs that are known count as one; zeros if none is known."""
    table = read()
    known = rows_of(words)
    if not known:
        return np.zeros(table.rows.shape[1], np.float32)
    return np.asarray(table.rows[known].mean(axis=0), np.float32)


def rows_of(words: Sequence[str]) -> list[int]:
    """The rows of the words that are known, in order; a known pair is one row instead of two."""
    numbers = read().numbers
    found: list[int] = []
    skip = False
    for place, word in enumerate(words):
        if skip:
            skip = False
            continue
        following = words[place + 1] if place + 1 < len(words) else ""
        pair = numbers.get(f"{word} {following}") if following else None
        number = pair if pair is not None else numbers.get(word)
        skip = pair is not None
        if number is not None:
            found.append(number)
    return found


@cache
def read(file: Path = FILE) -> Meanings:
    """The vectors that ship; read once, about 0.1 s.

    Raises:
        RuntimeError: the file is of another version.
    """
    with np.load(file, allow_pickle=False) as arrays:
        if int(arrays["version"]) != VERSION:
            raise RuntimeError(f"{file.name} is of version {arrays['version']}")
        words = bytes(arrays["words"]).decode().split("\t")
        steps = arrays["steps"].astype(np.float32)
        rows = steps * (arrays["most"].astype(np.float32) / _STEPS)[:, None]
    return Meanings({word: number for number, word in enumerate(words)}, rows)


def write(file: Path, words: Sequence[str], vectors: Floats) -> None:
    """Write vectors, one byte a number: each row has its own step."""
    most = np.abs(vectors).max(axis=1)
    steps = np.round(vectors / most[:, None] * _STEPS).astype(np.int8)
    with file.open("wb") as opened:
        np.savez_compressed(
            opened,
            version=np.array(VERSION),
            words=np.frombuffer("\t".join(words).encode(), np.uint8),
            most=most.astype(np.float16),
            steps=steps,
        )
