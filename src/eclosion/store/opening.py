"""From a database URL to an open store."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from eclosion.kernel.errors import Invalid
from eclosion.store.catalogue import Catalogue, Source
from eclosion.store.contract import Store, StoreLocked


def open_store(
    url: str, sources: list[Source], *, writable: bool = True, guest: bool = False
) -> Store:
    """Open ``sqlite:///relative.db``, ``sqlite:////absolute.db`` or ``postgresql://…`` and migrate it.

    Args:
        url: the database.
        sources: the parts whose queries and schema it carries.
        writable: SQLite only: False opens it beside another process that writes.
        guest: SQLite only: if another process writes already, write beside it, for a few changes by hand.

    Raises:
        Invalid: the URL names no engine that we have.
        StoreLocked: another process writes to it.
        StoreBroken: the database cannot be opened.
    """
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        from eclosion.store.sqlite import GuestStore, SqliteStore

        path = Path(unquote(url.removeprefix("sqlite:///")))
        catalogue = Catalogue(sources, "sqlite")
        try:
            return SqliteStore(path, catalogue, writable=writable)
        except StoreLocked:
            if not guest:
                raise
            return GuestStore(path, catalogue)
    if scheme in ("postgresql", "postgres"):
        from eclosion.store.postgres import PostgresStore

        return PostgresStore(url, Catalogue(sources, "postgres"))
    raise Invalid(
        f"{scheme or url!r} is no database that Eclosion knows.",
        "Use sqlite:///path/to/file.db or postgresql://user@host/name.",
    )
