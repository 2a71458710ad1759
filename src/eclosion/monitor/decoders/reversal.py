"""English written backwards: the whole from its end, or each word in its place.

Three letters in a row are likelier in one direction than in the other; where that adds up, a stretch was turned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from eclosion.monitor.decoders import english
from eclosion.monitor.decoders.layer import Layer
from eclosion.monitor.decoders.reading import common_share

GATE_WORDS = 360
_BITS = 22.0
_RUNS_MAX = 6
_WORD = re.compile(r"[A-Za-z]+")
_BEGINNING = re.compile(r"[a-z][.!?] +[A-Z]|[a-z][,;:] +[a-z]")
_BROKEN = re.compile(r"[a-z][.!?] +[a-z]|[a-z] +[.,;:!?]+[a-z]")
_TOKEN = re.compile(r"\S+")


def gate_words() -> list[str]:
    """Common words backwards that are no words forwards: one of them is in nearly every reversed sentence."""
    ranks = english.ranks()
    common = [word for word in list(ranks)[:GATE_WORDS] if len(word) > 2 and word.isalpha()]
    return [word[::-1] for word in common if word[::-1] not in ranks]


GATE_ENDINGS = (
    "gni noit noiss ssen tnem yll ylt yle seit yti ytr evit elba sth detn tne lanoi".split()
)
"""Common endings backwards, as no English word begins."""


def find_reversed(text: str) -> Iterator[Layer]:
    """Stretches that read as English from their end."""
    gain = _gains(text)
    for _ in range(_RUNS_MAX):
        if len(gain) == 0:
            return
        start, end, bits = _best_stretch(gain)
        if bits < _BITS:
            return
        gain[start:end] = -1.0
        start, end = _whole_words(text, start, end + 2)
        part = text[start:end]
        said = _turned(part)
        letters = sum(map(len, _WORD.findall(said)))
        share = common_share(said)
        if (
            letters >= 10
            and english.rate(said) > 1.2
            and share > 0.45
            and share > common_share(part) + 0.25
        ):
            yield Layer("reversed", start, end, said)


@cache
def _turning() -> npt.NDArray[np.float32]:
    """For three codes in a row: the evidence that they were written backwards."""
    cube = english.odds().reshape(27, 27, 27)
    turned = cube.transpose(2, 1, 0) - cube
    turned[0, 0, :] = turned[:, 0, 0] = 0
    gain: npt.NDArray[np.float32] = np.clip(turned, -8, 8).ravel().astype(np.float32)
    return gain


@cache
def _pairs() -> frozenset[str]:
    """Two words that often follow each other, as ``of the`` (learned by ``bench/letters.py``)."""
    return frozenset((Path(__file__).parent / "pairs.txt").read_text("utf-8").splitlines())


def _gains(text: str) -> npt.NDArray[np.float32]:
    flat = np.frombuffer(text.encode("ascii", "replace").translate(english.CODES), np.uint8)
    wide = flat.astype(np.int32)
    gain: npt.NDArray[np.float32] = _turning()[
        (wide[:-2] * 27 + wide[1:-1]) * 27 + wide[2:]
    ] - np.float32(0.15)
    return gain


def _best_stretch(gain: npt.NDArray[np.float32]) -> tuple[int, int, float]:
    """The stretch with the largest sum."""
    total = np.concatenate(([0.0], np.cumsum(gain, dtype=np.float64)))
    least = np.minimum.accumulate(total)
    end = int(np.argmax(total - least))
    start = int(np.argmin(total[: end + 1]))
    return start, end, float(total[end] - total[start])


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """From blank to blank, with the words of which the larger part is in, and which are no words as they stand."""
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    ranks = english.ranks()
    tokens = list(_TOKEN.finditer(text, start, end))
    while tokens and _stands(tokens[0][0], ranks):
        tokens.pop(0)
    while tokens and _stands(tokens[-1][0], ranks):
        tokens.pop()
    return (tokens[0].start(), tokens[-1].end()) if tokens else (start, start)


def _stands(token: str, ranks: dict[str, int]) -> bool:
    """Whether a token at the edge is likelier a word as it stands than backwards."""
    word = "".join(_WORD.findall(token)).lower()
    if word in ranks or word[::-1] in ranks:
        return ranks.get(word, 9_999) <= ranks.get(word[::-1], 9_999)
    return english.bits(word) > english.bits(word[::-1])


def _turned(part: str) -> str:
    whole = part[::-1]
    each = re.sub(r"\S+", lambda match: match[0][::-1], part)
    return each if _order(each) > _order(whole) else whole


def _order(text: str) -> float:
    """How well the words' order is English: common pairs, and capitals where a sentence begins."""
    words = _WORD.findall(text.lower())
    pairs = sum(f"{one} {other}" in _pairs() for one, other in pairwise(words))
    begins = len(_BEGINNING.findall(text)) - len(_BROKEN.findall(text))
    first = text.lstrip()[:1]
    edges = 0.3 * (first.isupper() or first == '"') + 0.4 * (text.rstrip()[-1:] in ".!?")
    return pairs + 0.8 * begins + edges
