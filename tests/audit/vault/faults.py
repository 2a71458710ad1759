"""A disk on which any one system call fails, or at which the process ends."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from eclosion.audit.vault.disk import Disk

CHANGING = frozenset(
    "write cut sync make_folder make_pipe make_link join replace rename set_attribute set_times set_mode".split()
)
"""Calls that a full disk may refuse, beside opening what is new."""


class Died(BaseException):
    """The process is gone: no later call has any effect."""


class Unsynced(Disk):
    """Waits for no disk: a process that ends loses nothing that it wrote, synced or not, and a test is quicker."""

    def sync(self, handle: int) -> None:
        os.fstat(handle)


class Counting(Unsynced):
    """Counts calls, and can say which they were."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def __getattribute__(self, name: str) -> Any:
        found = object.__getattribute__(self, name)
        if name.startswith("_") or name in ("calls", "meet") or not callable(found):
            return found

        def called(*args: Any) -> Any:
            self.calls.append(name)
            return self.meet(name, args, found)

        return called

    def meet(self, name: str, args: tuple[Any, ...], call: Callable[..., Any]) -> Any:
        """What becomes of a call."""
        return call(*args)


class Dying(Counting):
    """Ends at a call, before it or half through it.

    Args:
        number: at which call, from 1.
        torn: a write is half done before the end.
        really: by SIGKILL; else by an exception after which no call has any effect.
    """

    def __init__(self, number: int, *, torn: bool = False, really: bool = False) -> None:
        super().__init__()
        self._number, self._torn, self._really = number, torn, really

    def meet(self, name: str, args: tuple[Any, ...], call: Callable[..., Any]) -> Any:
        if len(self.calls) < self._number:
            return call(*args)
        if len(self.calls) == self._number and self._torn and name == "write":
            os.write(args[0], args[1][: len(args[1]) // 2])
        if self._really:
            os.kill(os.getpid(), signal.SIGKILL)
        if name == "close":
            call(*args)  # the system would, too
        raise Died


class Refusing(Counting):
    """Refuses a call.

    Args:
        number: which, from 1.
        problem: the error's number.
        lasting: also every later call that needs room.
    """

    def __init__(self, number: int, problem: int, *, lasting: bool = False) -> None:
        super().__init__()
        self._number, self._problem, self._lasting = number, problem, lasting

    def meet(self, name: str, args: tuple[Any, ...], call: Callable[..., Any]) -> Any:
        count = len(self.calls)
        needs_room = name in CHANGING or (name == "open" and args[1] & os.O_CREAT)
        if count == self._number or (self._lasting and count > self._number and needs_room):
            if name == "close":
                call(*args)
            raise OSError(self._problem, os.strerror(self._problem))
        return call(*args)
