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
from typing import NoReturn

AGAIN_AFTER_S = 1.0
STOP_WITHIN_S = 30

_STOPPING = (signal.SIGTERM, signal.SIGINT)
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
        if not _start(running, 0, work):
            raise ChildProcessError("the first process ended before it was ready")
        for number in range(1, count):
            _start(running, number, work)
        ready()
        while True:
            pid, status = os.wait()
            number = running.pop(pid)
            _log.error("process %d ended with %d and is started again", number, status)
            time.sleep(AGAIN_AFTER_S)
            _start(running, number, work)
    except _Stop:
        pass
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _end(running)
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])


def _start(running: dict[int, int], number: int, work: Work) -> bool:
    """Fork a process and note it as running; whether the first one has become ready. Others are not awaited."""
    listens, tells = os.pipe()
    # No signal may come between the fork and the note: nobody would ever end that process.
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    pid = os.fork()
    if pid == 0:
        os.close(listens)
        _work(number, work, tells)
    running[pid] = number
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
    os.close(tells)
    try:
        return number == 0 and os.read(listens, 1) == b"r"
    finally:
        os.close(listens)


def _work(number: int, work: Work, tells: int) -> NoReturn:
    """What a forked process does; it never returns into its parent's code."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
    code = 1
    try:
        work(number, lambda: _tell(tells))
        code = 0
    except Exception:  # noqa: BLE001 - logged; the parent starts another
        _log.exception("process %d failed", number)
    finally:
        sys.stderr.flush()
        os._exit(code)


def _tell(tells: int) -> None:
    with contextlib.suppress(OSError):  # nobody waits for any process but the first
        os.write(tells, b"r")


def _end(running: dict[int, int]) -> None:
    """Ask all to end, the writer last, so that nobody hands over to one that has gone."""
    for pid in sorted(running, key=lambda pid: -running[pid]):
        # It may have ended, and been waited for, in the very moment in which we were asked to stop.
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, signal.SIGTERM)
            if not _ended_in_time(pid):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def _ended_in_time(pid: int) -> bool:
    deadline = time.monotonic() + STOP_WITHIN_S
    while time.monotonic() < deadline:
        if os.waitpid(pid, os.WNOHANG)[0]:
            return True
        time.sleep(0.02)
    return False
