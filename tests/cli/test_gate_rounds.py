"""``eclosion gate prepare`` and ``attack-rounds`` with a sentence encoder."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run


def test_folder_without_an_encoder_is_refused_before_any_work(run: Run, tmp_path: Path) -> None:
    ended = run("gate", "attack-rounds", "--encoder", str(tmp_path))
    assert ended.status != 0
    assert "There is no encoder in" in ended.err
    assert "vocab.txt" in ended.err


def test_nothing_is_written_without_the_encoder_that_was_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "one.txt").write_text("A text. It is short.\n")
    place, out = str(tmp_path / "texts"), tmp_path / "supply"
    ended = run("gate", "prepare", place, "--out", str(out), "--encoder", str(tmp_path))
    assert ended.status != 0
    assert "There is no encoder in" in ended.err
    assert not out.exists()
