"""Trains the weights of lures; one command, the same weights each time.

    python -m eclosion.monitor.training.lures --data FOLDER

FOLDER holds ``moltbook/feb2026_*.jsonl.xz`` (CC BY 4.0); everything else ships. It needs scipy and takes half a minute.

Logistic regression over places where a secret is named. Of a lure only the place that weighs most is surely an ask, so
it is fitted twice; then a small network over the meaning of words (``lure_sense``). The threshold and the confidence
come from scores of texts whose whole family was left out of the fit (five folds of families); what is held out in the
public set is not looked at.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from eclosion.monitor.detectors.lures import features, gate, judging, model, sense, speech
from eclosion.monitor.training import lure_sense
from eclosion.monitor.training.lure_texts import FEED, GRAMMAR, Taught, read_taught

FOLDS = 5
STRENGTH = 30.0
"""Inverse of the regularisation."""
STEPS_MOST = 45
SEEN_LEAST = 3
FALSE_ALARMS = 0.005
"""Of harmless texts of families left out, so many may lie above the threshold."""
PASSED_BY = 0.015
"""So many of the lures that would be found may be passed by at the first look."""
FAMILY_COUNTS, GRAMMAR_COUNTS, LEAST_COUNTS = 12.0, 0.2, 0.1
"""A family counts as this many texts however many were composed of it; a text of the grammar as a fifth of one."""
LONGEST = 20_000

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Rows(NamedTuple):
    """Places as rows of a matrix: each with its text's number, its label and its weight."""

    matrix: Any
    owners: npt.NDArray[np.intp]
    labels: Bools
    counts: npt.NDArray[np.float32]


class Fitted(NamedTuple):
    """Weights by feature (the last is the bias), and the network by meaning."""

    weights: Floats
    network: sense.Sense

    def scores(self, rows: Rows, meant: npt.NDArray[np.float32], kept: Bools) -> Floats:
        """The score of each place that is kept."""
        told = rows.matrix[kept] @ self.weights[:-1] + self.weights[-1]
        found = (1 - sense.SHARE) * told + sense.SHARE * sense.weigh(self.network, meant[kept])
        return np.asarray(found, np.float64)


