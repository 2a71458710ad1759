"""Reads files once, or standard input, from beginning to end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from eclosion.monitor.readers.opening import BLOCK, Stream, open_file
from eclosion.monitor.readers.paths import files_in
from eclosion.monitor.readers.recognizing import check_form
from eclosion.monitor.readers.source import read_stream
from eclosion.monitor.readers.where import Where
from eclosion.monitor.sighting import Item

INPUT = "-"


def read(paths: Iterable[str | Path], form: str = "auto") -> Iterator[Item]:
    """What stands in some files, folders and patterns, in order.

    Args:
        paths: where.
        form: the format; ``auto`` finds out.

    Raises:
        NoSuchFile: nothing is there under one of the names.
        Invalid: there is no such format.
    """
    check_form(form)
    for path in files_in(paths):
        try:
            with path.open("rb") as file:
                for stream in open_file(str(path), file):
                    for batch in read_stream(stream, form):
                        yield from batch.items
        except OSError as error:
            yield Where(str(path)).trouble(
                f"It cannot be read: {error.strerror or type(error).__name__}."
            )


def read_input(file: IO[bytes], form: str = "auto") -> Iterator[Item]:
    """What comes in a stream such as standard input, until it ends.

    Raises:
        Invalid: there is no such format.
    """
    check_form(form)
    blocks = iter(lambda: file.read1(BLOCK) if hasattr(file, "read1") else file.read(BLOCK), b"")
    for batch in read_stream(Stream(INPUT, blocks), form):
        yield from batch.items
