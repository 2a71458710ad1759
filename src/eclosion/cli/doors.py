"""What the command line needs of the other doors, handed to it by ``entry``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from eclosion.app.settings import Settings


class Doors(NamedTuple):
    """``serve(settings, log_level, ready)`` serves until it is stopped, and calls ``ready(url)`` once it answers."""

    serve: Callable[[Settings, str, Callable[[str], None]], None]
