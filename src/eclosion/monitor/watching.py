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

from eclosion.monitor.engine import Monitor
from eclosion.monitor.readers.following import Follower
from eclosion.monitor.readers.positions import Position, Positions
from eclosion.monitor.readers.recognizing import check_form
from eclosion.monitor.sighting import Sighting

SAVE_S = 2.0
POLL_S = 0.25


class Watch:
    """One run over files.

    Args:
        monitor: who looks.
        paths: files, folders and patterns.
        form: the format; ``auto`` finds out.
        state: where to keep how far it came; None keeps nothing.

    Attributes:
        safe: makes what was handed on safe, and says how many bytes of it there are.
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
        self.positions.save()
        self._saved_s = time.monotonic()

    def round(self, *, last: bool = False) -> Iterator[Sighting]:
        """What is found in what is there now; with ``last``, also in lines that have no end."""
        for step in self._follower.round(last=last):
            found = self._monitor.scan(step.batch.items)
            if step.muted:
                for _ in found:
                    pass
                continue
            yield from found
            if step.position is not None:
                self._note(step.name, step.position)
            if self.stopping.is_set():
                return

    def _note(self, name: str, position: Callable[[], Position]) -> None:
        self._notes[name] = position
        if time.monotonic() - self._saved_s >= SAVE_S:
            self.save()
