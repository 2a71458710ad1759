"""Databases of Hyperscan, compiled once: in a process, and between processes where somebody says where to keep them.

Compiling all of the monitor's takes more than a second of processor time; reading them back takes milliseconds.
Nothing is kept unless ``keep_in`` was called, which the command line's hook does, since it is started for each tool
call. What always holds: a file is read only if it belongs to us, in a folder where nobody else may write, and bears the
digest of exactly these expressions and this library; Hyperscan itself checks the sum and the processor. Where anything
is amiss, the database is compiled as if there were no file, and a disk that is full or read-only is no error.
"""

from __future__ import annotations

import os
import platform
import stat
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import hyperscan

_folder: Path | None = None


def keep_in(folder: Path | None) -> None:
    """Keep databases in a folder from now on, which is made if need be; None keeps none."""
    global _folder  # noqa: PLW0603 - one for the process, like the databases themselves
    _folder = folder


def database(
    expressions: Sequence[bytes], ids: Sequence[int], flags: Sequence[int]
) -> hyperscan.Database:
    """A database of some expressions, with its own working memory, for blocks of text.

    Raises:
        hyperscan.error: an expression is none.
    """
    if _folder is None:
        return _compiled(expressions, ids, flags)
    file = _folder / f"{_digest(expressions, ids, flags)}.hs"
    found = _kept(file)
    if found is None:
        found = _compiled(expressions, ids, flags)
        with suppress(OSError):
            _keep(file, found)
    return found


def note(number: int, _start: int, _end: int, _flags: int, heard: Any) -> None:
    """What a scan calls for each match: the expression's number goes to the list that the scan got as its context."""
    heard.append(number)


def _compiled(
    expressions: Sequence[bytes], ids: Sequence[int], flags: Sequence[int]
) -> hyperscan.Database:
    import hyperscan

    made = hyperscan.Database()
    made.compile(expressions=list(expressions), ids=list(ids), elements=len(ids), flags=list(flags))
    return made


def _digest(expressions: Sequence[bytes], ids: Sequence[int], flags: Sequence[int]) -> str:
    import hyperscan

    about = (getattr(hyperscan, "__version__", ""), platform.machine(), tuple(ids), tuple(flags))
    hashed = blake2b(repr(about).encode(), digest_size=20)
    for one in expressions:
        hashed.update(b"%d:" % len(one) + one)
    return hashed.hexdigest()


def _kept(file: Path) -> hyperscan.Database | None:
    """What a file holds, if it may be trusted."""
    import hyperscan

    try:
        if not _is_ours(file.parent) or not _is_ours(file):
            return None
        found = hyperscan.loadb(file.read_bytes(), hyperscan.HS_MODE_BLOCK)
        found.scratch = hyperscan.Scratch(found)
    except (OSError, hyperscan.error):
        return None
    return found


def _is_ours(path: Path) -> bool:
    """Whether it is no link, belongs to us, and nobody else may write to it."""
    told = path.lstat()
    is_plain = stat.S_ISREG(told.st_mode) or stat.S_ISDIR(told.st_mode)
    return is_plain and told.st_uid == os.geteuid() and not told.st_mode & 0o022


def _keep(file: Path, made: hyperscan.Database) -> None:
    import hyperscan

    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _is_ours(file.parent):
        return
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as opened:
        opened.write(hyperscan.dumpb(made))
    Path(opened.name).replace(file)
