"""Options that many commands share, and the settings that follow from them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from eclosion.app.settings import Settings

DataDir = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="The data directory.", show_default=False),
]
Database = Annotated[
    str | None,
    typer.Option(
        "--db",
        metavar="URL",
        help="The database: sqlite:///FILE or postgresql://... Give passwords in ECLOSION_DATA_DATABASE instead.",
        show_default=False,
    ),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="The settings file.", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Report as JSON.")]
LogLevel = Annotated[
    str,
    typer.Option("--log-level", metavar="LEVEL", help="debug, info, warning or error."),
]


def read_settings(
    data: Path | None = None,
    db: str | None = None,
    config: Path | None = None,
    **server: object,
) -> Settings:
    """Settings from the file, the environment and these flags.

    Raises:
        Invalid: a file cannot be read, or a name or value is wrong.
    """
    from eclosion.app.settings import load_settings

    folder = str(data) if data is not None else None
    flags: dict[str, dict[str, object]] = {
        "data": {"dir": folder, "database": db},
        "server": server,
    }
    return load_settings(config, os.environ, flags)
