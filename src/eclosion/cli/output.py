"""How commands speak: data on standard output, all else on standard error, errors with what to do next."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from eclosion.kernel.errors import EclosionError, Invalid, Unavailable

if TYPE_CHECKING:
    from rich.console import Console

FINDINGS, USAGE, UNAVAILABLE, INTERRUPTED = 1, 2, 3, 130


def say(text: str) -> None:
    """A sentence for people, on standard error."""
    print(text, file=sys.stderr, flush=True)


def put(text: str) -> None:
    """A line of data, on standard output."""
    print(text, flush=True)


def put_json(value: object) -> None:
    """Data as JSON, on standard output."""
    put(json.dumps(value, indent=2, ensure_ascii=True))


def put_counts(counts: Mapping[str, int | str], *, as_json: bool) -> None:
    """Names and numbers: as JSON, or in two columns."""
    if as_json:
        put_json(counts)
        return
    width = max(map(len, counts), default=0)
    for name, amount in counts.items():
        shown = f"{amount:>14,}" if isinstance(amount, int) else f"{amount:>14}"
        put(f"{name.replace('_', ' '):<{width}} {shown}")


def console() -> Console:
    """A console on standard error; it knows NO_COLOR and whether it is a terminal."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def exit_status(error: EclosionError) -> int:
    """What a command ends with for an error: 2 if it was asked wrongly, 3 if not now, 1 otherwise."""
    if isinstance(error, Invalid):
        return USAGE
    return UNAVAILABLE if isinstance(error, Unavailable) else FINDINGS


def explain(error: EclosionError) -> None:
    """What went wrong and what to do, on standard error."""
    say(f"Error: {error}")
    if error.hint:
        say(f"  {error.hint}")


class Meter:
    """Progress of long work: ``advance`` by what was done; ``stage`` names what comes next."""

    def __init__(self, console_: Console) -> None:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console_,
            disable=not console_.is_terminal,
        )
        self._terminal = console_.is_terminal
        self._task = self._progress.add_task("", total=None)

    def stage(self, name: str, total: int | None = None) -> None:
        """A new stage of the work, of ``total`` steps if that is known."""
        self._progress.reset(self._task, total=total, description=name)
        if not self._terminal:
            say(f"{name} ...")

    def advance(self, steps: int = 1) -> None:
        """So many steps more are done."""
        self._progress.advance(self._task, steps)

    @contextmanager
    def shown(self) -> Iterator[Meter]:
        """Show it for as long as the block runs."""
        with self._progress:
            yield self
