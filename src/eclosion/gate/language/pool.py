"""Texts that wait in a folder: entrants' own paragraphs, or posts that are held before publication.

Each text is handed out once (a journal on disk), and never for agents of the owner root that it came from. Only its
owner reads the folder's files.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import NamedTuple

from eclosion.gate.language.errors import CorpusUnreadable
from eclosion.gate.language.journal import Journal
from eclosion.gate.language.model import Text

TEXTS, USED = "texts.jsonl", "texts-used.journal"
BODY_CHARS_MAX = 100_000


class _Line(NamedTuple):
    at: int
    owner_root: str


class PoolTexts:
    """A folder of waiting texts, shared by any number of processes. Fills the protocol ``live.Texts``."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = folder / TEXTS
        self._journal = Journal(folder / USED)
        self._lines: list[_Line] = []
        self._known_bytes = 0

    def add(self, text: Text) -> None:
        """Put a text in. It must never have been published, nor be published before it was used or given up.

        Raises:
            CorpusUnreadable: it is longer than a text may be.
        """
        if len(text.body) > BODY_CHARS_MAX:
            raise CorpusUnreadable(f"A text has at most {BODY_CHARS_MAX:,} characters.")
        line = json.dumps(text._asdict(), ensure_ascii=True).encode() + b"\n"
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            size = os.fstat(file).st_size
            if size and os.pread(file, 1, size - 1) != b"\n":
                line = b"\n" + line  # a torn line stands alone and is skipped
            while line:
                line = line[os.write(file, line) :]
            os.fsync(file)
        finally:
            os.close(file)

    def take(self, count: int, without_root: str) -> Sequence[Text]:
        """Up to ``count`` waiting texts, oldest first, none of this root; without a root, only texts of nobody's."""
        self._look()

        def choose(used: AbstractSet[int]) -> list[int]:
            free = (
                number
                for number, line in enumerate(self._lines)
                if number not in used and line.at >= 0 and _may_take(without_root, line.owner_root)
            )
            return [number for number, _ in zip(free, range(count), strict=False)]

        numbers = self._journal.claim(choose)
        if not numbers:
            return []
        with self._path.open("rb") as file:
            found = []
            for number in numbers:
                file.seek(self._lines[number].at)
                found.append(Text(**json.loads(file.readline())))
        return found

    def waiting(self) -> int:
        """How many texts are unused."""
        self._look()
        used = self._journal.used()
        return sum(line.at >= 0 and at not in used for at, line in enumerate(self._lines))

    def _look(self) -> None:
        """Learn of lines that were added since, by whomever. An unfinished last line is left for later."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._known_bytes)
                for raw in file:
                    if not raw.endswith(b"\n"):
                        break
                    self._lines.append(_line(raw, self._known_bytes))
                    self._known_bytes += len(raw)
        except FileNotFoundError:
            return


def _line(raw: bytes, at: int) -> _Line:
    try:
        return _Line(at, Text(**json.loads(raw)).owner_root)
    except (ValueError, TypeError):
        return _Line(-1, "")


def _may_take(asking: str, owner: str) -> bool:
    return not owner or asking not in {"", owner}
