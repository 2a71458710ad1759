"""Plants tripwires and keeps which there are: a list of places, without their tokens.

The list tells where the baits lie. Whoever can read it can walk round them, so keep it where agents can't: run as
another user, or as root, with ``--state``.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
from contextlib import suppress
from typing import NamedTuple

from eclosion.audit.tripwires.baits import KINDS, Draw, token
from eclosion.kernel.errors import Conflict, Invalid, NotFound

DAY_NS = 86_400_000_000_000


class Wire(NamedTuple):
    """A tripwire that was planted.

    Attributes:
        path: where.
        kind: which bait.
        start: where in the file its token begins, in characters.
        length: of the token.
        device, inode: of the file, so that another file in its place is noticed.
    """

    path: str
    kind: str
    start: int
    length: int
    device: int
    inode: int


def default_place(home: str) -> str:
    """Where the list lies unless told otherwise."""
    return os.path.join(home, ".local", "state", "eclosion", "tripwires.json")


class Tripwires:
    """The tripwires of a home, kept in a file that only its owner reads."""

    def __init__(self, place: str) -> None:
        self.place = place

    def all(self) -> list[Wire]:
        """Every one that was planted.

        Raises:
            Invalid: the list can't be understood.
        """
        try:
            with open(self.place, encoding="utf-8") as file:
                told = json.load(file)
            return [Wire(**row) for row in told["wires"]]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError, KeyError) as problem:
            raise Invalid(
                f"{self.place} can't be read as a list of tripwires.",
                hint="Move it away and plant anew.",
            ) from problem

    def plant(self, home: str, kinds: list[str], draw: Draw = secrets.token_bytes) -> list[Wire]:
        """Plant a bait of each kind; one that is there already stays as it is.

        Raises:
            Invalid: there is no such kind.
            Conflict: another file lies in the place, or it can't be written.
        """
        if unknown := [kind for kind in kinds if kind not in KINDS]:
            raise Invalid(
                f"There is no bait {unknown[0]!r}.", hint=f"There are {', '.join(sorted(KINDS))}."
            )
        known = self.all()
        planted: list[Wire] = []
        for kind in kinds:
            path = os.path.join(home, KINDS[kind].path)
            if any(one.path == path for one in known) and os.path.lexists(path):
                continue
            wire = _plant(path, kind, draw)
            known = [one for one in known if one.path != path] + [wire]
            self._keep(known)  # at once: a bait that nobody knows of would never tell
            planted.append(wire)
        return planted

    def remove(self, path: str) -> None:
        """Take a bait away.

        Raises:
            NotFound: none lies there.
        """
        known = self.all()
        if all(one.path != path for one in known):
            raise NotFound(f"No tripwire lies at {path}.", hint="`eclosion tripwire list`")
        with suppress(FileNotFoundError):
            os.unlink(path)
        self._keep([one for one in known if one.path != path])

    def _keep(self, wires: list[Wire]) -> None:
        folder = os.path.dirname(os.path.abspath(self.place))
        os.makedirs(folder, mode=0o700, exist_ok=True)
        fresh = f"{self.place}.new"
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with open(handle, "w", encoding="utf-8") as file:
            json.dump({"version": 1, "wires": [one._asdict() for one in wires]}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self.place)


def arm(path: str) -> None:
    """Set the time of the last reading before that of the last change.

    Under ``relatime``, the kernel's rule for nearly every mount, the next reading then moves it, whoever watches.

    Raises:
        OSError: the file is gone or somebody else's.
    """
    found = os.stat(path, follow_symlinks=False)
    os.utime(path, ns=(found.st_mtime_ns - DAY_NS, found.st_mtime_ns), follow_symlinks=False)


def is_armed(found: os.stat_result) -> bool:
    """Whether nobody read it since it was armed."""
    return found.st_atime_ns < found.st_mtime_ns


def remembers_reading(path: str) -> bool:
    """Whether the file system notes when a file is read; with ``noatime`` it doesn't."""
    return not os.statvfs(path).f_flag & getattr(os, "ST_NOATIME", 0)


def read_token(wire: Wire) -> str:
    """The token that stands in the bait, without tripping it for good: it is armed again.

    Raises:
        NotFound: the bait is gone or another file lies there.
    """
    try:
        handle = os.open(wire.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        with open(handle, encoding="utf-8") as file:
            words = file.read(65_536)
        arm(wire.path)
    except (OSError, ValueError) as problem:
        raise NotFound(f"The tripwire at {wire.path} is gone.", hint="Plant it anew.") from problem
    return words[wire.start : wire.start + wire.length]


def _plant(path: str, kind: str, draw: Draw) -> Wire:
    bait = KINDS[kind]
    secret = token(draw, bait.length)
    words = bait.make(secret)
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
        handle = os.open(path, flags, 0o600)
    except FileExistsError:
        raise Conflict(
            f"Something else lies at {path}.", hint="Choose other kinds with --kind."
        ) from None
    except OSError as problem:
        raise Conflict(f"{path} can't be written: {problem.strerror}.") from problem
    with open(handle, "w", encoding="utf-8") as file:
        file.write(words)
        file.flush()
        os.fsync(file.fileno())
        found = os.fstat(file.fileno())
    arm(path)
    return Wire(path, kind, words.index(secret), bait.length, found.st_dev, found.st_ino)


def in_place(wire: Wire) -> os.stat_result | None:
    """The bait's state; None if it is gone or another file lies in its place."""
    try:
        found = os.stat(wire.path, follow_symlinks=False)
    except OSError:
        return None
    same = (found.st_dev, found.st_ino) == (wire.device, wire.inode)
    return found if same and stat.S_ISREG(found.st_mode) else None
