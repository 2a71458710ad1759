"""The last report of ``eclosion monitor``, kept in the user's cache, for explaining its findings by id.

What always holds: only what was told is kept, with secrets redacted, in a folder that nobody else may read; a cache
that cannot be written is no error. Each run writes a file of its own that takes the last one's name at once, so two
runs do not mix.
"""

from __future__ import annotations

import json
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from eclosion.cli.reporting.documents import as_line

if TYPE_CHECKING:
    from eclosion.cli.reporting import Entry

NAME = "last-report.jsonl"
ENTRIES_MAX = 20_000


def cache_folder() -> Path | None:
    """The monitor's place in the user's cache (XDG Base Directory); None without a home."""
    try:
        home = Path.home()
    except RuntimeError:
        return None
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (named if named.is_absolute() else home / ".cache") / "eclosion" / "monitor"


class LastReport:
    """Keeps a report while it is written."""

    def __init__(self) -> None:
        self._file: IO[str] | None = None
        self._kept = 0
        folder = cache_folder()
        if folder is not None:
            with suppress(OSError):
                self._file = _begin(folder)

    def add(self, entry: Entry) -> None:
        """Keep a finding, as long as there is room."""
        if self._file is None or self._kept >= ENTRIES_MAX:
            return
        self._kept += 1
        try:
            self._file.write(json.dumps(as_line(entry)) + "\n")
            self._file.flush()
        except OSError:
            self.close()

    def close(self) -> None:
        """There is no more."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            self._file = None


def read_last() -> tuple[Path, list[dict[str, Any]]]:
    """Where the last report is kept, and what it holds; nothing if there is none."""
    folder = cache_folder()
    if folder is None:
        return Path(NAME), []
    path = folder / NAME
    found: list[dict[str, Any]] = []
    with suppress(OSError, ValueError):
        if _is_private(path):
            found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return path, found


def _begin(folder: Path) -> IO[str] | None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _is_private(folder):
        return None
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as made:
        path = Path(made.name)
    file = path.open("w", encoding="utf-8")  # made for us alone by tempfile
    path.replace(folder / NAME)
    return file


def _is_private(path: Path) -> bool:
    """Whether it is no link, belongs to us, and nobody else may write to it."""
    told = path.lstat()
    is_plain = stat.S_ISREG(told.st_mode) or stat.S_ISDIR(told.st_mode)
    return is_plain and told.st_uid == os.geteuid() and not told.st_mode & 0o022
