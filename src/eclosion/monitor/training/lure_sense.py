"""Fits the small network of lures by the meaning of words: Adam, with units left out at random, the same each time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from eclosion.monitor.detectors.lures.sense import Sense

UNITS = 48
ROUNDS = 6
BATCH = 256
LEFT_OUT = 0.3
DECAY = 1e-4
STEP = 2e-3
NETWORKS = 2
"""So many are fitted from different starts; what ships is their mean, as one network."""

Floats = npt.NDArray[np.float32]


class _Batch(NamedTuple):
    inputs: Floats
    labels: Floats
    counts: Floats


def fit(inputs: Floats, labels: npt.NDArray[np.bool_], counts: Floats) -> Sense:
    """The mean of networks that tell the rows of lures from the others."""
    rows = _Batch(inputs, labels.astype(np.float32), counts)
    fitted = [_fit_one(rows, np.random.default_rng(seed)) for seed in range(NETWORKS)]
    return Sense(
        np.concatenate([one[0] for one in fitted], axis=1),
        np.concatenate([one[1] for one in fitted]),
        np.asarray(np.concatenate([one[2] for one in fitted]) / NETWORKS, np.float32),
        float(np.mean([one[3] for one in fitted])),
    )


def _fit_one(rows: _Batch, draw: np.random.Generator) -> list[Floats]:
    wide = rows.inputs.shape[1]
    weights = [
        draw.normal(0, 1 / 21, (wide, UNITS)).astype(np.float32),
        np.zeros(UNITS, np.float32),
        draw.normal(0, 0.2, UNITS).astype(np.float32),
        np.zeros((), np.float32),
    ]
    means = [np.zeros_like(one) for one in weights]
    squares = [np.zeros_like(one) for one in weights]
    steps = 0
    for _ in range(ROUNDS):
        order = draw.permutation(len(rows.inputs))
        for start in range(0, len(order), BATCH):
            some = order[start : start + BATCH]
            batch = _Batch(rows.inputs[some], rows.labels[some], rows.counts[some])
            steps += 1
            for number, slope in enumerate(_slopes(weights, batch, draw)):
                means[number] = 0.9 * means[number] + 0.1 * slope
                squares[number] = 0.999 * squares[number] + 0.001 * slope**2
                mean = means[number] / (1 - 0.9**steps)
                root = np.sqrt(squares[number] / (1 - 0.999**steps)) + 1e-8
                weights[number] = np.asarray(weights[number] - STEP * mean / root, np.float32)
    return weights


def _slopes(weights: list[Floats], batch: _Batch, draw: np.random.Generator) -> list[Floats]:
    """Of the loss (logistic, with decay), by each weight."""
    hidden, hidden_bias, out, out_bias = weights
    raised = batch.inputs @ hidden + hidden_bias
    kept = (draw.random(raised.shape) > LEFT_OUT) / (1 - LEFT_OUT)
    units = (np.maximum(raised, 0) * kept).astype(np.float32)
    scores = np.clip(units @ out + out_bias, -60, 60)
    pull = (1 / (1 + np.exp(-scores)) - batch.labels) * batch.counts / len(batch.labels)
    back = (np.outer(pull, out) * kept * (raised > 0)).astype(np.float32)
    return [
        batch.inputs.T @ back + DECAY * hidden,
        back.sum(axis=0),
        units.T @ pull + DECAY * out,
        np.asarray(pull.sum(), np.float32),
    ]