def main() -> None:
    """Read, set the threshold on families left out, fit all, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="what to learn from")
    parser.add_argument("--to", type=Path, default=model.FILE, help="where to write")
    given = parser.parse_args()
    taught = read_taught(given.data)
    names, rows = rows_of(taught, features.features_at)
    meant = meant_by(taught)
    scores = scores_left_out(taught, rows, meant)
    threshold, slope, shift = figures_of(taught, scores)
    fitted = fit_both(rows, meant, np.ones(rows.owners.size, bool))
    words, first, first_least = first_look(taught, scores > threshold)
    figures = model.Figures(
        float(fitted.weights[-1]), threshold, float(first[-1]), first_least, slope, shift
    )
    told = _named(names, fitted.weights)
    model.write(given.to, told, _named(words, first), fitted.network, figures)
    sys.stdout.write(f"{given.to.name}: {given.to.stat().st_size:,} bytes\n")


def _named(names: Sequence[str], fitted: Floats) -> dict[str, float]:
    return dict(zip(names, fitted[:-1].tolist(), strict=True))


def rows_of(
    taught: Sequence[Taught], look: Callable[[bytes, int], set[str]]
) -> tuple[list[str], Rows]:
    """Every place of every text, over the features that were seen often enough, and these."""
    from scipy.sparse import csr_matrix

    found: list[set[str]] = []
    owners: list[int] = []
    for number, data, place in _places(taught):
        found.append(look(data, place))
        owners.append(number)
    seen = Counter(name for row in found for name in row)
    names = sorted(name for name, times in seen.items() if times >= SEEN_LEAST)
    columns = {name: number for number, name in enumerate(names)}
    indices = [sorted(columns[name] for name in row if name in columns) for row in found]
    lengths = np.array([len(row) for row in indices])
    sizes = np.array([len(row) for row in found])
    matrix = csr_matrix(
        (
            np.repeat(1 / np.sqrt(sizes), lengths).astype(np.float32),
            np.concatenate([np.array(row, np.intp) for row in indices]),
            np.concatenate(([0], lengths.cumsum())),
        ),
        shape=(len(found), len(names)),
    )
    owned = np.array(owners)
    labels = np.array([one.is_lure for one in taught])[owned]
    return names, Rows(matrix, owned, labels, _counts(taught)[owned])


def _places(taught: Sequence[Taught]) -> Iterator[tuple[int, bytes, int]]:
    for number, one in enumerate(taught):
        data = speech.blank_mentions(one.text[:LONGEST]).encode("utf-8", "replace")
        for place in gate.places_of_secrets(data):
            yield number, data, place


def meant_by(taught: Sequence[Taught]) -> npt.NDArray[np.float32]:
    """Every place of every text as the network reads it."""
    return np.array(
        [sense.inputs_of(features.around(data, place)) for _, data, place in _places(taught)]
    )


def _counts(taught: Sequence[Taught]) -> npt.NDArray[np.float32]:
    sizes = Counter(one.family for one in taught)
    fixed = {FEED: 1.0, GRAMMAR: GRAMMAR_COUNTS}
    counts = [
        fixed.get(one.family, max(LEAST_COUNTS, min(1.0, FAMILY_COUNTS / sizes[one.family])))
        for one in taught
    ]
    return np.array(counts, np.float32)


def fit_both(rows: Rows, meant: npt.NDArray[np.float32], kept: Bools) -> Fitted:
    """The weights, and the network on the places that weigh most."""
    weights = fit(rows, kept)
    told = kept & _likely(rows, weights)
    return Fitted(weights, lure_sense.fit(meant[told], rows.labels[told], rows.counts[told]))


def fit(rows: Rows, kept: Bools) -> Floats:
    """Logistic regression with L2 (L-BFGS); the last weight is the bias."""
    alone = np.bincount(rows.owners)[rows.owners] == 1
    start = np.zeros(rows.matrix.shape[1] + 1)
    fitted = _descend(rows, kept & (~rows.labels | alone), start)
    return _descend(rows, kept & _likely(rows, fitted), fitted)


def _likely(rows: Rows, weights: Floats) -> Bools:
    """Every place of a harmless text; of a lure that which weighs most."""
    scores = rows.matrix @ weights[:-1] + weights[-1]
    best = np.full(rows.owners.max() + 1, -np.inf)
    np.maximum.at(best, rows.owners, scores)
    return np.asarray(~rows.labels | (scores >= best[rows.owners]))


def _descend(rows: Rows, kept: Bools, start: Floats) -> Floats:
    from scipy.optimize import minimize

    matrix = rows.matrix[kept]
    turned = matrix.T.tocsr()
    counts = rows.counts[kept]
    signs = np.where(rows.labels[kept], 1.0, -1.0).astype(np.float32)

    def loss(theta: Floats) -> tuple[float, Floats]:
        margins = signs * (matrix @ theta[:-1].astype(np.float32) + np.float32(theta[-1]))
        pull = -signs * counts / (1 + np.exp(np.clip(margins, -60, 60)))
        slope = np.append(turned @ pull + theta[:-1] / STRENGTH, pull.sum())
        total = float((counts * np.logaddexp(0, -margins)).sum())
        return total + float((theta[:-1] ** 2).sum()) / (2 * STRENGTH), slope

    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS_MOST})
    return np.asarray(found.x)


def scores_left_out(taught: Sequence[Taught], rows: Rows, meant: npt.NDArray[np.float32]) -> Floats:
    """The score of each text by weights that know nothing of its family, with what the rules add; -inf without a place.

    Texts of the grammar are in every fit and get no score.
    """
    folds = np.array([_fold(number, one) for number, one in enumerate(taught)])
    scores = np.full(len(taught), -np.inf)
    for fold in range(FOLDS):
        aside = folds[rows.owners] == fold
        fitted = fit_both(rows, meant, ~aside)
        np.maximum.at(scores, rows.owners[aside], fitted.scores(rows, meant, aside))
    asked = [
        scores[number] > -np.inf and judging.asks_by_rule(one.text)
        for number, one in enumerate(taught)
    ]
    return scores + model.RULE * np.array(asked)


def first_look(taught: Sequence[Taught], found: Bools) -> tuple[list[str], Floats, float]:
    """Words and weights of the first look, and the least that lets nearly every lure pass that is found after it.

    It tells lures from what agents say every day, and leaves it to the second look to tell them from their likes.
    """
    words, rows = rows_of(
        taught, lambda data, place: {one.decode() for one in features.words_near(data, place)}
    )
    folds = np.array([_fold(number, one) for number, one in enumerate(taught)])
    everyday = np.array([one.family == FEED for one in taught])
    kept = rows.labels | everyday[rows.owners]
    best = np.full(len(taught), -np.inf)
    for fold in range(FOLDS):
        aside = folds[rows.owners] == fold
        fitted = fit(rows, kept & ~aside)
        np.maximum.at(best, rows.owners[aside], rows.matrix[aside] @ fitted[:-1] + fitted[-1])
    lures = found & np.array([one.is_lure and one.family != GRAMMAR for one in taught])
    posts = everyday & (best > -np.inf)
    least = float(np.quantile(best[lures], PASSED_BY))
    sys.stdout.write(
        f"first look: {(best[posts] >= least).mean():.1%} of posts with a place pass\n"
    )
    return words, fit(rows, kept), least


def _fold(number: int, one: Taught) -> int:
    if one.family == GRAMMAR:
        return FOLDS
    name = f"{FEED} {number}" if one.family == FEED else one.family
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) % FOLDS


def figures_of(taught: Sequence[Taught], scores: Floats) -> tuple[float, float, float]:
    """Threshold, slope and shift; and what they come to, on standard output."""
    written = np.array([one.family not in {FEED, GRAMMAR} for one in taught])
    lures = np.array([one.is_lure for one in taught])
    threshold = float(np.quantile(scores[written & ~lures], 1 - FALSE_ALARMS, method="higher"))
    feed = np.array([one.family == FEED for one in taught])
    told = {
        "lures": scores[written & lures] > threshold,
        "harmless": scores[written & ~lures] > threshold,
        "posts": scores[feed] > threshold,
    }
    for name, above in told.items():
        sys.stdout.write(f"families left out, {name}: {above.sum()} of {above.size} above\n")
    kept = written & (scores > -np.inf)
    slope, shift = _logistic(scores[kept], lures[kept])
    sys.stdout.write(f"threshold {threshold:.2f}, slope {slope:.2f}, shift {shift:.2f}\n")
    return threshold, slope, shift


def _logistic(scores: Floats, labels: Bools) -> tuple[float, float]:
    """Slope and shift of the curve from scores to shares of lures (Platt 1999)."""
    from scipy.optimize import minimize

    signs = np.where(labels, 1.0, -1.0)

    def loss(theta: Floats) -> float:
        return float(np.logaddexp(0, -signs * (theta[0] * scores + theta[1])).sum())

    found = minimize(loss, np.array([1.0, 0.0]), method="BFGS")
    return float(found.x[0]), float(found.x[1])


if __name__ == "__main__":
    main()
