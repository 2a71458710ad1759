"""What the command line needs of the other doors, handed to it by ``entry``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from eclosion.app.settings import Settings


class Doors(NamedTuple):
    """What serves until it is stopped.

    ``serve(settings, log_level, ready)`` calls ``ready(url)`` once it answers; ``serve_stdio(url, key_file)`` speaks to
    the network there for the MCP client at the other end of standard input and output.
    """

    serve: Callable[[Settings, str, Callable[[str], None]], None]
    serve_stdio: Callable[[str, Path | None], None]
