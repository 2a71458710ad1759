"""Ending a long command in good order when it is told to: what it started ends with it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn


@contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """Within this, SIGTERM unwinds the program as Ctrl-C does, so that servers, browsers and workers are ended too.

    Without it the process is gone at once and leaves its children behind. The exit status is 143, as a shell would
    tell it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may ask for signals
        return
    told: list[int] = []

    def leave(number: int, _: FrameType | None) -> NoReturn:
        told.append(number)
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        if told:
            _end_children()


def _end_children() -> None:
    """Those that were being started just then, whom nobody had hold of yet (where the system names them: Linux)."""
    for path in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):
            for pid in path.read_text().split():
                os.kill(int(pid), signal.SIGTERM)
