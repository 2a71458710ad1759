"""An encoder that an operator brings: computed as it was trained, and what it sees is balanced away."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable
from itertools import pairwise
from math import erf, sqrt
from pathlib import Path

import numpy as np
import pytest

from eclosion.gate.language.attacks import all_attackers, attack
from eclosion.gate.language.balance import make_samples, plain_samples
from eclosion.gate.language.encoder import Encoder, _gelu
from eclosion.gate.language.errors import EncoderUnreadable
from eclosion.gate.language.model import Passage
from eclosion.gate.language.passages import prepare_all
from tests.gate.language.texts import clued_texts

WIDTH, INNER, HEADS = 8, 16, 2
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "mill", "##er", "slept", ".", "cafe"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A tiny encoder with one layer and weights drawn by a seed."""
    draw = np.random.default_rng(7)
    at = "encoder.layer.0"
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(WORDS), WIDTH),
        "embeddings.position_embeddings.weight": (128, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
    }
    for name in ("query", "key", "value"):
        shapes[f"{at}.attention.self.{name}.weight"] = (WIDTH, WIDTH)
        shapes[f"{at}.attention.self.{name}.bias"] = (WIDTH,)
    for name, outer, inner in (
        ("attention.output", WIDTH, WIDTH),
        ("intermediate", INNER, WIDTH),
        ("output", WIDTH, INNER),
    ):
        shapes[f"{at}.{name}.dense.weight"] = (outer, inner)
        shapes[f"{at}.{name}.dense.bias"] = (outer,)
    for name in (
        "embeddings.LayerNorm",
        f"{at}.attention.output.LayerNorm",
        f"{at}.output.LayerNorm",
    ):
        shapes[f"{name}.weight"] = shapes[f"{name}.bias"] = (WIDTH,)
    header, raw = {}, b""
    for name, shape in shapes.items():
        tensor = draw.normal(size=shape).astype(np.float32).tobytes()
        header[name] = {
            "dtype": "F32",
            "shape": list(shape),
            "data_offsets": [len(raw), len(raw) + len(tensor)],
        }
        raw += tensor
    head = json.dumps(header).encode()
    (tmp_path / "model.safetensors").write_bytes(struct.pack("<Q", len(head)) + head + raw)
    (tmp_path / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    config = {"num_hidden_layers": 1, "num_attention_heads": HEADS}
    (tmp_path / "config.json").write_text(json.dumps(config))
    return tmp_path


def test_vectors_are_the_same_alone_and_together(folder: Path) -> None:
    texts = ["The miller slept.", "The miller.", "Slept the miller.", "The café slept."]
    alone, together = Encoder(folder), Encoder(folder)
    together.learn(texts)
    for text in texts:
        assert np.allclose(alone.encode(text), together.encode(text), atol=1e-5)
        assert abs(float(np.linalg.norm(alone.encode(text))) - 1) < 1e-5
    assert alone.cosine(texts[0], texts[1]) < 0.9999
    assert alone.cosine(texts[0], texts[0]) == pytest.approx(1, abs=1e-5)


def test_words_are_cut_as_the_model_was_trained(folder: Path) -> None:
    """The longest known pieces, accents off, an unknown word whole."""
    ids = {word: at for at, word in enumerate(WORDS)}
    found = Encoder(folder)._tokens("The MILLER slept, café.")
    expected = ["[CLS]", "the", "mill", "##er", "slept", "[UNK]", "cafe", ".", "[SEP]"]
    assert found == [ids[word] for word in expected]


def test_activation_is_the_exact_one() -> None:
    numbers = np.linspace(-6, 6, 2_001, dtype=np.float32)
    exact = [x * 0.5 * (1 + erf(x / sqrt(2))) for x in numbers.tolist()]
    assert float(np.max(np.abs(_gelu(numbers) - np.asarray(exact)))) < 2e-6


@pytest.mark.parametrize("lost", ["model.safetensors", "vocab.txt", "config.json"])
def test_folder_that_is_not_whole_is_refused(folder: Path, lost: str) -> None:
    (folder / lost).unlink()
    with pytest.raises(EncoderUnreadable, match="no encoder"):
        Encoder(folder)


def test_cut_weights_are_refused(folder: Path) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-10])
    with pytest.raises(EncoderUnreadable):
        Encoder(folder)


class Linked(Encoder):
    """Sees half of the true neighbours and a tenth of the rest, and no other number of ours can."""

    def __init__(self, passages: list[Passage]) -> None:
        self._true = {pair for passage in passages for pair in pairwise(passage.sentences)}

    def learn(self, texts: Iterable[str]) -> None:
        """Nothing."""

    def cosine(self, one: str, two: str) -> float:
        drawn = hashlib.md5(min(one, two).encode() + max(one, two).encode()).digest()[0]
        true = (one, two) in self._true or (two, one) in self._true
        return float(drawn < (128 if true else 25))


@pytest.mark.slow
def test_what_an_encoder_sees_is_balanced_away() -> None:
    """Slow: scorers are trained in five folds."""
    passages = prepare_all(clued_texts(70, seed=4, clue=0.0)).passages
    encoder = Linked(passages)
    makes = {"near": all_attackers(1, encoder)["embeddings, neighbours"]}
    blind = attack(plain_samples(passages, 3), 1, attackers=makes).attempts[0].share
    even = attack(make_samples(passages, 3, encoder=encoder), 1, attackers=makes).attempts[0].share
    assert even.asked > 20
    assert blind.low > 0.5
    assert even.high < blind.low
