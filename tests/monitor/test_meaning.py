"""The vectors of words: what is alike is near, and the table that ships is the one that training writes."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest

from eclosion.monitor import meaning
from eclosion.monitor.training.meaning import narrowed
from eclosion.monitor.training.minilm import MiniLM

WIDTH, WIDE = 8, 16
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "pass", "##word", "key"]


def nearness(one: str, other: str) -> float:
    first, second = (meaning.of(words.split()) for words in (one, other))
    return float(first @ second / np.linalg.norm(first) / np.linalg.norm(second))


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [
        ("password", "passwords", "banana"),
        ("verification code", "security code", "wheat field"),
        ("paste", "copy", "river"),
        ("owner", "owners", "weather"),
    ],
)
def test_words_that_are_used_alike_are_near(word: str, near: str, far: str) -> None:
    assert nearness(word, near) > nearness(word, far) + 0.2


def test_unknown_words_mean_nothing_and_known_pairs_are_one() -> None:
    assert not meaning.of(["qzxv", "wvvq"]).any()
    assert len(meaning.rows_of(["your", "seed", "phrase"])) == 2
    assert len(meaning.rows_of(["your", "phrase", "seed"])) == 3
    assert meaning.rows_of([]) == []


def test_frequent_words_are_short() -> None:
    assert np.linalg.norm(meaning.of(["the"])) < np.linalg.norm(meaning.of(["meadow"])) / 2


def test_vectors_are_read_as_they_were_written(tmp_path: Path) -> None:
    rows = np.random.default_rng(7).normal(size=(3, 5)).astype(np.float32)
    meaning.write(tmp_path / "few.npz", ["one", "two", "one two"], rows)
    numbers, read = meaning.read(tmp_path / "few.npz")
    assert numbers == {"one": 0, "two": 1, "one two": 2}
    assert np.abs(read - rows).max() < np.abs(rows).max() / 100


def write_model(folder: Path) -> None:
    """A model of one layer with weights that are drawn, in the files of the real one."""
    draw = np.random.default_rng(1)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(PIECES), WIDTH),
        "embeddings.position_embeddings.weight": (16, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
    }
    layer = "encoder.layer.0"
    for name in ("attention.self.query", "attention.self.key", "attention.self.value"):
        shapes[f"{layer}.{name}.weight"] = (WIDTH, WIDTH)
        shapes[f"{layer}.{name}.bias"] = (WIDTH,)
    for name, size in (
        ("attention.output.dense", (WIDTH, WIDTH)),
        ("intermediate.dense", (WIDE, WIDTH)),
        ("output.dense", (WIDTH, WIDE)),
    ):
        shapes[f"{layer}.{name}.weight"] = size
        shapes[f"{layer}.{name}.bias"] = size[:1]
    for norm in ("embeddings", f"{layer}.attention.output", f"{layer}.output"):
        shapes[f"{norm}.LayerNorm.weight"] = shapes[f"{norm}.LayerNorm.bias"] = (WIDTH,)
    header: dict[str, object] = {}
    body = b""
    for name, shape in shapes.items():
        data = draw.normal(size=shape).astype("<f4").tobytes()
        header[name] = {
            "dtype": "F32",
            "shape": shape,
            "data_offsets": (len(body), len(body) + len(data)),
        }
        body += data
    written = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(written)) + written + body)
    (folder / "vocab.txt").write_text("\n".join(PIECES), "utf-8")
    config = {"num_hidden_layers": 1, "num_attention_heads": 2, "layer_norm_eps": 1e-12}
    (folder / "config.json").write_text(json.dumps(config), "utf-8")


def test_model_reads_words_by_their_pieces_and_order(tmp_path: Path) -> None:
    write_model(tmp_path)
    model = MiniLM(tmp_path)
    found = model.vectors_of(["password", "key", "key password", "password key", "passwort", "pet"])
    assert found.shape == (6, WIDTH)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.abs(found[2] - found[3]).max() > 0.01
    assert found[4] == pytest.approx(found[5], abs=1e-6)  # neither is known
    assert np.abs(found[0] - found[4]).max() > 0.01
    assert model.vectors_of(["password"])[0] == pytest.approx(found[0], abs=1e-5)


def test_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    write_model(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"PK\x03\x04" * 10)
    with pytest.raises(ValueError, match="safetensors"):
        MiniLM(tmp_path)


def test_narrow_vectors_keep_what_differs_most() -> None:
    draw = np.random.default_rng(3)
    wide = draw.normal(size=(300, 200)).astype(np.float32)
    wide[:150, 0] += 40
    found = narrowed(wide)
    assert found.shape == (300, 96)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-4)
    assert abs(found[:150, 0].mean() - found[150:, 0].mean()) > 1
