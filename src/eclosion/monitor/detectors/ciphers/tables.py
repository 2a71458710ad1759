"""What the detector knows of languages: word frequencies, letter statistics, and where they are kept.

Made by ``eclosion.monitor.training.ciphers``; loaded at the first need (about 0.1 s), once a process. All figures are
bits, ``-log2`` of a probability. It knows nothing of ciphers.
"""

from __future__ import annotations

import lzma
import zlib
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

FOLDER = Path(__file__).parent
WORDS_FILE, CHARS_FILE = "words.bin.xz", "chars.bin.xz"
LETTERS_FILE, SPACED_FILE, PAIRS_FILE = "letters.bin.xz", "spaced.bin.xz", "pairs.bin.xz"
WORD_STEPS = 8
GRAM_STEPS = 4
PAIR_STEPS = 4
NOT_ENGLISH = 255
NEVER_READ = 176

Floats = npt.NDArray[np.float32]


class Tables:
    """One set of tables, each read when it is first asked for."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder

    @cached_property
    def steps(self) -> dict[str, int]:
        """Every known word in lower case; the bits of an English one in eighths, 255 if it is of code or elsewhere."""
        body = self._read(WORDS_FILE)
        size = int.from_bytes(body[:4], "big")
        words = body[4 : 4 + size].decode("ascii").split("\n")
        return dict(zip(words, body[4 + size :], strict=True))

    @cached_property
    def chars(self) -> Floats:
        """Bits of a letter, or the word's end, 26, given the two before it; shape 19683xN.

        A row is ``(first * 27 + second) * 27 + third``. N kinds of text: English, code, one language after the other.
        """
        return np.ascontiguousarray(self._grams(CHARS_FILE).reshape(-1, 27**3).T)

    @cached_property
    def letters(self) -> Floats:
        """Bits of a letter given the three before it, word breaks left out; shape 26x26x26x26."""
        return self._grams(LETTERS_FILE).reshape(26, 26, 26, 26)

    @cached_property
    def spaced(self) -> Floats:
        """Likewise with a blank, 26, between words; shape 27x27x27x27."""
        return self._grams(SPACED_FILE).reshape(27, 27, 27, 27)

    @cached_property
    def pairs(self) -> dict[int, int]:
        """Pairs of words, by ``pair_hash``, and how much likelier the second is after the first, in quarter bits."""
        body = self._read(PAIRS_FILE)
        count = len(body) // 5
        hashes = np.frombuffer(body, "<u4", count)
        return dict(zip(hashes.tolist(), body[4 * count :], strict=True))

    def pair_gain(self, first: str, second: str) -> float:
        """How many bits a word is likelier after another than alone; 0 if nothing is known of the two."""
        return self.pairs.get(pair_hash(first, second), 0) / PAIR_STEPS

    def _read(self, name: str) -> bytes:
        return lzma.decompress((self._folder / name).read_bytes())

    def _grams(self, name: str) -> Floats:
        return np.frombuffer(self._read(name), np.uint8).astype(np.float32) / np.float32(GRAM_STEPS)


def pair_hash(first: str, second: str) -> int:
    """What a pair of words is filed under: 32 bits."""
    return zlib.crc32(f"{first} {second}".encode())


@lru_cache(maxsize=1)
def shipped() -> Tables:
    """The tables that come with the package."""
    return Tables()
