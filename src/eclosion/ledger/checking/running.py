"""One command, for so long and no longer: its process group ends with it, and of what it says the end is kept."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

OUTPUT_BYTES_MAX = 64 * 1024
_LOOK_EVERY_S = 0.05


class Ran(NamedTuple):
    """How a command ended: its exit status (negative: by that signal), None if its time was over; the end of its
    output, at most ``OUTPUT_BYTES_MAX`` bytes.
    """

    status: int | None
    output: bytes


def run_for(
    command: Sequence[str], folder: Path, variables: Mapping[str, str], timeout_s: float
) -> Ran:
    """Run a command in a session of its own, and end all of that afterwards, whatever happens.

    Raises:
        OSError: it cannot be started.
    """
    process = subprocess.Popen(
        list(command),
        cwd=folder,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        output, in_time = _follow(process, process.stdout.fileno(), timeout_s)
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        status = process.wait()
        process.stdout.close()
    return Ran(status if in_time else None, output)


def _follow(process: subprocess.Popen[bytes], pipe: int, timeout_s: float) -> tuple[bytes, bool]:
    """Read until the command has ended; what it said last, and whether it ended in time."""
    deadline_s = time.monotonic() + timeout_s
    kept = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        open_ = True
        while time.monotonic() < deadline_s:
            ended = process.poll() is not None  # asked first: what it said before is read below
            if not open_:
                if ended:
                    return bytes(kept), True
                time.sleep(_LOOK_EVERY_S)
                continue
            if not selector.select(0 if ended else _LOOK_EVERY_S):
                if ended:
                    return bytes(kept), True
                continue
            chunk = os.read(pipe, OUTPUT_BYTES_MAX)
            kept += chunk
            del kept[:-OUTPUT_BYTES_MAX]
            if not chunk:
                open_ = False
                selector.unregister(pipe)
    return bytes(kept), False
