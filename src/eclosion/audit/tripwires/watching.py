"""Watches tripwires, and finds out at the start what happened while nobody watched."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from typing import NamedTuple

from eclosion.audit.tripwires.keeping import Wire, arm, in_place, is_armed
from eclosion.audit.tripwires.kernel_events import Touch, command_of, open_source

QUIET_S = 2.0
"""Touches of one file by one program within so many seconds are one alarm."""


class Alarm(NamedTuple):
    """A tripwire was touched.

    Attributes:
        wire: which.
        what: ``opened``, ``changed``, ``gone``, or ``read`` while nobody watched.
        at_ms: when, in milliseconds since the epoch; of the reading, if nobody watched.
        pid: by which process; 0 if that is not known.
        program: its file and arguments, as far as they could be seen.
        is_late: it happened while nobody watched.
    """

    wire: Wire
    what: str
    at_ms: int
    pid: int = 0
    program: str = ""
    is_late: bool = False


def catch_up(wires: list[Wire]) -> Iterator[Alarm]:
    """What happened while nobody watched; each is armed again.

    Where a mount does not note readings (``noatime``) only changed and missing baits are seen.
    """
    now_ms = time.time_ns() // 1_000_000
    for wire in wires:
        found = in_place(wire)
        if found is None:
            yield Alarm(wire, "gone", now_ms, is_late=True)
        elif not is_armed(found):
            yield Alarm(wire, "read", found.st_atime_ns // 1_000_000, is_late=True)
            with suppress(OSError):
                arm(wire.path)


def watch(
    wires: list[Wire],
    tell: Callable[[Alarm], None],
    is_over: Callable[[], bool],
    allowed: Collection[str] = (),
    wait_s: float = 0.5,
) -> None:
    """Tell of every touch, first of those while nobody watched, until ``is_over``.

    Args:
        wires: what to watch; those that are gone are told of and passed over.
        tell: is given each alarm.
        is_over: is asked at least every ``wait_s`` seconds.
        allowed: files of programs that may read baits, and whatever they start: a backup, an indexer. It needs
            fanotify, that is root: without it the kernel does not say who reads.
        wait_s: seconds.

    Raises:
        Unavailable: the system tells nobody of opened files.
    """
    # The kernel is asked first: what happens between the two is seen by one of them.
    source = open_source(wire.path for wire in wires if in_place(wire))
    try:
        for alarm in catch_up(wires):
            tell(alarm)
        watcher = _Watcher(wires, tell, {os.path.realpath(one) for one in allowed})
        while not is_over():
            select.select([source.fd], [], [], wait_s)
            for touch in source.read():
                watcher.take(touch)
    finally:
        source.close()
        for wire in wires:
            if in_place(wire):
                with suppress(OSError):
                    arm(wire.path)  # what was told of is not told of again


class _Watcher:
    def __init__(self, wires: list[Wire], tell: Callable[[Alarm], None], allowed: set[str]) -> None:
        self._wires = {wire.path: wire for wire in wires}
        self._tell, self._allowed = tell, allowed
        self._told: dict[tuple[str, str, int], float] = {}

    def take(self, touch: Touch) -> None:
        wire = self._wires.get(touch.path)
        if wire is None or touch.pid == os.getpid():
            return
        if touch.what == "closed":
            with suppress(OSError):
                arm(wire.path)
            return
        if not self._allowed.isdisjoint(touch.programs):
            return
        now_s = time.monotonic()
        key = (touch.path, touch.what, touch.pid)
        if now_s - self._told.get(key, -QUIET_S) >= QUIET_S:
            self._told[key] = now_s
            pid = touch.pid or _who_has_open(touch.path)
            command = touch.command or command_of(pid)
            self._tell(Alarm(wire, touch.what, time.time_ns() // 1_000_000, pid, command))


def _who_has_open(path: str) -> int:
    """The process that has the file open right now, if it can be seen and has not closed it yet; else 0."""
    with suppress(OSError):
        for name in os.listdir("/proc"):
            if not name.isdigit() or int(name) == os.getpid():
                continue
            with suppress(OSError):
                for handle in os.listdir(f"/proc/{name}/fd"):
                    with suppress(OSError):
                        if os.readlink(f"/proc/{name}/fd/{handle}") == path:
                            return int(name)
    return 0
