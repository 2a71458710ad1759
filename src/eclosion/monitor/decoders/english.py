"""Whether letters read as English: odds of three letters in a row, and common words.

Both tables were learned by ``bench/letters.py`` from permissively licensed texts only. They are small on purpose: they
tell a decoded sentence from noise, and do not know every word.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint8]
STEPS = 8
CODES = bytes((one | 32) - 96 if 97 <= (one | 32) <= 122 and one < 128 else 0 for one in range(256))
"""Letters become 1 to 26, everything else 0."""


@cache
def odds() -> npt.NDArray[np.float32]:
    """27 * 27 * 27 odds in bits, flat: how much likelier the third letter is in English than drawn evenly."""
    raw = np.frombuffer((Path(__file__).parent / "letters.bin").read_bytes(), np.int8)
    return raw.astype(np.float32) / np.float32(STEPS)


@cache
def ranks() -> dict[str, int]:
    """Common words, with how common each is from 0 (the most)."""
    words = (Path(__file__).parent / "words.txt").read_text("utf-8").split()
    return {word: rank for rank, word in enumerate(words)}


def codes(text: str) -> Codes:
    """A text's letters as 1 to 26 and everything else as 0, with one 0 before and after and no two 0 in a row."""
    flat = np.frombuffer(f" {text} ".encode("ascii", "replace").translate(CODES), np.uint8)
    return _without_repeats(flat)


def bits(text: str) -> float:
    """The weight of evidence, in bits, that a text is English and not evenly drawn letters."""
    return bits_of(codes(text))


def bits_of(flat: Codes) -> float:
    """The same of codes."""
    if len(flat) < 3:
        return 0.0
    wide = flat.astype(np.int32)
    return float(odds()[(wide[:-2] * 27 + wide[1:-1]) * 27 + wide[2:]].sum())


def rate(text: str) -> float:
    """Evidence in bits a letter: about 2 for English, below 0 for noise and ciphers; 0 where there are no letters."""
    flat = codes(text)
    letters = int(np.count_nonzero(flat))
    return bits_of(flat) / letters if letters else 0.0


def _without_repeats(flat: Codes) -> Codes:
    keep = np.ones(len(flat), bool)
    keep[1:] = (flat[1:] != 0) | (flat[:-1] != 0)
    return flat[keep]
