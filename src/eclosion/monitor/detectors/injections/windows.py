"""Cuts a read text into windows: an injection of one sentence must not drown in a page.

A text as a whole is looked at in paragraphs that overlap by half; what is carried, in single sentences, each from
where
it begins (and from every so many tokens, for texts without marks).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from eclosion.monitor.detectors.injections.features import Read

PARAGRAPH, SENTENCE = 56, 18
"""Widths in tokens."""

Windows = npt.NDArray[np.intp]


def paragraphs_of(read: Read) -> Windows:
    """First token and the token after the last of each paragraph; shape ``(n, 2)``, at least one row."""
    tokens = read.starts.size
    if tokens <= PARAGRAPH:
        return np.array([[0, tokens]], np.intp)
    firsts = np.arange(0, tokens - PARAGRAPH // 2, PARAGRAPH // 2)
    return np.column_stack((firsts, np.minimum(firsts + PARAGRAPH, tokens)))


def sentences_of(read: Read) -> Windows:
    """The same of each sentence, with what follows it if it is shorter than the width."""
    tokens = read.starts.size
    begins = read.stops.copy()
    begins[::SENTENCE] = True
    begins[-3:] = False
    begins[0] = True
    firsts = begins.nonzero()[0]
    return np.column_stack((firsts, np.minimum(firsts + SENTENCE, tokens)))


def bytes_of(read: Read, windows: Windows) -> Windows:
    """The same windows in bytes of the text, within what was read."""
    last = read.runs.shape[1]
    starts = np.append(np.maximum(read.starts, 0), last)
    spans: Windows = np.minimum(starts[windows], last)
    return spans
