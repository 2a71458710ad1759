"""Several processes that do the same work: started in order, watched, started again, stopped together.

It knows processes and nothing of what they do. The first one comes first: the others start once it is ready.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import time
from collections.abc import Callable

AGAIN_AFTER_S = 1.0
STOP_WITHIN_S = 30

_log = logging.getLogger(__name__)

Work = Callable[[int, Callable[[], None]], None]


class _Stop(Exception):
    """Somebody asked us to end."""


def keep_running(count: int, work: Work, ready: Callable[[], None]) -> None:
    """Run ``work`` in ``count`` processes until SIGTERM or SIGINT.

    Args:
        count: how many.
        work: called in each with its number, 0 for the first, and a function to call once it is ready.
        ready: called here once the first one is.
    """
    running: dict[int, int] = {}

    def stop(_: int, __: object) -> None:
        raise _Stop

    before = signal.signal(signal.SIGTERM, stop), signal.signal(signal.SIGINT, stop)
    try:
        running[_start(0, work, waiting=True)] = 0
        for number in range(1, count):
            running[_start(number, work)] = number
        ready()
        while True:
            pid, status = os.wait()
            number = running.pop(pid)
            _log.error("process %d ended with %d and is started again", number, status)
            time.sleep(AGAIN_AFTER_S)
            running[_start(number, work)] = number
    except _Stop:
        pass
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _end(running)
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])


def _start(number: int, work: Work, *, waiting: bool = False) -> int:
    """Fork a process, and wait until it is ready if told to; its id."""
    listens, tells = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(listens)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        code = 1
        try:
            work(number, lambda: _tell(tells))
            code = 0
        except Exception:  # noqa: BLE001 - logged; a forked process must not return into its parent's code
            _log.exception("process %d failed", number)
        finally:
            sys.stderr.flush()
            os._exit(code)
    os.close(tells)
    try:
        if waiting and os.read(listens, 1) != b"r":
            os.waitpid(pid, 0)
            raise ChildProcessError("the first process ended before it was ready")
    finally:
        os.close(listens)
    return pid


def _tell(tells: int) -> None:
    with contextlib.suppress(OSError):  # nobody waits for any process but the first
        os.write(tells, b"r")


def _end(running: dict[int, int]) -> None:
    """Ask all to end, the writer last, so that nobody hands over to one that has gone."""
    for pid in sorted(running, key=lambda pid: -running[pid]):
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_WITHIN_S
        while time.monotonic() < deadline:
            if os.waitpid(pid, os.WNOHANG)[0]:
                break
            time.sleep(0.02)
        else:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
