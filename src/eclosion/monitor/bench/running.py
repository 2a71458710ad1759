"""Runs the measurements that are there."""

from __future__ import annotations

import pkgutil
from collections.abc import Collection, Iterator
from importlib import import_module
from pathlib import Path

from eclosion.kernel.errors import Invalid
from eclosion.monitor.bench.rows import Row

FRAME = ("rows", "running")


def names() -> list[str]:
    """The measurements that ship."""
    from eclosion.monitor import bench

    return sorted(one.name for one in pkgutil.iter_modules(bench.__path__) if one.name not in FRAME)


def run(data: Path, only: Collection[str] = ()) -> Iterator[tuple[str, Row | str]]:
    """Measure, and give each figure with the measurement's name; a text says why one has none.

    Raises:
        Invalid: there is no measurement of a name in ``only``.
    """
    known = names()
    for name in only:
        if name not in known:
            raise Invalid(f"There is no measurement {name!r}.", f"There are {', '.join(known)}.")
    for name in known:
        if only and name not in only:
            continue
        module = import_module(f"eclosion.monitor.bench.{name}")
        measure = getattr(module, "measure", None)
        if measure is None:
            continue  # a module that others share
        try:
            for row in measure(data):
                yield name, row
        except FileNotFoundError as error:
            yield name, f"not measured: {error.filename or error} is not there"
