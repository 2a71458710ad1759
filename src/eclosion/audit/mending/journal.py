"""What a fix does, written down before it is done, so that it can be taken back whatever happened in between.

A journal says for each file what its text hashes to before and after, and the pieces that change: so it is no second
copy of settings in which keys may stand. What was done need not be noted: the file on the disk is the old one or the
new one, and its hash says which.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from typing import Any, NamedTuple

from eclosion.audit.mending.drafting import Draft
from eclosion.audit.mending.modes import ModeChange
from eclosion.audit.mending.tree import Edit, applied, reverse
from eclosion.audit.mending.writing import beside_of, replace_file, sync_folder

FOLDER = ".local/state/eclosion/fixes"
NOTHING = ""
"""The hash of a file that is not there."""


class FileRecord(NamedTuple):
    """A file's change.

    Attributes:
        path: which.
        before: the SHA-256 of its text before, in hexadecimal; empty if it was not there.
        after: of its text after.
        back: the steps that lead back, in the order in which they are taken.
        modified_ns: when it had been written last.
    """

    path: str
    before: str
    after: str
    back: list[list[Edit]]
    modified_ns: int


class Journal(NamedTuple):
    """One fix.

    Attributes:
        id: by when it was made: ``20261125T120500-1``.
        files: files whose text changes.
        modes: files whose mode changes.
        rules: for the sake of which.
    """

    id: str
    files: list[FileRecord]
    modes: list[ModeChange]
    rules: list[str]

    @property
    def paths(self) -> list[str]:
        """Every file that it concerns."""
        return [*(one.path for one in self.files), *(one.path for one in self.modes)]


def record_of(draft: Draft) -> FileRecord:
    """What to write down of a draft."""
    text, back = draft.before or "", []
    for step in draft.steps:
        back.append(reverse(text, step))
        text = applied(text, step)
    modified_ns = os.stat(draft.path).st_mtime_ns if draft.before is not None else 0
    before = NOTHING if draft.before is None else hash_of(draft.before)
    return FileRecord(draft.path, before, hash_of(draft.text), back[::-1], modified_ns)


def hash_of(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def begin(home: str, files: list[FileRecord], modes: list[ModeChange], rules: list[str]) -> Journal:
    """Write down what is about to be done.

    Raises:
        OSError: it cannot be written; then nothing must be done either.
    """
    folder = os.path.join(home, FOLDER)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    now = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    number = 1
    while os.path.lexists(_path(home, f"{now}-{number}")):
        number += 1
    journal = Journal(f"{now}-{number}", files, modes, rules)
    replace_file(
        _path(home, journal.id), json.dumps(journal._asdict(), default=list, indent=1), "new"
    )
    return journal


def journals(home: str) -> list[Journal]:
    """Every fix that can be taken back, the latest first. One that cannot be read is passed over."""
    folder = os.path.join(home, FOLDER)
    try:
        names = [name for name in os.listdir(folder) if name.endswith(".json") and name[0] != "."]
    except OSError:
        return []
    found = [_read(os.path.join(folder, name)) for name in names]
    return sorted((one for one in found if one), key=_order, reverse=True)


def forget(home: str, journal: Journal) -> None:
    """Remove the record of a fix that was taken back, and the folders that are empty then."""
    folder = os.path.join(home, FOLDER)
    os.unlink(_path(home, journal.id))
    sync_folder(folder)
    while folder != home:
        try:
            os.rmdir(folder)
        except OSError:
            return
        folder = os.path.dirname(folder)


def leftovers(journal: Journal) -> list[str]:
    """Temporary files of an interrupted fix."""
    names = [beside_of(one.path, journal.id) for one in journal.files]
    return [one for one in names if os.path.lexists(one)]


def _order(journal: Journal) -> tuple[str, int]:
    stamp, _, number = journal.id.rpartition("-")
    return stamp, int(number) if number.isdigit() else 0


def _path(home: str, id_: str) -> str:
    return os.path.join(home, FOLDER, f"{id_}.json")


def _read(path: str) -> Journal | None:
    try:
        with open(path, encoding="utf-8") as file:
            told: dict[str, Any] = json.load(file)
        files = [
            FileRecord(path, before, after, [[Edit(*one) for one in step] for step in back], at)
            for path, before, after, back, at in told["files"]
        ]
        modes = [ModeChange(*row) for row in told["modes"]]
        return Journal(os.path.basename(path).removesuffix(".json"), files, modes, told["rules"])
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None
