"""Sentence embeddings for the harness: a BERT-like encoder read from a folder and computed with NumPy.

No weights ship. An operator who has some (all-MiniLM-L6-v2 and its kin, unpacked: `model.safetensors`, `vocab.txt`,
`config.json`) lets the balancing and the attackers see by them too, since whoever attacks may have them as well.
What always holds: nothing in the folder is run; it is numbers and words. A sentence's vector does not depend on others.
"""

from __future__ import annotations

import json
import re
import struct
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from eclosion.gate.language.errors import EncoderUnreadable

Array = Any
TOKENS_MAX = 128
BATCH = 32
_PIECES = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")


class Encoder:
    """A sentence as a unit vector: the mean of the last layer over its tokens (Reimers and Gurevych 2019)."""

    def __init__(self, folder: Path) -> None:
        """Read the weights.

        Raises:
            EncoderUnreadable: the folder does not hold such an encoder.
        """
        try:
            words = (folder / "vocab.txt").read_text("utf-8").splitlines()
            self._vocabulary = {word: at for at, word in enumerate(words)}
            self._weights = _safetensors(folder / "model.safetensors")
            config = json.loads((folder / "config.json").read_text("utf-8"))
            self._layers = int(config["num_hidden_layers"])
            self._heads = int(config["num_attention_heads"])
            self._known: dict[str, Array] = {}
            self.encode("A try.")
        except (OSError, KeyError, TypeError, ValueError, struct.error) as error:
            raise EncoderUnreadable(
                f"There is no encoder in {folder}: {error}.",
                "It takes `model.safetensors` (32 bits), `vocab.txt` and `config.json` of a BERT-like encoder.",
            ) from None

    def encode(self, text: str) -> Array:
        """The vector of a sentence; kept, since neighbours are asked for often."""
        if text not in self._known:
            self._known[text] = self._run([self._tokens(text)])[0]
        return self._known[text]

    def learn(self, texts: Iterable[str]) -> None:
        """Encode many at once, those of the same length together: several times quicker than one by one."""
        by_length: dict[int, list[tuple[str, list[int]]]] = defaultdict(list)
        for text in dict.fromkeys(texts):
            if text not in self._known:
                tokens = self._tokens(text)
                by_length[len(tokens)].append((text, tokens))
        for waiting in by_length.values():
            for at in range(0, len(waiting), BATCH):
                some = waiting[at : at + BATCH]
                vectors = self._run([tokens for _, tokens in some])
                self._known.update(zip((text for text, _ in some), vectors, strict=True))

    def cosine(self, one: str, two: str) -> float:
        """How near two sentences are, from -1 to 1."""
        return float(self.encode(one) @ self.encode(two))

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

    def _run(self, batch: list[list[int]]) -> Array:
        """The vectors of sentences that have the same number of tokens: sentences by dimensions."""
        import numpy as np

        w, size = self._weights, len(batch[0])
        x = w["embeddings.word_embeddings.weight"][np.asarray(batch)]
        x = x + w["embeddings.position_embeddings.weight"][:size]
        x = self._norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        for layer in range(self._layers):
            at = f"encoder.layer.{layer}"
            mixed = self._attend(x, f"{at}.attention")
            x = self._norm(x + mixed, f"{at}.attention.output.LayerNorm")
            inner = _gelu(self._linear(x, f"{at}.intermediate.dense"))
            x = self._norm(x + self._linear(inner, f"{at}.output.dense"), f"{at}.output.LayerNorm")
        mean = x.mean(1)
        return mean / np.linalg.norm(mean, axis=-1, keepdims=True)

    def _attend(self, x: Array, at: str) -> Array:
        import numpy as np

        many, length, width = x.shape
        size = width // self._heads
        query, key, value = (
            self._linear(x, f"{at}.self.{name}")
            .reshape(many, length, self._heads, size)
            .transpose(0, 2, 1, 3)
            for name in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / np.sqrt(np.float32(size))
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (scores / scores.sum(-1, keepdims=True)) @ value
        return self._linear(mixed.transpose(0, 2, 1, 3).reshape(x.shape), f"{at}.output.dense")

    def _linear(self, x: Array, at: str) -> Array:
        return x @ self._weights[f"{at}.weight"].T + self._weights[f"{at}.bias"]

    def _norm(self, x: Array, at: str) -> Array:
        import numpy as np

        x = x - x.mean(-1, keepdims=True)
        x = x / np.sqrt((x * x).mean(-1, keepdims=True) + np.float32(1e-12))
        return x * self._weights[f"{at}.weight"] + self._weights[f"{at}.bias"]


def _gelu(x: Array) -> Array:
    """Gaussian error linear unit; the error function by Abramowitz and Stegun 7.1.26."""
    import numpy as np

    z = np.abs(x) * np.float32(0.7071067811865476)
    t = 1 / (1 + np.float32(0.3275911) * z)
    sum_ = np.float32(1.061405429) * t - np.float32(1.453152027)
    sum_ = (sum_ * t + np.float32(1.421413741)) * t - np.float32(0.284496736)
    sum_ = (sum_ * t + np.float32(0.254829592)) * t
    return x * np.float32(0.5) * (1 + np.sign(x) * (1 - sum_ * np.exp(-z * z)))


def _safetensors(path: Path) -> dict[str, Array]:
    """The 32-bit tensors of a file: eight bytes of length, a JSON header, raw numbers."""
    import numpy as np

    raw = path.read_bytes()
    size = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8 : 8 + size])
    found = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = (8 + size + at for at in entry["data_offsets"])
        tensor = np.frombuffer(raw[start:end], np.float32).reshape(entry["shape"])
        found[name.removeprefix("bert.")] = tensor
    return found
