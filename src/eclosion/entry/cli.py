"""The console script ``eclosion``: the commands, and what they need of the other doors."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from eclosion.app.settings import Settings


def main() -> None:
    """Run the command line. Exit status: 0 done, 1 findings, 2 wrong usage, 3 unavailable."""
    from eclosion.cli.commands import Doors, run

    run(Doors(serve=_serve, serve_stdio=_serve_stdio))


def answer_docker() -> None:
    """Docker's credential helper, which it starts as ``docker-credential-eclosion get``: answers from the vault."""
    import sys

    sys.argv[1:1] = ["vault", "helper", "docker"]
    main()


def _serve(settings: Settings, log_level: str, ready: Callable[[str], None]) -> None:
    from eclosion.entry.serve import serve

    serve(settings, log_level, ready)


def _serve_stdio(url: str, key_file: Path | None) -> None:
    from eclosion.mcp.stdio import serve_stdio

    serve_stdio(url, key_file)
