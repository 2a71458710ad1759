"""Reading an archive's files line by line, whatever is wrong with them. Memory is bounded by one batch."""

from __future__ import annotations

import lzma
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from eclosion.network.archive.records import Malformed, Notes, parse

AGENTS = ("jan2026_agents",)
SUBMOLTS = ("jan2026_submolts", "jun2026_submolts")
POSTS = ("jan2026_posts", "feb2026_posts", "jun2026_posts")
COMMENTS = ("jan2026_comments", "feb2026_comments")
ENDING = ".jsonl.xz"
LINE_MAX = 16 * 2**20
BATCH = 2_000

T = TypeVar("T")
Make = Callable[[dict[str, Any], Notes], T]


def present(folder: Path, names: tuple[str, ...]) -> list[Path]:
    """The files of these names that the archive has, those of our own exports last."""
    kind = names[0].rpartition("_")[2]
    paths = [folder / f"{name}{ENDING}" for name in (*names, kind)]
    return [path for path in paths if path.is_file()]


def batches(path: Path, make: Make[T], notes: Notes) -> Iterator[tuple[list[T], int]]:
    """A file's records in batches, with how many lines each came from; what is no record is noted and left out."""
    batch: list[T] = []
    lines = 0
    for line in _lines(path, notes):
        lines += 1
        try:
            batch.append(make(parse(line), notes))
        except Malformed:
            notes[f"{path.name}: lines that are no record"] += 1
        if lines == BATCH:
            yield batch, lines
            batch, lines = [], 0
    if lines:
        yield batch, lines


def _lines(path: Path, notes: Notes) -> Iterator[str]:
    """The lines of a file; one that is longer than ``LINE_MAX`` is passed over without being held."""
    try:
        with lzma.open(path, "rt", encoding="utf-8", errors="surrogateescape") as file:
            while line := file.readline(LINE_MAX):
                if len(line) < LINE_MAX or line.endswith("\n"):
                    if line.strip():
                        yield line
                    continue
                notes[f"{path.name}: lines that are no record"] += 1
                while (line := file.readline(LINE_MAX)) and not line.endswith("\n"):
                    pass
    except (lzma.LZMAError, EOFError):
        notes[f"{path.name}: damaged, read up to the damage"] += 1
