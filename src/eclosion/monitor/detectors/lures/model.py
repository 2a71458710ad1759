"""Weighs a place where a secret is named: does the speaker ask for it?

The weights are learned (``python -m eclosion.monitor.training.lures``) and ship in ``weights.npz``: features by name,
each weight in one byte, as the sign and the root of its size. Thresholds and the figures that turn a score into a
confidence come from families of texts that the weights, at that moment, had not seen. A small network (``sense``) that
knows words by their meaning has its share of each score.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from eclosion.monitor.detectors.lures import features, gate, sense

FILE = Path(__file__).with_name("weights.npz")
RULE = 2.5
"""What a sentence that the rules of speech take for a request adds to the score."""
DOUBT = 1.0
"""A place may weigh so much less as it stands than when what is quoted around it is blanked out."""
MOST_SURE = 0.98
_STEPS = 127


class Figures(NamedTuple):
    """What belongs to the weights.

    Attributes:
        bias: added to every score.
        threshold: above it a message is a lure.
        first_bias, first_least: the same two of the first look, which passes most places by.
        slope, shift: of the logistic curve that makes a probability of a score (Platt 1999).
    """

    bias: float
    threshold: float
    first_bias: float
    first_least: float
    slope: float
    shift: float


class Learned(NamedTuple):
    """The weights by feature, those of the first look by word, the network, and what belongs to them."""

    weights: dict[str, float]
    first: dict[bytes, float]
    sense: sense.Sense
    figures: Figures


class Weighed(NamedTuple):
    """The place of a text that weighs most: its score, and where it ends, in bytes."""

    score: float
    place: int


def write(
    file: Path,
    weights: Mapping[str, float],
    first: Mapping[str, float],
    network: sense.Sense,
    figures: Figures,
) -> None:
    """Write weights, rounded, without those that are rounded to nothing."""
    with file.open("wb") as opened:
        np.savez_compressed(
            opened,
            version=np.array(features.VERSION),
            figures=np.array(figures),
            **_packed("full", weights),
            **_packed("first", first),
            **_halved(network),
        )


def _packed(kind: str, weights: Mapping[str, float]) -> dict[str, Any]:
    most = max(abs(one) for one in weights.values())
    packed = {
        name: round(math.copysign(math.sqrt(abs(weight) / most) * _STEPS, weight))
        for name, weight in sorted(weights.items())
    }
    kept = {name: steps for name, steps in packed.items() if abs(steps) > _STEPS // 16}
    return {
        f"{kind}_names": np.frombuffer("\t".join(kept).encode(), np.uint8),
        f"{kind}_steps": np.array(list(kept.values()), np.int8),
        f"{kind}_most": np.array(most),
    }


def _halved(network: sense.Sense) -> dict[str, Any]:
    parts = zip(sense.Sense._fields, network, strict=True)
    return {f"sense_{name}": np.asarray(one, np.float16) for name, one in parts}


def _unpacked(arrays: Mapping[str, Any], kind: str) -> dict[str, float]:
    parts = arrays[f"{kind}_steps"].astype(float) / _STEPS
    names = bytes(arrays[f"{kind}_names"]).decode().split("\t")
    sizes = np.sign(parts) * parts * parts * float(arrays[f"{kind}_most"])
    return dict(zip(names, sizes.tolist(), strict=True))


@cache
def read(file: Path = FILE) -> Learned:
    """The weights that ship.

    Raises:
        RuntimeError: they were trained for other features.
    """
    with np.load(file, allow_pickle=False) as arrays:
        if int(arrays["version"]) != features.VERSION:
            raise RuntimeError(f"{file.name} is of version {arrays['version']}")
        first = {name.encode(): one for name, one in _unpacked(arrays, "first").items()}
        figures = Figures(*(float(one) for one in arrays["figures"]))
        hidden, hidden_bias, out, out_bias = (
            np.asarray(arrays[f"sense_{name}"], np.float32) for name in sense.Sense._fields
        )
        network = sense.Sense(hidden, hidden_bias, out, float(out_bias))
        return Learned(_unpacked(arrays, "full"), first, network, figures)


def weigh(data: bytes, places: list[int]) -> Weighed:
    """The highest of the places of a text (UTF-8); minus infinity if a first look passes all of them by."""
    weights, first, network, figures = read()
    known = first.keys()
    best = Weighed(-math.inf, 0)
    for place in places:
        near = features.words_near(data, place)
        total = sum([first[one] for one in known & near])
        if total / math.sqrt(len(near) or 1) + figures.first_bias < figures.first_least:
            continue
        seen = features.around(data, place)
        found = features.features_of(seen)
        total = sum([weights[one] for one in weights.keys() & found])
        told = total / math.sqrt(len(found)) + figures.bias
        meant = float(sense.weigh(network, sense.inputs_of(seen)))
        score = (1 - sense.SHARE) * told + sense.SHARE * meant
        if score > best.score:
            best = Weighed(score, place)
    return best


def weigh_text(text: str) -> Weighed | None:
    """The same of a text, or None if it names nothing that may open something."""
    data = text.encode("utf-8", "replace")
    places = gate.places_of_secrets(data)
    return weigh(data, places) if places else None


def confidence(score: float) -> float:
    """How likely a score is a lure, as far as the texts it was set on are like those that are met; 0 to 1."""
    figures = read().figures
    power = max(-30.0, min(30.0, figures.slope * score + figures.shift))
    return round(min(1 / (1 + math.exp(-power)), MOST_SURE), 2)
