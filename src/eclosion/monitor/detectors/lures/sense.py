"""What is meant around a place, by the meaning of its words: a small network over mean vectors of seven windows.

The weights of ``model`` know words and runs of kinds of words; a verb or an object that no lure of training used tells
them nothing. Here words count by what they mean (``monitor.meaning``), so that a new one weighs as its neighbours do.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from eclosion.monitor import meaning
from eclosion.monitor.detectors.lures.features import Around

SHARE = 0.3
"""How much of a score is the network's."""
WINDOWS = 7
_OBJECT, _VERB = 3, 9
"""The last three words before a place are what is named, the six before them are about the verb."""
_SCALE = 2.0

Floats = npt.NDArray[np.float32]


class Sense(NamedTuple):
    """A network with one hidden layer: weights (inputs x units) and biases of it, weights and bias of the sum."""

    hidden: Floats
    hidden_bias: Floats
    out: Floats
    out_bias: float


def inputs_of(seen: Around) -> Floats:
    """The direction of the mean vector of each window around a place, one after the other."""
    before = seen.before
    windows = (
        [*before, *seen.after],
        before[-_OBJECT:],
        before[-_VERB:-_OBJECT],
        before[:-_VERB],
        seen.after,
        seen.earlier,
        seen.following,
    )
    table = meaning.read()
    inputs = np.zeros((WINDOWS, table.rows.shape[1]), np.float32)
    for number, words in enumerate(windows):
        known = [table.numbers[word] for word in words if word in table.numbers]
        if known:
            inputs[number] = table.rows[known].sum(axis=0)
    sizes = np.sqrt(np.einsum("ij,ij->i", inputs, inputs))
    return np.asarray((inputs * (_SCALE / np.maximum(sizes, 1e-6))[:, None]).ravel(), np.float32)


def weigh(sense: Sense, inputs: Floats) -> Floats:
    """The network's score of one place, or of a row each of many."""
    return np.asarray(
        np.maximum(inputs @ sense.hidden + sense.hidden_bias, 0) @ sense.out + sense.out_bias,
        np.float32,
    )
