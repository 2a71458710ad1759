"""Trains the classifier of injections; one command, the same weights each time.

    python -m eclosion.monitor.training.injections --data FOLDER

FOLDER holds what it learns from (``eclosion.monitor.bench.injection_texts`` names the files): the training splits of
s-labs (MIT), neuralchemy (Apache-2.0) and BIPIA (MIT), and ``moltbook/feb2026_*.jsonl.xz`` (CC BY 4.0) as what
agents say
every day. With them go our own texts and docstrings of Python's standard library (PSF). It needs scipy and pyarrow.

Two classifiers of the same features are fitted by logistic regression: ``said`` for texts as a whole, ``carried`` for
single sentences of what a tool, a mail or a page says. The threshold of each comes from texts that were set aside: five
fits of four fifths each score the fifth they have not seen, and versions of one text are never on both sides. The share
of harmless ones above it is chosen. The weights that ship are of a sixth fit, of all of them. No validation split is
read.
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
FALSE_ALARMS = {"said": (0.01, 0.01), "carried": (0.02, 0.01)}
"""Which share of the harmless texts set aside may lie above the threshold, of short ones and of long ones."""
OUT_OF_COUNT = frozenset({"feed", "agent-posts"})
"""Harmless texts that do not set thresholds: of public posts more is asked when the detector runs."""
SHORT_WINDOWS = {"said": weights.SHORT_SAID, "carried": weights.SHORT_CARRIED}
STRENGTH = 40.0
"""Inverse of the regularisation. Rare features are held less tightly than common ones, by how rare they are."""
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
    """Fit on all; what fits of four fifths say of the last fifth sets the thresholds."""
    labels = np.array([one.is_attack for one in corpus])
    rows = rows_of([one.text for one in corpus], CUTS[name])
    folds = np.array([one.kin % FOLDS for one in corpus])
    scores = np.full(len(corpus), -np.inf)
    for fold in range(FOLDS):
        aside = folds == fold
        fitted = fit(rows, labels, ~aside[rows.owners])
        scores[aside] = best_of(rows, fitted, len(corpus))[aside]
    whole = fit(rows, labels, np.ones(rows.owners.size, bool))
    return head_of(whole, scores, corpus, rows, name)


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
    rarity = rarity_of(rows)
    rows = rows._replace(matrix=rows.matrix.multiply(rarity).tocsr())
    harmless = ~labels[rows.owners]
    alone = np.bincount(rows.owners)[rows.owners] == 1
    start = np.zeros(rows.matrix.shape[1] + 1)
    fitted = _descend(rows, labels, kept & (harmless | alone), start)
    chosen = _highest_of(rows, _scores(rows, fitted))
    fitted = _descend(rows, labels, kept & (harmless | chosen), fitted)
    fitted[:-1] *= rarity
    return fitted


def rarity_of(rows: Rows) -> npt.NDArray[np.float32]:
    """The log of how few windows have a feature; its mean over all counts is one, so that scores keep their size."""
    seen = np.bincount(rows.matrix.indices, minlength=rows.matrix.shape[1])
    rarity = np.log((rows.owners.size + 1) / (np.minimum(seen, rows.owners.size) + 1))
    rarity /= np.sqrt((rarity**2 * seen).sum() / seen.sum())
    return rarity.astype(np.float32)


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
    fitted: Floats, scores: Floats, corpus: Sequence[Labelled], rows: Rows, name: str
) -> weights.Head:
    """The weights with the thresholds that let so many harmless texts pass; tells what lies above them."""
    grams, runs = np.split(fitted[:-1].astype(np.float32), 2)
    counted = _counted(corpus)
    is_short = np.bincount(rows.owners) <= SHORT_WINDOWS[name]
    limits = [
        float(np.quantile(scores[counted & kind], 1 - most))
        for kind, most in zip((is_short, ~is_short), FALSE_ALARMS[name], strict=True)
    ]
    sys.stdout.write(
        f"{name}: {len(corpus)} texts, {rows.owners.size} windows, thresholds {limits}\n"
    )
    above = scores - np.where(is_short, *limits)
    for group in sorted({(one.group, one.is_attack) for one in corpus}):
        mine = np.array([(one.group, one.is_attack) == group for one in corpus])
        kind = "attacks" if group[1] else "harmless"
        highest = ", ".join(f"{one:.2f}" for one in np.quantile(above[mine], (0.97, 0.99, 0.997)))
        sys.stdout.write(
            f"  {group[0]} ({kind}): {(above[mine] > 0).mean():.3f} of {mine.sum()} above;"
            f" 97, 99 and 99.7 of 100 lie below {highest}\n"
        )
    return weights.Head(grams, runs, float(fitted[-1]), *limits)


def _counted(corpus: Sequence[Labelled]) -> npt.NDArray[np.bool_]:
    """Which harmless texts set thresholds: of versions of one text only the first, so that none counts often."""
    seen: set[int] = set()
    counted = np.zeros(len(corpus), bool)
    for number, one in enumerate(corpus):
        if not one.is_attack and one.group not in OUT_OF_COUNT and one.kin not in seen:
            seen.add(one.kin)
            counted[number] = True
    return counted


if __name__ == "__main__":
    main()
