"""Weighs a text with the learned weights: its highest window, where that is, and how sure it is."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from eclosion.monitor.detectors.injections import features, weights
from eclosion.monitor.detectors.injections.windows import (
    PARAGRAPH,
    Windows,
    bytes_of,
    paragraphs_of,
    sentences_of,
)


class Weighed(NamedTuple):
    """The highest window of a text.

    Attributes:
        margin: its score less the threshold; above 0 it is an injection.
        start, end: where it stands, in bytes of the text.
    """

    margin: float
    start: int
    end: int


def weigh_whole(read: features.Read) -> Weighed:
    """The text in paragraphs, as somebody's words."""
    head = weights.read()["said"]
    if read.starts.size <= PARAGRAPH:
        return _only(read, head)
    return _highest(read, paragraphs_of(read), head, weights.SHORT_SAID)


def weigh_sentences(read: features.Read) -> Weighed:
    """The text in sentences, as what a mail, a page or a tool carries."""
    head = weights.read()["carried"]
    return _highest(read, sentences_of(read), head, weights.SHORT_CARRIED)


def confidence(margin: float) -> float:
    """How sure a margin is, 0.5 at the threshold; the scores are log-odds."""
    return round(1 / (1 + math.exp(-max(-6.0, min(6.0, margin)))), 2)


def _only(read: features.Read, head: weights.Head) -> Weighed:
    """The one window of a short text: the same figures in fewer steps, since most texts are short."""
    total = head.grams[read.grams.ravel()].sum() + head.runs[read.runs.ravel()].sum()
    score = float(total) / math.sqrt(read.grams.size + read.runs.size) + head.bias
    return Weighed(score - head.short, 0, read.runs.shape[1])


def _highest(read: features.Read, windows: Windows, head: weights.Head, short: int) -> Weighed:
    spans = bytes_of(read, windows)
    tokens = windows[:, 1] - windows[:, 0]
    width = spans[:, 1] - spans[:, 0]
    sums = _over(head.grams[read.grams].sum(0), windows) + _over(head.runs[read.runs].sum(0), spans)
    counts = len(read.grams) * tokens + len(read.runs) * width
    scores = sums / np.sqrt(np.maximum(counts, 1)) + head.bias
    best = int(scores.argmax())
    limit = head.short if len(windows) <= short else head.long
    return Weighed(float(scores[best]) - limit, int(spans[best, 0]), int(spans[best, 1]))


def _over(values: weights.Floats, windows: Windows) -> weights.Floats:
    sums = np.zeros(values.size + 1, np.float32)
    np.cumsum(values, out=sums[1:])
    return sums[windows[:, 1]] - sums[windows[:, 0]]
