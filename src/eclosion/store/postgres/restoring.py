"""Putting a dump into an empty PostgreSQL database, and telling what a server is."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from eclosion.kernel.errors import Invalid
from eclosion.store.contract import StoreBroken

_TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
CLIENT_TOOLS = "PostgreSQL's client tools have to be installed, not older than the server."
_SCHEMA = "SELECT part, MAX(number) FROM schema_migrations GROUP BY part"


def restore(backup: Path, url: str) -> None:
    """Restore with ``pg_restore``, which must be installed, all in one transaction.

    Raises:
        Invalid: the database is not empty, or there is no backup.
        StoreBroken: it cannot be reached, or ``pg_restore`` failed.
    """
    if not backup.is_file():
        raise Invalid(f"There is no backup at {backup}.")
    try:
        with psycopg.connect(url) as connection:
            row = connection.execute(_TABLES).fetchone()
    except psycopg.Error as error:
        raise StoreBroken(f"The database cannot be opened: {error}") from error
    if row and row[0]:
        raise Invalid(
            "The database is not empty, and a restore never overwrites.", "Create a new one."
        )
    target, environ = apart(url)
    command = [
        "pg_restore",
        "--single-transaction",
        "--no-owner",
        f"--dbname={target}",
        str(backup),
    ]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, env=environ)
    except (OSError, subprocess.CalledProcessError) as error:
        said = error.stderr if isinstance(error, subprocess.CalledProcessError) else error
        raise StoreBroken(f"pg_restore failed: {said}", CLIENT_TOOLS) from error


def apart(url: str) -> tuple[str, dict[str, str]]:
    """A connection string without its password, and an environment with it: arguments are seen by everybody."""
    parts = {name: value for name, value in conninfo_to_dict(url).items() if value is not None}
    password = parts.pop("password", None)
    environ = dict(os.environ)
    if password is not None:
        environ["PGPASSWORD"] = str(password)
    return make_conninfo("", **parts), environ


def schema_of(url: str) -> tuple[dict[str, int], str]:
    """The latest migration of each part, and the server's version.

    Raises:
        StoreBroken: it cannot be reached, or holds no network.
    """
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            rows = connection.execute(_SCHEMA).fetchall()
            version = connection.info.server_version
    except psycopg.Error as error:
        raise StoreBroken(f"The database cannot be read: {error}") from error
    return {
        str(part): int(number) for part, number in rows
    }, f"{version // 10_000}.{version % 10_000}"
