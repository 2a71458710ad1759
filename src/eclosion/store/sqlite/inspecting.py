"""Looking at a database file from outside, and putting one in place: for health checks and restores."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import apsw

from eclosion.kernel.errors import Invalid
from eclosion.store.contract import StoreBroken

PROBLEMS_MAX = 20


class Look(NamedTuple):
    """What a file tells of itself: ``problems`` is empty where it is whole."""

    problems: list[str]
    schema: dict[str, int]
    size_bytes: int
    wal_bytes: int
    sqlite_version: str


def inspect(path: Path, *, thorough: bool = False) -> Look:
    """Check a database file, also one in use.

    Args:
        thorough: also hold every index against its table (``integrity_check``), which takes minutes for gigabytes.

    Raises:
        StoreBroken: it is no database, or cannot be opened.
    """
    wal = path.with_name(path.name + "-wal")
    try:
        with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
            connection.set_busy_timeout(10_000)
            check = "integrity_check" if thorough else "quick_check"
            said = [row[0] for row in connection.execute(f"PRAGMA {check}({PROBLEMS_MAX})")]
            schema = dict(
                connection.execute("SELECT part, MAX(number) FROM schema_migrations GROUP BY part")
            )
    except apsw.Error as error:
        raise StoreBroken(f"{path} cannot be read as a database: {error}") from error
    return Look(
        [line for line in said if line != "ok"],
        {str(part): int(number) for part, number in schema.items()},
        path.stat().st_size,
        wal.stat().st_size if wal.exists() else 0,
        apsw.sqlite_lib_version(),
    )


def restore(backup: Path, to: Path) -> Look:
    """Copy a backup to where a database shall stand, after looking at it thoroughly.

    Raises:
        Invalid: ``to`` exists; or the backup is missing or damaged.
        StoreBroken: it cannot be copied.
    """
    if to.exists():
        raise Invalid(
            f"{to} exists already, and a restore never overwrites.",
            "Move it away first, or name another data directory with --data.",
        )
    if not backup.is_file():
        raise Invalid(f"There is no backup at {backup}.")
    look = inspect(backup, thorough=True)
    if look.problems:
        raise Invalid(f"The backup {backup} is damaged: {look.problems[0]}.", "Use an older one.")
    partial = to.with_name(to.name + ".partial")
    try:
        to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial.unlink(missing_ok=True)
        with (
            closing(apsw.Connection(str(partial))) as target,
            closing(apsw.Connection(str(backup), flags=apsw.SQLITE_OPEN_READONLY)) as source,
        ):
            with target.backup("main", source, "main") as copying:
                while not copying.done:
                    copying.step(-1)
            target.pragma("journal_mode", "delete")
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        partial.chmod(0o600)
        partial.rename(to)
    except (apsw.Error, OSError) as error:
        partial.unlink(missing_ok=True)
        raise StoreBroken(f"the restore failed: {error}") from error
    return look
