"""Starts a program, waits for it, and passes on the signals that were meant for it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping, Sequence

from eclosion.audit.vault.namespace import FAILED

_PASSED_ON = (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
_FROM_TERMINAL = (signal.SIGINT, signal.SIGQUIT)
"""The terminal sends these to the program itself as well."""
NOT_FOUND, NOT_ALLOWED = 127, 126
"""As shells do."""


def start(work: Callable[[], int]) -> int:
    """A child that does this work and ends with what it gives. Returns its number."""
    child = os.fork()
    if child:
        return child
    status = FAILED
    try:
        status = work()
    finally:
        os._exit(status)


def become(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Become the program, with signals as programs expect them; returns only if that failed."""
    for number in (*_PASSED_ON, *_FROM_TERMINAL, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execvpe(command[0], list(command), dict(environment))  # noqa: S606 (there is no shell)
    except FileNotFoundError:
        return NOT_FOUND
    except OSError:
        return NOT_ALLOWED


def wait_for(child: int, *, reap_all: bool = False) -> int:
    """Wait for a child and give its exit status, 128 and the signal's number if it was killed.

    Args:
        child: its number.
        reap_all: also take notice of others that end: the duty of a namespace's first process.
    """
    for number in _PASSED_ON:
        signal.signal(number, lambda got, _: _pass_on(child, got))
    for number in _FROM_TERMINAL:
        signal.signal(number, signal.SIG_IGN)
    while True:
        ended, status = os.waitpid(-1 if reap_all else child, 0)
        if ended == child:
            code = os.waitstatus_to_exitcode(status)
            return 128 - code if code < 0 else code


def _pass_on(child: int, number: int) -> None:
    try:
        os.kill(child, number)
    except ProcessLookupError:
        return
