"""Files whose mode lets others in: what an agent's settings and credentials should be, and are not.

A folder above that shuts others out is enough: what nobody else can reach is left as it is.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from eclosion.audit.model import Agent
from eclosion.audit.reach.access import Answer, Reader
from eclosion.audit.reach.identity import Identity

READABLE = "files/secret-readable-by-others"
WRITABLE = "files/settings-writable-by-others"
STRANGER = 65_533
"""A user and group id that no system gives to anybody."""


class ModeChange(NamedTuple):
    """A mode that is too open.

    Attributes:
        path: the file, links resolved.
        rule: why.
        before: its mode.
        after: what it should be.
    """

    path: str
    rule: str
    before: int
    after: int


def mode_changes(home: str, agents: Sequence[Agent], secrets: Iterable[str]) -> list[ModeChange]:
    """Every file of the home's owner that others can read or write and should not.

    Args:
        home: whose.
        agents: whose settings files nobody else may write to.
        secrets: files that nobody else may read.
    """
    owner = os.stat(home).st_uid
    settings = {os.path.realpath(one.path) for agent in agents for one in agent.settings}
    private = {os.path.realpath(one) for one in secrets}
    found: dict[str, ModeChange] = {}
    stranger = Reader(Identity(STRANGER, STRANGER))
    for path in sorted(settings | private):
        for one in _of_file(
            path, owner, stranger, private=path in private, settings=path in settings
        ):
            before = found.get(path)
            after = one.after & before.after if before else one.after
            found[path] = one._replace(after=after)
    return list(found.values())


def _of_file(
    path: str, owner: int, stranger: Reader, *, private: bool, settings: bool
) -> Iterator[ModeChange]:
    try:
        seen = os.lstat(path)
    except OSError:
        return
    mode = stat.S_IMODE(seen.st_mode)
    if not stat.S_ISREG(seen.st_mode) or seen.st_uid != owner:
        return
    if private and mode & stat.S_IROTH and stranger.may_read(path).answer is Answer.YES:
        yield ModeChange(path, READABLE, mode, mode & ~(stat.S_IRWXG | stat.S_IRWXO))
    if settings and mode & stat.S_IWOTH:
        yield ModeChange(path, WRITABLE, mode, mode & ~(stat.S_IWGRP | stat.S_IWOTH))


def others_live_here(home: str) -> bool:
    """Whether it is somebody's home on this machine, no copy, and somebody else has an account for people here."""
    try:
        import pwd
    except ImportError:
        return False
    people = [one for one in pwd.getpwall() if one.pw_uid == 0 or 1_000 <= one.pw_uid < 60_000]
    owners = {
        one.pw_uid for one in people if os.path.realpath(one.pw_dir) == os.path.realpath(home)
    }
    return bool(owners) and any(one.pw_uid not in {*owners, 0} for one in people)
