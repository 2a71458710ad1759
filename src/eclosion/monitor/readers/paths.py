"""Which files are meant: files, folders with all that is below them, and patterns; each once."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from eclosion.kernel.errors import NotFound

PASSED_OVER = {".git", "node_modules", "__pycache__", ".venv"}
"""Folders of programs' own, within a folder that was named; name them to have them read."""


class NoSuchFile(NotFound):
    """There is no such file or folder."""

    code = "no_such_file"


def files_in(paths: Iterable[str | Path]) -> Iterator[Path]:
    """The files that are meant, in a steady order.

    Links to folders are not followed; a file that is reached twice is given once. What is no file (a device, a pipe) is
    only read if it was named itself.

    Raises:
        NoSuchFile: nothing is there under one of the names.
    """
    seen: set[tuple[int, int]] = set()
    for path in paths:
        for one in _named(path):
            try:
                told = one.stat()
            except OSError:
                continue  # it has just gone
            if (told.st_dev, told.st_ino) not in seen:
                seen.add((told.st_dev, told.st_ino))
                yield one


def _named(given: str | Path) -> Iterator[Path]:
    path = Path(given).expanduser()
    if path.is_dir():
        yield from _below(path)
    elif path.exists():
        yield path
    else:
        found = sorted(glob.glob(str(path), recursive=True)) if glob.has_magic(str(path)) else []  # noqa: PTH207 - the pattern may be absolute
        if not found:
            raise NoSuchFile(
                f"There is no file or folder {path}.", "Patterns need quotes in most shells."
            )
        for one in found:
            yield from _below(Path(one)) if Path(one).is_dir() else [Path(one)]


def _below(folder: Path) -> Iterator[Path]:
    for at, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in PASSED_OVER)
        for name in sorted(files):
            path = Path(at) / name
            if path.is_file():
                yield path
