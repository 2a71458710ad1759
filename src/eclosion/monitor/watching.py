"""Reads, looks and remembers how far: what the command line and other long runs are made of.

What always holds: a position is noted only after everything found before it was handed on, and saved only after what
was handed on is safe. So a run that is killed loses nothing; what it told since the last save is told again, unless
where it is told to can be cut back to the save (``Watch.safe``).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from eclosion.monitor.engine import Monitor
from eclosion.monitor.readers.following import Follower
from eclosion.monitor.readers.positions import Position, Positions
from eclosion.monitor.readers.recognizing import check_form
from eclosion.monitor.readers.tailing import Step
from eclosion.monitor.sighting import Sighting

SAVE_S = 2.0
AT_ONCE = 256
WAITING_CHARS = 262_144
"""So many records, or characters, are looked at together at most."""
POLL_S = 0.25


class Spool(Protocol):
    """Keeps what was found for somebody who fetches it later."""

    def sync(self) -> int:
        """Make what was put safe; how many bytes that is."""
        ...

    def release(self) -> None:
        """What was put until now will not be found again."""
        ...

    def empty(self) -> bool:
        """Begin anew if all is done; whether it did, so that its length is 0."""
        ...


class Watch:
    """One run over files.

    Args:
        monitor: who looks.
        paths: files, folders and patterns.
        form: the format; ``auto`` finds out.
        state: where to keep how far it came; None keeps nothing.

    Attributes:
        safe: makes what was handed on safe, and says how many bytes of it there are.
        spool: a queue of what was handed on, which may let it go once it will not be found again.
        stopping: set it to end a run that follows.

    Raises:
        Invalid: there is no such format, or the state cannot be read.
    """

    def __init__(
        self,
        monitor: Monitor,
        paths: Iterable[str | Path],
        form: str = "auto",
        state: Path | None = None,
    ) -> None:
        self.positions = Positions(state)
        self.stopping = threading.Event()
        self._monitor = monitor
        self._follower = Follower(paths, check_form(form), self.positions)
        self.safe: Callable[[], int] = lambda: 0
        self.spool: Spool | None = None
        self._notes: dict[str, Callable[[], Position]] = {}
        self._saved_s = time.monotonic()

    @property
    def behind_bytes(self) -> int:
        """How much of the file that is being read waits."""
        return self._follower.behind_bytes

    def run(self, *, follow: bool = False) -> Iterator[Sighting]:
        """What is found, until everything was read; with ``follow``, until ``stopping`` is set.

        Raises:
            NoSuchFile: nothing is there under one of the names.
        """
        try:
            yield from self.round(last=not follow)
            while follow and not self.stopping.wait(POLL_S):
                yield from self.round()
                if self._notes and time.monotonic() - self._saved_s >= SAVE_S:
                    self.save()
        finally:
            self.close()

    def close(self) -> None:
        """Save, and let go of all files."""
        self.save()
        self._follower.close()

    def save(self) -> None:
        """Make what was handed on safe, and note how far that is."""
        notes, self._notes = self._notes, {}
        for note in notes.values():
            self.positions.keep(note())
        self.positions.output_bytes = self.safe()
        if self.spool is not None:
            self.positions.spool_bytes = self.spool.sync()
        self.positions.save()
        if self.spool is not None:
            self.spool.release()
            if self.spool.empty():
                self.positions.spool_bytes = 0
                self.positions.save()
        self._saved_s = time.monotonic()

    def round(self, *, last: bool = False) -> Iterator[Sighting]:
        """What is found in what is there now; with ``last``, also in lines that have no end."""
        steps: list[Step] = []
        waiting = 0
        for step in self._follower.round(last=last):
            if steps and not _goes_with(step, steps[-1]):
                yield from self._look(steps)
                steps, waiting = [], 0
            steps.append(step)
            waiting += sum(len(item.observation.text) for item in step.batch.items)
            if waiting >= WAITING_CHARS or len(steps) >= AT_ONCE:
                yield from self._look(steps)
                steps, waiting = [], 0
            if self.stopping.is_set():
                break
        yield from self._look(steps)

    def _look(self, steps: list[Step]) -> Iterator[Sighting]:
        """What is found in some steps of one file; how far that is is noted once all is handed on."""
        found = self._monitor.scan([item for step in steps for item in step.batch.items])
        for one in found:
            if not steps[0].muted:
                yield one
        noted = {step.name: step.position for step in steps if step.position is not None}
        if noted and not steps[0].muted:
            self._notes |= noted
            if time.monotonic() - self._saved_s >= SAVE_S:
                self.save()


def _goes_with(step: Step, before: Step) -> bool:
    """Whether two steps are of the same file, and none of them ends it: its last position holds while it is open."""
    return (
        step.name == before.name
        and step.muted == before.muted
        and bool(step.batch.items)
        and bool(before.batch.items)
    )
