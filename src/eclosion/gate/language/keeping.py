"""A trained scorer as bytes and back. JSON, packed; no pickle, because a supply's folder is data and not code."""

from __future__ import annotations

import gzip
import json

from eclosion.gate.language.adjacency import Adjacency
from eclosion.gate.language.errors import ItemsUnreadable
from eclosion.gate.language.features import Background
from eclosion.gate.language.training import TrainedScorer
from eclosion.gate.language.words import Rarity

VERSION = 1


def keep_scorer(scorer: TrainedScorer) -> bytes:
    """As it is written down."""
    rarity, adjacency, encoder = scorer.background
    assert encoder is None, "an encoder is the operator's own and is not kept"
    value = {
        "version": VERSION,
        "rarity": [rarity.counts, rarity.total],
        "adjacency": adjacency.known,
        "models": [model.model_to_string() for model in scorer.models],
    }
    return gzip.compress(json.dumps(value).encode(), mtime=0)


def read_scorer(raw: bytes) -> TrainedScorer:
    """As it is read back. Needs the extra `attack`.

    Raises:
        ItemsUnreadable: these bytes are no scorer.
    """
    import lightgbm

    try:
        value = json.loads(gzip.decompress(raw))
        if value["version"] != VERSION:
            raise ItemsUnreadable("The scorer is of another version.", "Prepare the supply again.")
        background = Background(Rarity(*value["rarity"]), Adjacency(value["adjacency"]))
        models = [lightgbm.Booster(model_str=text) for text in value["models"]]
    except (OSError, EOFError, KeyError, TypeError, ValueError):
        raise ItemsUnreadable("This is not a scorer.", "Prepare the supply again.") from None
    return TrainedScorer(background, models)
