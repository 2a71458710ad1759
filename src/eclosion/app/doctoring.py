"""Is this network well? Everything that can be looked at from outside, also while it runs.

Each check is a name, whether it is well, what was seen, and what to do. Nothing is changed.
"""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from eclosion import __version__
from eclosion.app.house import SOURCES
from eclosion.app.operating import database_file, reading
from eclosion.app.sealing import open_key_ring
from eclosion.app.settings import Settings
from eclosion.kernel.clock import MINUTE_MS, SystemClock, iso
from eclosion.kernel.errors import EclosionError
from eclosion.network.service.console import latest_ms
from eclosion.store import Catalogue

FREE_MIN_BYTES = 1 << 30
FREE_MIN_SHARE = 0.05
WAL_MAX_BYTES = 1 << 30
BUILT_MS = 1_767_225_600_000  # 2026-01-01: a clock that is before that is wrong
LIBRARIES = (
    "litestar",
    "uvicorn",
    "uvloop",
    "httptools",
    "websockets",
    "apsw",
    "psycopg",
    "msgspec",
    "cryptography",
)
NEEDED = ("litestar", "uvicorn", "httptools", "websockets", "apsw", "msgspec", "cryptography")


class Check(NamedTuple):
    """One thing that was looked at."""

    name: str
    well: bool
    seen: str
    remedy: str = ""


def examine(settings: Settings, *, thorough: bool = False) -> Iterator[Check]:
    """Look at everything.

    Args:
        thorough: check the database's indexes too, which takes minutes for gigabytes.
    """
    yield Check("settings", True, f"read; the network is called {settings.server.name}")
    yield _versions()
    yield _keys(settings)
    yield _folder(settings)
    yield _disk(settings)
    file = database_file(settings)
    if file is None:
        yield from _postgres(settings)
    elif file.exists():
        yield from _sqlite(file, thorough=thorough)
    else:
        yield Check("database", False, f"none at {file}", "Start a network with: eclosion serve")
        return
    yield _clock(settings)


def _versions() -> Check:
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    missing = [name for name in NEEDED if found[name] == "missing"]
    seen = f"Eclosion {__version__}, Python {platform.python_version()}, " + ", ".join(
        f"{name} {number}" for name, number in found.items()
    )
    return Check(
        "versions", not missing, seen, "Run: pip install 'eclosion[all]'" if missing else ""
    )


def _keys(settings: Settings) -> Check:
    path = settings.data.key_path
    if not path.exists():
        made = f"none at {path}; it is made at the first start"
        lost = settings.data.dir and Path(settings.data.dir).exists()
        remedy = "If this network has run before, bring its key file back." if lost else ""
        return Check("key file", not lost, made, remedy)
    try:
        open_key_ring(path)
    except EclosionError as error:
        return Check("key file", False, str(error), error.hint or "Bring it back from your backup.")
    inside = Path(settings.data.dir).resolve() in path.resolve().parents
    if inside:
        return Check("key file", False, f"{path} lies in the data directory", "Keep it elsewhere.")
    return Check("key file", True, f"{path}: readable by its owner only")


def _folder(settings: Settings) -> Check:
    folder = Path(settings.data.dir)
    if not folder.exists():
        return Check("data directory", True, f"{folder} is not there yet")
    file = database_file(settings)
    opened = [
        path
        for path in (file,)
        if path is not None and path.exists() and path.stat().st_mode & 0o077
    ]
    if opened:
        return Check(
            "data directory", False, f"others can read {opened[0]}", f"chmod 600 {opened[0]}"
        )
    return Check("data directory", True, str(folder))


def _disk(settings: Settings) -> Check:
    folder = Path(settings.data.dir).absolute()
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    enough = usage.free >= min(FREE_MIN_BYTES, usage.total * FREE_MIN_SHARE)
    seen = f"{usage.free / 2**30:.1f} GiB free of {usage.total / 2**30:.1f}"
    return Check(
        "disk space", enough, seen, "" if enough else "Make room: a full disk stops all writing."
    )


def _sqlite(file: Path, *, thorough: bool) -> Iterator[Check]:
    from eclosion.store.sqlite.inspecting import inspect

    try:
        look = inspect(file, thorough=thorough)
    except EclosionError as error:
        yield Check("database", False, str(error), "Restore a backup: eclosion admin restore FILE")
        return
    sound = f"{file}: {look.size_bytes:,} bytes, sound (SQLite {look.sqlite_version})"
    yield Check(
        "database",
        not look.problems,
        look.problems[0] if look.problems else sound,
        "Restore a backup: eclosion admin restore FILE" if look.problems else "",
    )
    small = look.wal_bytes < WAL_MAX_BYTES
    yield Check(
        "write-ahead log",
        small,
        f"{look.wal_bytes:,} bytes",
        "" if small else "Something reads for very long. Restart the server.",
    )
    yield _schema(look.schema, "sqlite")


def _postgres(settings: Settings) -> Iterator[Check]:
    from eclosion.store.postgres.restoring import schema_of

    try:
        schema, number = schema_of(settings.data.url)
    except EclosionError as error:
        yield Check("database", False, str(error), "Is the server running, and the address right?")
        return
    yield Check("database", True, f"PostgreSQL {number}")
    yield _schema(schema, "postgres")


def _schema(had: dict[str, int], engine: str) -> Check:
    known: dict[str, int] = {}
    for step in Catalogue(SOURCES, engine).migrations:
        known[step.part] = max(step.number, known.get(step.part, 0))
    seen = ", ".join(f"{part} {had.get(part, 0)} of {number}" for part, number in known.items())
    if any(had.get(part, 0) > number for part, number in known.items()):
        return Check("schema", False, seen, "The database is newer: use a newer Eclosion.")
    if had != known:
        return Check("schema", False, seen, "It is brought up to date when the server starts.")
    return Check("schema", True, seen)


def _clock(settings: Settings) -> Check:
    now_ms = SystemClock().now_ms()
    if now_ms < BUILT_MS:
        return Check("clock", False, f"says {iso(now_ms)}", "Set the machine's clock (NTP).")
    try:
        with reading(settings) as store:
            youngest_ms = store.read_now(latest_ms)
    except EclosionError as error:
        return Check("clock", False, str(error), error.hint)
    ahead = youngest_ms > now_ms + MINUTE_MS
    seen = (
        f"says {iso(now_ms)}; the youngest entry is of {iso(youngest_ms)}"
        if youngest_ms
        else f"says {iso(now_ms)}"
    )
    return Check(
        "clock", not ahead, seen, "Entries lie in the future: set the clock." if ahead else ""
    )
