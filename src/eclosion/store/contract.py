"""What every engine promises: the unit of work and the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

from eclosion.kernel.errors import Unavailable

Value = int | float | str | bytes | None
# Columns come back typed by the database, so a row is a tuple of anything; a part's store.py gives it a name.
Row = tuple[Any, ...]
T = TypeVar("T")


class StoreFull(Unavailable):
    """The disk is full, so nothing can be written at present."""

    code = "store_full"


class StoreBusy(Unavailable):
    """Too many changes are waiting to be written."""

    code = "store_busy"


class StoreBroken(Unavailable):
    """The database cannot be reached or answered with an error of its own."""

    code = "store_unavailable"


class StoreReadOnly(StoreBroken):
    """This process only reads; another one writes."""

    code = "store_read_only"


class StoreLocked(StoreBroken):
    """Another process is writing to this database."""

    code = "store_locked"


class Unit(Protocol):
    """One transaction, or one reader's snapshot. Queries go by name, ``part.query``; parameters by name."""

    @property
    def engine(self) -> str:
        """``sqlite`` or ``postgres``: for full-text search and maintenance, where the two differ."""
        ...

    def rows(self, query: str, /, **values: Value) -> list[Row]:
        """All rows of a query."""
        ...

    def row(self, query: str, /, **values: Value) -> Row | None:
        """The first row, or None."""
        ...

    def run(self, query: str, /, **values: Value) -> int:
        """Change something; how many rows were changed."""
        ...

    def run_many(self, query: str, /, many: Iterable[Mapping[str, Value]]) -> None:
        """The same change for many sets of values."""
        ...

    def put_many(self, query: str, /, many: Iterable[Mapping[str, Value]]) -> None:
        """The same insert for many rows, as quickly as the engine can.

        No two of them have the same key, each value is there, and a column's values are of one type.
        """
        ...


class Store(Protocol):
    """A database that is open.

    Attributes:
        engine: ``sqlite`` or ``postgres``.
    """

    engine: str

    @property
    def version(self) -> int | None:
        """A number that is another one as soon as anybody has committed; None where nobody can tell cheaply."""
        ...

    @property
    def commits(self) -> int:
        """How many write batches this process has committed."""
        ...

    @property
    def writes(self) -> int:
        """How many functions were in those batches; writes divided by commits is the size of a batch."""
        ...

    async def read(self, fn: Callable[[Unit], T], *, slow: bool = False) -> T:
        """Run ``fn`` over a snapshot. With ``slow`` it runs in a thread even where reads are quick.

        Raises:
            StoreBroken: the database cannot be reached.
        """
        ...

    async def write(self, fn: Callable[[Unit], T]) -> T:
        """Run ``fn`` in a transaction and return once its changes are durable.

        Raises:
            StoreFull: no room on the disk; nothing was changed.
            StoreBusy: too much is waiting already; nothing was changed.
            StoreBroken: the database cannot be reached.
        """
        ...

    def read_now(self, fn: Callable[[Unit], T]) -> T:
        """As ``read``, for callers without an event loop (the command line, background threads)."""
        ...

    def write_now(self, fn: Callable[[Unit], T]) -> T:
        """As ``write``, for callers without an event loop."""
        ...

    def backup(self, to: Path) -> None:
        """Copy everything, consistently and while in use, to ``to``.

        Raises:
            Invalid: ``to`` exists already.
            StoreBroken: the copy failed.
        """
        ...

    def close(self) -> None:
        """Finish what is waiting, then let go of the database."""
        ...
