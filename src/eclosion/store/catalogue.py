"""Named queries and migrations, read from the ``.sql`` files of the parts.

A part is a package folder with ``queries.sql`` (or a folder ``queries/``) and ``migrations/``. A query is
everything after a line ``-- name: verb_noun`` until the next such line; it is known as ``part.verb_noun``.
``-- fragment: noun`` names a piece that the part's queries repeat, a list of columns, say; they write ``{noun}``.
One text serves both engines. Files ending in ``.sqlite.sql`` or ``.postgres.sql`` are read by that engine
alone: full-text search and maintenance are the only places that need one.

Schemas are written in SQLite's words and translated for PostgreSQL here: types; ``STRICT`` and
``WITHOUT ROWID`` fall away; and a table with a ``bucket`` column and ``id INTEGER PRIMARY KEY`` gets the key
``(bucket, id)``, because a sharded table's key must begin with the shard key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ENGINES = ("sqlite", "postgres")
_NAME = re.compile(r"^-- (name|fragment): ([a-z][a-z0-9_]*)[ \t]*$", re.MULTILINE)
_FRAGMENT = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")
_TYPES = {"INTEGER": "BIGINT", "REAL": "DOUBLE PRECISION", "BLOB": "BYTEA"}
_TABLE = re.compile(r"CREATE TABLE (\w+) \((.*?)\)( STRICT)?(, WITHOUT ROWID)?;", re.DOTALL)


@dataclass(frozen=True)
class Source:
    """A part as the store sees it: a name and the folder its SQL lies in.

    ``only`` names the one engine whose database carries it; by default every engine's does.
    """

    name: str
    folder: Path
    only: str = ""


@dataclass(frozen=True)
class Migration:
    """One step forward of one part's schema."""

    part: str
    number: int
    name: str
    sql: str


class Catalogue:
    """Every query and migration of the given parts, in one engine's dialect.

    Raises:
        ValueError: two queries share a name, or a file's name or text is malformed.
    """

    def __init__(self, sources: list[Source], engine: str) -> None:
        if engine not in ENGINES:
            raise ValueError(f"unknown engine {engine!r}")
        carried = [source for source in sources if source.only in ("", engine)]
        self._sources = [Source("store", Path(__file__).parent), *carried]
        self._engine = engine

    @cached_property
    def queries(self) -> dict[str, str]:
        """Query text by full name."""
        found: dict[str, str] = {}
        for source in self._sources:
            texts = [file.read_text("utf-8") for file in self._files(source.folder, "queries")]
            for name, sql in parse_queries(*texts).items():
                full = f"{source.name}.{name}"
                found[full] = to_psycopg(sql) if self._engine == "postgres" else sql
        return found

    @cached_property
    def migrations(self) -> list[Migration]:
        """All migrations, part by part, each part's in order of number."""
        found = []
        for source in self._sources:
            for file in self._files(source.folder, "migrations"):
                number, _, name = file.name.split(".")[0].partition("_")
                sql = file.read_text("utf-8")
                if self._engine == "postgres" and not file.name.endswith(".postgres.sql"):
                    sql = schema_to_postgres(sql)
                found.append(Migration(source.name, int(number), name, sql))
        return found

    def _files(self, folder: Path, stem: str) -> list[Path]:
        single, many = folder / f"{stem}.sql", folder / stem
        files = [single] if single.exists() else []
        files += sorted(many.glob("*.sql"))
        skipped = f".{'postgres' if self._engine == 'sqlite' else 'sqlite'}.sql"
        return [file for file in files if not file.name.endswith(skipped)]


def parse_queries(*texts: str) -> dict[str, str]:
    """Split the texts of one part's query files into name and SQL, fragments filled in.

    Raises:
        ValueError: a name stands twice, a fragment is missing, or there is SQL before the first name.
    """
    found: dict[tuple[str, str], str] = {}
    for text in texts:
        head, *pieces = _NAME.split(text)
        if any(line and not line.startswith("--") for line in map(str.strip, head.splitlines())):
            raise ValueError("there is SQL before the first '-- name:' line")
        for sort, name, sql in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
            if (sort, name) in found:
                raise ValueError(f"{sort} {name} is defined twice")
            lines = [line for line in sql.splitlines() if not line.lstrip().startswith("--")]
            found[sort, name] = "\n".join(lines).strip().rstrip(";")

    def fill(match: re.Match[str]) -> str:
        try:
            return found["fragment", match[1]]
        except KeyError:
            raise ValueError(f"there is no fragment {match[1]}") from None

    return {name: _FRAGMENT.sub(fill, sql) for (sort, name), sql in found.items() if sort == "name"}


def to_psycopg(sql: str) -> str:
    """Rewrite ``:name`` parameters as psycopg's ``%(name)s``."""
    return _PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%"))


def schema_to_postgres(sql: str) -> str:
    """Translate a schema written in SQLite's words."""
    return _TABLE.sub(_table_to_postgres, sql)


def _table_to_postgres(match: re.Match[str]) -> str:
    name, body = match[1], re.sub(r"--[^\n]*", "", match[2])
    if re.search(r"^\s*bucket INTEGER", body, re.MULTILINE):
        body, keys = re.subn(r"\bid INTEGER PRIMARY KEY", "id INTEGER NOT NULL", body)
        if keys:
            body = body.rstrip() + ",\n    PRIMARY KEY (bucket, id)\n"
    for ours, theirs in _TYPES.items():
        body = re.sub(rf"\b{ours}\b", theirs, body)
    return f"CREATE TABLE {name} ({body});"
