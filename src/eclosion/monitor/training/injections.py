"""Trains the classifier of injections; one command, the same weights each time.

    python -m eclosion.monitor.training.injections --data FOLDER

FOLDER holds what it learns from (``eclosion.monitor.bench.injection_texts`` names the files): the training splits of
s-labs (MIT), neuralchemy (Apache-2.0) and BIPIA (MIT), and ``moltbook/feb2026_*.jsonl.xz`` (CC BY 4.0) as what
agents say
every day. With them go our own texts and docstrings of Python's standard library (PSF). It needs scipy and pyarrow.

Two classifiers of the same features are fitted by logistic regression: ``said`` for texts as a whole, ``carried`` for
single sentences of what a tool, a mail or a page says. The threshold of each comes from a fifth of the texts that
is set aside, by the share of harmless ones above it; nothing of a validation split is looked at.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from eclosion.monitor.bench.injection_texts import Labelled
from eclosion.monitor.detectors.injections import features, weights
from eclosion.monitor.detectors.injections.windows import (
    Windows,
    bytes_of,
    paragraphs_of,
    sentences_of,
)
from eclosion.monitor.training.injection_corpus import carried_corpus, said_corpus
from eclosion.monitor.training.injection_words import weigh_words

CUTS = {"said": paragraphs_of, "carried": sentences_of}
FOLDS = 5
FALSE_ALARMS = {"said": (0.03, 0.008), "carried": (0.006, 0.006)}
"""Which share of the harmless texts set aside may lie above the threshold, of short ones and of long ones."""
SHORT_WINDOWS = {"said": weights.SHORT_SAID, "carried": weights.SHORT_CARRIED}
STRENGTH = 10.0
"""Inverse of the regularisation."""
STEPS_MOST = 35
SHORT_ATTACK = 400
"""Attacks of at most so many characters say which words are listened for."""

Floats = npt.NDArray[np.float64]


class Rows(NamedTuple):
    """Windows of texts as rows of a matrix, each with its text's number."""

    matrix: Any
    owners: npt.NDArray[np.intp]


def main() -> None:
    """Read, fit, set thresholds, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="what to learn from")
    parser.add_argument("--to", type=Path, default=weights.FILE, help="where to write")
    given = parser.parse_args()
    said, carried = said_corpus(given.data), carried_corpus(given.data)
    heads = {"said": train("said", said), "carried": train("carried", carried)}
    words = weigh_words(
        [one.text for one in said if one.is_attack and len(one.text) < SHORT_ATTACK],
        [one.text for one in said if one.group == "feed" and not one.is_attack],
    )
    weights.write(given.to, heads, words)
    sys.stdout.write(f"{given.to.name}: {given.to.stat().st_size:,} bytes\n")


def train(name: str, corpus: Sequence[Labelled]) -> weights.Head:
    """Fit on four fifths; the scores of the last fifth set the thresholds."""
    labels = np.array([one.is_attack for one in corpus])
    rows = rows_of([one.text for one in corpus], CUTS[name])
    aside = np.arange(len(corpus)) % FOLDS == 0
    fitted = fit(rows, labels, ~aside[rows.owners])
    scores = best_of(rows, fitted, len(corpus))
    return head_of(fitted, scores, aside, corpus, rows, name)


def rows_of(corpus: Iterable[str], cut: Callable[[features.Read], Windows]) -> Rows:
    """Every window of every text; a row is its buckets' counts over the root of their number."""
    from scipy.sparse import csr_matrix

    indices, owners, lengths = [], [], []
    for number, text in enumerate(corpus):
        read = features.read(text.encode("utf-8", "replace")[: features.MOST_BYTES])
        windows = cut(read)
        for (first, last), (begin, end) in zip(windows, bytes_of(read, windows), strict=True):
            grams = read.grams[:, first:last].ravel()
            runs = read.runs[:, begin:end].ravel() + np.uint32(features.BUCKETS)
            indices.append(np.concatenate((grams, runs)))
            owners.append(number)
            lengths.append(indices[-1].size)
    counts = np.array(lengths)
    values = np.repeat(1 / np.sqrt(np.maximum(counts, 1)), counts).astype(np.float32)
    places = np.concatenate(([0], counts.cumsum()))
    shape = (len(owners), 2 * features.BUCKETS)
    matrix = csr_matrix((values, np.concatenate(indices), places), shape=shape)
    return Rows(matrix, np.array(owners))


