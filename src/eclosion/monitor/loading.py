"""Finds the detectors that are there and makes them, late: what they need is only loaded for who looks.

What always holds: one that cannot be loaded keeps nobody else from looking, and is told of.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Collection
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from eclosion.kernel.errors import Invalid
from eclosion.monitor.ports import Detector

LAST = "collusion"
"""It is shown what the others have found."""


class Loaded(NamedTuple):
    """Detectors that were made, and why others could not be, by name."""

    detectors: list[Detector]
    broken: dict[str, str]


def names() -> list[str]:
    """The names of all detectors that ship, in the order in which they look."""
    from eclosion.monitor import detectors

    found = [one.name for one in pkgutil.iter_modules(detectors.__path__)]
    return sorted(found, key=lambda name: (name == LAST, name))


def load(only: Collection[str] | None = None, prints: Path | None = None) -> Loaded:
    """Make all detectors, or those named in ``only``.

    Args:
        only: names.
        prints: a file of prints of known secrets and canaries, for the leaks.

    Raises:
        Invalid: there is no detector of a name in ``only``, or the file is no file of prints.
    """
    known = names()
    for name in only or ():
        if name not in known:
            raise Invalid(f"There is no detector {name!r}.", f"There are {', '.join(known)}.")
    loaded = Loaded([], {})
    for name in known:
        if only and name not in only:
            continue
        try:
            module = import_module(f"eclosion.monitor.detectors.{name}")
            loaded.detectors.append(_made(module, name, prints))
        except Invalid:
            raise
        except Exception as error:  # noqa: BLE001 - a missing library of one must not silence the others; it is told
            loaded.broken[name] = f"{type(error).__name__}: {error}"
    return loaded


def _made(module: ModuleType, name: str, prints: Path | None) -> Detector:
    if name != "leaks" or prints is None:
        detector: Detector = getattr(module, name.capitalize())()
        return detector
    from eclosion.monitor.detectors.leaks.printing import read_prints

    known = read_prints(prints)
    leaks: Detector = module.Leaks(known.prints, known.key)
    return leaks
