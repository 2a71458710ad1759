"""One SQL for both engines (ARCHITECTURE.md, "The store contract")."""

import ast
import fnmatch
import re
from collections import Counter

from eclosion.store import Catalogue
from eclosion.store import Source as Part
from tests.architecture.sources import PACKAGE, Source, package_files

NEVER = {
    r"\bnow\s*\(": "time is passed in",
    r"\bcurrent_(timestamp|date|time)\b": "time is passed in",
    r"\brandom\s*\(": "randomness is passed in",
    r"\boffset\b": "pages go by keyset: OFFSET reads what it throws away",
    r"\bselect\s+\*": "name the columns, so that a migration cannot shift them",
}
SHARED = {
    r"\b(max|min)\s*\((?:[^(),]|\([^()]*\))*,": "SQLite only: write CASE",
    r"->": "the engines differ on what it returns",
    r"\blike\b(?!(?:(?!\b(?:like|and|or)\b)[\s\S])*\bescape\b)": "LIKE needs ESCAPE, or % in names matches all",
    r"\b(ilike|glob|regexp)\b": "one engine only",
    r"\b(ifnull|group_concat|string_agg|last_insert_rowid|strftime|datetime|julianday|unixepoch)\s*\(": (
        "one engine only"
    ),
    r"\b(date_trunc|extract|to_timestamp|greatest|least|generate_series)\s*\(": "PostgreSQL only",
    r"\binsert\s+or\b": "SQLite only: write ON CONFLICT",
    r"\b(autoincrement|(?<!without )rowid|_rowid_|serial|bigserial)\b": "one engine only; ids are made by us",
    r"::": "PostgreSQL only: write CAST",
    r"(?<![\w:]):\w+\s+is\s+(not\s+)?null": "PostgreSQL needs CAST(:value AS …) to know its type",
    r'"': "SQLite takes an unknown quoted name for text",
}
SQL_IN_CODE = re.compile(
    r"\b(SELECT\s[\s\S]*\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+(TABLE|INDEX))\s"
)
CALLS = {"row", "rows", "run", "run_many"}


def test_queries_say_the_same_to_both_engines() -> None:
    """What differs lives in a file that ends in .sqlite.sql or .postgres.sql."""
    breaches = []
    for source in package_files(".sql"):
        text = _bare(source.text)
        rules = NEVER if _engine_of(source) else NEVER | SHARED
        for pattern, reason in rules.items():
            for match in re.finditer(pattern, text, re.IGNORECASE):
                line = text.count("\n", 0, match.start()) + 1
                breaches.append(f"{source.name}:{line} {match[0].strip()[:40]!r}: {reason}")
    assert breaches == []


def test_names_stand_once() -> None:
    """The catalogue refuses doubles within what one engine reads; here the files say it too."""
    for engine in ("sqlite", "postgres"):
        assert Catalogue(_parts(), engine).queries != {}


def test_each_engine_knows_the_same_queries() -> None:
    sqlite, postgres = (
        Catalogue(_parts(), engine).queries.keys() for engine in ("sqlite", "postgres")
    )
    assert sqlite ^ postgres == set()


def test_every_query_is_used_and_every_used_query_exists() -> None:
    """A query that nobody runs is removed; a name that no file defines fails only when it is run."""
    defined = set(Catalogue(_parts(), "sqlite").queries)
    used: dict[str, str] = {}
    for source in package_files(".py"):
        for node in ast.walk(source.tree):
            if isinstance(node, (ast.Constant, ast.JoinedStr)) and (name := _query_name(node)):
                used[name] = f"{source.name}:{node.lineno}"
    parts = {part.name for part in _parts()} | {"store"}
    unused = {name for name in defined if not any(fnmatch.fnmatch(name, used_) for used_ in used)}
    unknown = {
        name: place for name, place in _called(parts).items() if not fnmatch.filter(defined, name)
    }
    assert unused == set()
    assert unknown == {}


def test_migrations_are_numbered_one_by_one() -> None:
    for engine in ("sqlite", "postgres"):
        numbers: dict[str, list[int]] = {}
        for migration in Catalogue(_parts(), engine).migrations:
            numbers.setdefault(migration.part, []).append(migration.number)
        doubled = {part: n for part, n in numbers.items() if max(Counter(n).values()) > 1}
        assert doubled == {}
        assert {part: n for part, n in numbers.items() if n != sorted(n)} == {}


def test_sql_lives_in_sql_files() -> None:
    """Only the engines themselves may hold a statement in Python (pragmas, migrations)."""
    found = [
        f"{source.name}:{node.lineno}"
        for source in package_files(".py")
        if source.part != "store"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if SQL_IN_CODE.search(node.value)
    ]
    assert found == []


def _parts() -> list[Part]:
    """Every folder with queries, apart from the store's own."""
    folders = sorted(
        path
        for path in PACKAGE.iterdir()
        if (path / "queries.sql").exists() or (path / "queries").is_dir()
    )
    return [Part(folder.name, folder) for folder in folders if folder.name != "store"]


def _engine_of(source: Source) -> str | None:
    ending = source.path.name.split(".")[-2:-1]
    return ending[0] if ending and ending[0] in ("sqlite", "postgres") else None


def _bare(sql: str) -> str:
    """Without comments and the contents of literals, line numbers kept."""
    sql = re.sub(r"--[^\n]*", "", sql)
    return re.sub(r"'(?:[^']|'')*'", "''", sql)


def _query_name(node: ast.Constant | ast.JoinedStr) -> str | None:
    """`part.query`, with * where a formatted name varies."""
    if isinstance(node, ast.JoinedStr):
        pieces = [
            str(piece.value) if isinstance(piece, ast.Constant) else "*" for piece in node.values
        ]
        name = "".join(pieces)
    else:
        name = node.value if isinstance(node.value, str) else ""
    return name if re.fullmatch(r"[a-z]+\.[a-z0-9_*]+", name) else None


def _called(parts: set[str]) -> dict[str, str]:
    """The names that are passed to a unit of work, with their places."""
    found = {}
    for source in package_files(".py"):
        for node in ast.walk(source.tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in CALLS
                and node.args
                and isinstance(node.args[0], (ast.Constant, ast.JoinedStr))
                and (name := _query_name(node.args[0]))
                and name.split(".")[0] in parts
            ):
                found[name] = f"{source.name}:{node.lineno}"
    return found
