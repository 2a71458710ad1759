"""The learned weights: read from the file that ships, and written by training.

A weight is kept in one byte, as the sign and the root of its size, so that small ones keep their grain. The file is a
compressed archive of numpy's of about half a megabyte.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from eclosion.monitor.detectors.injections import features

FILE = Path(__file__).with_name("weights.npz")
SHORT_SAID, SHORT_CARRIED = 1, 4
"""A text of at most so many windows is short, and has a threshold of its own."""
_STEPS = 127

Floats = npt.NDArray[np.float32]


class Head(NamedTuple):
    """A classifier.

    Attributes:
        grams, runs: weights by bucket, shape ``(BUCKETS,)`` each.
        bias: added to every score.
        short, long: thresholds of a short text and of a long one, whose windows have more tries.
    """

    grams: Floats
    runs: Floats
    bias: float
    short: float
    long: float


def write(file: Path, heads: Mapping[str, Head], words: Mapping[str, float]) -> None:
    """Write the heads, rounded, and the weights of single words."""
    arrays: dict[str, npt.NDArray[np.generic]] = {
        "version": np.array(features.VERSION),
        "words": np.frombuffer(" ".join(words).encode(), np.uint8),
        "word_weights": np.array(list(words.values()), np.float32),
    }
    for name, head in heads.items():
        most = float(max(np.abs(head.grams).max(), np.abs(head.runs).max()))
        arrays[f"{name}_grams"], arrays[f"{name}_runs"] = (
            _packed(head.grams, most),
            _packed(head.runs, most),
        )
        arrays[f"{name}_figures"] = np.array([most, head.bias, head.short, head.long])
    with file.open("wb") as opened:
        np.savez_compressed(opened, **arrays)  # type: ignore[arg-type]


@cache
def read() -> dict[str, Head]:
    """The heads that ship, by name.

    Raises:
        RuntimeError: they were trained for other features.
    """
    with np.load(FILE, allow_pickle=False) as arrays:
        if int(arrays["version"]) != features.VERSION:
            raise RuntimeError(
                f"{FILE.name} is of version {arrays['version']}, not {features.VERSION}"
            )
        found = {}
        for name in ("said", "carried"):
            most, bias, short, long = (float(one) for one in arrays[f"{name}_figures"])
            grams, runs = (_unpacked(arrays[f"{name}_{kind}"], most) for kind in ("grams", "runs"))
            found[name] = Head(grams, runs, bias, short, long)
    return found


@cache
def read_words() -> dict[str, float]:
    """The single words that ship, with their weights."""
    with np.load(FILE, allow_pickle=False) as arrays:
        words = bytes(arrays["words"]).decode().split()
        return dict(zip(words, arrays["word_weights"].tolist(), strict=True))


def _packed(weights: Floats, most: float) -> npt.NDArray[np.int8]:
    rooted = np.sqrt(np.abs(weights) / most) * _STEPS
    return (np.sign(weights) * np.round(rooted)).astype(np.int8)


def _unpacked(packed: npt.NDArray[np.int8], most: float) -> Floats:
    parts = packed.astype(np.float32) / _STEPS
    unpacked: Floats = (np.sign(parts) * parts * parts * np.float32(most)).astype(np.float32)
    return unpacked