def fit(rows: Rows, labels: npt.NDArray[np.bool_], kept: npt.NDArray[np.bool_]) -> Floats:
    """Logistic regression with L2 (L-BFGS); the last weight is the bias.

    Of a harmless text every window is harmless; of an attack only the one that scores highest is surely an
    attack. So it
    is fitted twice: first without attacks of several windows, then with the highest window of each.
    """
    harmless = ~labels[rows.owners]
    alone = np.bincount(rows.owners)[rows.owners] == 1
    start = np.zeros(rows.matrix.shape[1] + 1)
    fitted = _descend(rows, labels, kept & (harmless | alone), start)
    chosen = _highest_of(rows, _scores(rows, fitted))
    return _descend(rows, labels, kept & (harmless | chosen), fitted)


def _descend(
    rows: Rows, labels: npt.NDArray[np.bool_], kept: npt.NDArray[np.bool_], start: Floats
) -> Floats:
    from scipy.optimize import minimize

    matrix = rows.matrix[kept]
    turned = matrix.T.tocsr()
    signs = np.where(labels[rows.owners[kept]], 1.0, -1.0)

    def loss(theta: Floats) -> tuple[float, Floats]:
        margins = signs * (matrix @ theta[:-1].astype(np.float32) + theta[-1])
        pull = -signs / (1 + np.exp(np.clip(margins, -60, 60)))
        slope = np.append(turned @ pull.astype(np.float32) + theta[:-1] / STRENGTH, pull.sum())
        total = np.logaddexp(0, -margins).sum()
        return total + (theta[:-1] ** 2).sum() / (2 * STRENGTH), slope

    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS_MOST})
    return np.asarray(found.x)


def _scores(rows: Rows, fitted: Floats) -> Floats:
    return np.asarray(rows.matrix @ fitted[:-1] + fitted[-1])


def _highest_of(rows: Rows, scores: Floats) -> npt.NDArray[np.bool_]:
    order = np.lexsort((-scores, rows.owners))
    chosen = np.zeros(scores.size, bool)
    owners = rows.owners[order]
    chosen[order[np.append(True, owners[1:] != owners[:-1])]] = True
    return chosen


def best_of(rows: Rows, fitted: Floats, texts_count: int) -> Floats:
    """The highest score of each text's windows."""
    best = np.full(texts_count, -np.inf)
    np.maximum.at(best, rows.owners, _scores(rows, fitted))
    return best


def head_of(
    fitted: Floats,
    scores: Floats,
    aside: npt.NDArray[np.bool_],
    corpus: Sequence[Labelled],
    rows: Rows,
    name: str,
) -> weights.Head:
    """The weights with the thresholds that let so many harmless texts pass."""
    grams, runs = np.split(fitted[:-1].astype(np.float32), 2)
    harmless = np.array([not one.is_attack for one in corpus])
    is_short = np.bincount(rows.owners) <= SHORT_WINDOWS[name]
    limits = [
        float(np.quantile(scores[aside & harmless & kind], 1 - most))
        for kind, most in zip((is_short, ~is_short), FALSE_ALARMS[name], strict=True)
    ]
    sys.stdout.write(
        f"{name}: {len(corpus)} texts, {rows.owners.size} windows, thresholds {limits}\n"
    )
    above = scores > np.where(is_short, *limits)
    for group in sorted({(one.group, one.is_attack) for one in corpus}):
        mine = aside & np.array([(one.group, one.is_attack) == group for one in corpus])
        if not mine.any():
            continue
        kind = "attacks" if group[1] else "harmless"
        sys.stdout.write(
            f"  {group[0]} ({kind}): {above[mine].mean():.3f} of {mine.sum()} above, set aside\n"
        )
    return weights.Head(grams, runs, float(fitted[-1]), *limits)


if __name__ == "__main__":
    main()
