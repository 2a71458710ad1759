"""Bringing a database's schema up to date: forward only, each step once, each in its own transaction."""

from __future__ import annotations

from typing import Protocol

from eclosion.store.catalogue import Catalogue
from eclosion.store.contract import StoreBroken


class Migrant(Protocol):
    """A connection that can change a schema; each call runs in a transaction that the caller holds."""

    def script(self, sql: str) -> None:
        """Run several statements."""
        ...

    def numbers(self, part: str) -> list[int]:
        """The migrations of ``part`` that this database has had."""
        ...

    def done(self, part: str, number: int, name: str) -> None:
        """Note that it has had one more."""
        ...


_BOOK = """CREATE TABLE IF NOT EXISTS schema_migrations (
    part TEXT NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (part, number)
)"""


def migrate(connection: Migrant, catalogue: Catalogue) -> int:
    """Run what has not been run yet; how many steps that was.

    Raises:
        StoreBroken: the database is newer than this program.
    """
    connection.script(_BOOK)
    known: dict[str, set[int]] = {}
    for step in catalogue.migrations:
        known.setdefault(step.part, set()).add(step.number)
    had = {part: set(connection.numbers(part)) for part in known}
    for part, numbers in had.items():
        if newer := numbers - known[part]:
            raise StoreBroken(
                f"The database has had migrations of {part} that this program does not know "
                f"({sorted(newer)}). Use a newer Eclosion, or restore a backup."
            )
    steps = [step for step in catalogue.migrations if step.number not in had[step.part]]
    for step in steps:
        connection.script("BEGIN")
        try:
            connection.script(step.sql)
            connection.done(step.part, step.number, step.name)
        except BaseException:
            connection.script("ROLLBACK")
            raise
        connection.script("COMMIT")
    return len(steps)
