"""Waiting for what happens in the background, no longer than it takes."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_PAUSE = threading.Event()


def soon(look: Callable[[], T], within_s: float = 60.0) -> T:
    """What ``look`` returns as soon as it is true; what it returned last where that does not come."""
    end = time.monotonic() + within_s
    while not (found := look()) and time.monotonic() < end:
        _PAUSE.wait(0.01)
    return found
